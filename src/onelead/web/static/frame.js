/* The frame of every page: theme, popovers, toasts, search palette, keys. Events are delegated, so pieces swapped in work too. */
const $ = (selector, root = document) => root.querySelector(selector);

/* Theme */
function olTheme(mode) {
  document.documentElement.dataset.bsTheme = mode;
  try { localStorage.setItem('onelead-theme', mode); } catch (e) { /* private mode */ }
  olRedraw();
}

/* How is this computed: the link's page as a popover beside it. */
let olOpener = null;
async function olPop(link) {
  const pop = $('#pop');
  if (!pop.hidden && olOpener === link) return olClosePop();
  const answer = await fetch(link.href, { headers: { 'X-Fragment': 'pop' } });
  if (!answer.ok) return location.assign(link.href);
  pop.innerHTML = await answer.text();
  pop.hidden = false;
  olOpener = link;
  link.setAttribute('aria-expanded', 'true');
  const at = link.getBoundingClientRect();
  if (innerWidth > 760) {
    const left = Math.min(Math.max(8, at.right - pop.offsetWidth + 8), innerWidth - pop.offsetWidth - 8);
    pop.style.left = left + scrollX + 'px';
    pop.style.top = at.bottom + 8 + scrollY + 'px';
  } else pop.removeAttribute('style');
  const close = $('[data-close]', pop);
  if (close) close.focus();
}
function olClosePop() {
  const pop = $('#pop');
  if (pop.hidden) return;
  pop.hidden = true;
  if (olOpener) { olOpener.setAttribute('aria-expanded', 'false'); olOpener.focus(); olOpener = null; }
}

/* Toasts: what was done, and its undo. */
function olToast(toast) {
  if (!toast || !toast.message) return;
  const box = document.createElement('div');
  box.className = 'toast-ol' + (toast.bad ? ' bad' : '');
  const words = document.createElement('span');
  words.textContent = toast.message;
  box.append(words);
  if (toast.undo) {
    const button = document.createElement('button');
    button.type = 'button'; button.className = 'bt sm'; button.textContent = 'Undo';
    button.addEventListener('click', async () => {
      box.remove();
      const answer = await fetch(toast.undo + location.search, { method: 'POST', headers: { 'HX-Request': 'true' }, body: new URLSearchParams(JSON.parse(toast.form)) });
      if (!answer.ok) return olToast({ message: 'Not undone: ' + (await olReason(answer)), bad: true });
      location.reload();
    });
    box.append(button);
  }
  $('#toasts').append(box);
  setTimeout(() => box.remove(), toast.undo || toast.bad ? 10000 : 5000);
}
async function olReason(answer) {
  try { const problem = await answer.json(); return [problem.detail, problem.hint].filter(Boolean).join(' '); } catch (e) { return 'the server did not answer.'; }
}
document.addEventListener('toast', event => olToast(event.detail));
document.addEventListener('redraw', event => {
  for (const id of event.detail.blocks || []) {
    if (document.getElementById('b-' + id)) htmx.ajax('GET', `/s/${event.detail.page}/${id}${location.search}`, { source: '#b-' + id, target: '#b-' + id, swap: 'outerHTML' });
  }
});
document.addEventListener('htmx:responseError', event => {
  let words = 'The server refused.';
  try { const problem = JSON.parse(event.detail.xhr.responseText); words = [problem.detail, problem.hint].filter(Boolean).join(' '); } catch (e) { /* no problem document */ }
  olToast({ message: words, bad: true });
});
document.addEventListener('htmx:sendError', () => olToast({ message: 'The server does not answer. What is shown stays as it is.', bad: true }));

/* Search palette */
function olPalette() {
  const palette = $('#palette');
  if (palette.open) return;
  palette.showModal();
  const input = $('#palette-q');
  input.value = '';
  input.focus();
  olHits('');
}
let olAsked = 0, olWait = 0;
async function olHits(words) {
  const turn = ++olAsked;
  const url = new URL($('#palette-q').dataset.url, location.origin);
  url.searchParams.set('q', words);
  const answer = await fetch(url, { headers: { 'X-Fragment': 'hits' } });
  if (turn !== olAsked || !answer.ok) return;
  $('#palette-hits').innerHTML = await answer.text();
  const first = $('#palette-hits a');
  if (first) first.classList.add('at');
}
function olMove(step) {
  const hits = [...document.querySelectorAll('#palette-hits a')];
  if (!hits.length) return;
  const now = hits.findIndex(hit => hit.classList.contains('at'));
  hits.forEach(hit => hit.classList.remove('at'));
  const next = hits[(now + step + hits.length) % hits.length];
  next.classList.add('at');
  next.scrollIntoView({ block: 'nearest' });
}
document.addEventListener('input', event => {
  if (event.target.id === 'palette-q') { clearTimeout(olWait); olWait = setTimeout(() => olHits(event.target.value), 120); }
  if (event.target.matches('[data-narrow]')) {
    const words = event.target.value.toLowerCase();
    event.target.closest('.fm').querySelectorAll('.fl > li').forEach(item => { item.hidden = !item.textContent.toLowerCase().includes(words); });
  }
});

/* A newer snapshot: said, never swapped under the reader. */
setInterval(async () => {
  const seen = document.body.dataset.publication;
  if (!seen || document.hidden || new URLSearchParams(location.search).has('snapshot')) return;
  const answer = await fetch('/stamp').catch(() => null);
  if (!answer || !answer.ok) return;
  const now = (await answer.text()).trim();
  if (now && now !== seen && !$('#newer')) {
    $('#bars').innerHTML = '<div class="ban" id="newer">A newer snapshot was published. <button class="bt sm" type="button" data-reload>Show it</button></div>';
  }
}, 60000);

/* What a filter offers is made when it is first opened; without scripts it stands there from the start. */
document.addEventListener('toggle', event => {
  const kept = event.target.open && $(':scope > noscript', event.target);
  if (!kept) return;
  kept.insertAdjacentHTML('afterend', kept.textContent);
  htmx.process(kept.nextElementSibling);
  kept.remove();
}, true);

/* Clicks */
document.addEventListener('click', event => {
  const at = selector => event.target.closest(selector);
  if (at('[data-theme-toggle]')) return olTheme(document.documentElement.dataset.bsTheme === 'dark' ? 'light' : 'dark');
  const pop = at('[data-pop]');
  if (pop && !event.ctrlKey && !event.metaKey) { event.preventDefault(); return olPop(pop); }
  if (at('[data-close]')) return olClosePop();
  if (!at('#pop')) olClosePop();
  if (at('[data-search]')) { event.preventDefault(); return olPalette(); }
  if (at('[data-reload]')) return location.reload();
  if (at('[data-print]')) return print();
  const picture = at('[data-png]');
  if (picture) { picture.closest('details').open = false; return olPicture(picture.dataset.png, 'png'); }
  const link = at('[data-copy-link]');
  if (link) return olCopy(new URL(link.dataset.copyLink, location.origin).href, 'Link copied');
  const copied = at('[data-copy]');
  if (copied) { const source = document.getElementById(copied.dataset.copy); return olCopy(source ? source.innerText || source.value : '', copied.dataset.copied || 'Copied'); }
  if (event.target.id === 'palette') $('#palette').close();
  document.querySelectorAll('details.fd[open]').forEach(open => { if (!open.contains(event.target)) open.open = false; });
  const row = at('tr[data-href]');
  if (row && !at('a,button,input,label,summary') && !String(getSelection())) location.assign(row.dataset.href);
});
async function olCopy(text, said) {
  try { await navigator.clipboard.writeText(text); olToast({ message: said }); } catch (e) { olToast({ message: 'The browser did not allow to copy. Select the text and press Ctrl C.', bad: true }); }
}

/* Keys */
document.addEventListener('keydown', event => {
  const typing = event.target.closest('input,textarea,select,[contenteditable]');
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); return olPalette(); }
  if (event.target.id === 'palette-q') {
    if (event.key === 'ArrowDown') { event.preventDefault(); olMove(1); }
    if (event.key === 'ArrowUp') { event.preventDefault(); olMove(-1); }
    if (event.key === 'Enter') { const hit = $('#palette-hits a.at'); if (hit) { event.preventDefault(); location.assign(hit.href); } }
    return;
  }
  if (event.key === 'Escape') {
    olClosePop();
    document.querySelectorAll('details.fd[open]').forEach(open => { open.open = false; $('summary', open).focus(); });
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') { event.preventDefault(); olPalette(); }
  if (event.key === '?') location.assign('/help');
});

/* Levers: a slider and its number field say the same; a moved one shows what the setting is. Works without this, by the number fields. */
document.addEventListener('input', event => {
  const at = event.target;
  if (at.dataset.lever) {
    const field = document.getElementById(at.dataset.lever);
    if (field) { field.value = at.value; olMoved(field); }
  } else if (at.dataset.usual !== undefined) {
    const slider = document.querySelector(`[data-lever="${CSS.escape(at.id)}"]`);
    if (slider && at.value !== '') slider.value = at.value;
    olMoved(at);
  }
});
function olMoved(field) {
  const place = field.closest('.lever');
  if (place) place.classList.toggle('moved', field.value !== '' && Number(field.value) !== Number(field.dataset.usual));
}
/* Levers that say what the setting says stay out of the address. The button says that it is at work until the answer is there. */
document.addEventListener('submit', event => {
  if (!event.target.classList.contains('levers')) return;
  event.target.querySelectorAll('[data-usual]').forEach(field => {
    field.disabled = field.value === '' || Number(field.value) === Number(field.dataset.usual);
  });
  if (event.submitter) { event.submitter.setAttribute('aria-busy', 'true'); event.submitter.lastChild.textContent = 'Recomputing …'; }
});
addEventListener('pageshow', event => { if (event.persisted && $('.levers [aria-busy]')) location.reload(); });
/* A part that is long in coming says why: after a load, what many answers rest on is computed once. */
setTimeout(() => document.querySelectorAll('[aria-busy] .late').forEach(place => {
  place.textContent = 'Still computing. The first answer after a load, or under assumptions nobody tried yet, takes longest; the rest of the page can be used.';
}), 2000);
