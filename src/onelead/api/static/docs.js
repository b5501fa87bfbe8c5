/* Finding, copying and trying. The page reads well without it. */
(() => {
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  $$('[data-curl]').forEach((code) => { code.textContent = code.textContent.replace('{origin}', location.origin); });
  $$('[data-origin]').forEach((code) => { code.textContent = location.origin + '/api/v1'; });

  const reveal = () => {
    const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (found && found.matches('details.a-op')) { found.open = true; found.scrollIntoView(); }
  };
  addEventListener('hashchange', reveal);
  reveal();
  document.addEventListener('toggle', (event) => {
    if (event.target.matches('details.a-op') && event.target.open) history.replaceState(null, '', '#' + event.target.id);
  }, true);

  const find = document.getElementById('find');
  find.addEventListener('input', () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    $$('details.a-op').forEach((op) => {
      const fits = words.every((word) => op.dataset.words.toLowerCase().includes(word));
      op.hidden = !fits;
      count += fits;
    });
    $$('section.a-tag').forEach((tag) => { tag.hidden = words.length > 0 && !tag.querySelector('details.a-op:not([hidden])'); });
    document.getElementById('found').textContent = words.length ? (count === 1 ? '1 operation' : `${count} operations`) : '';
  });

  document.addEventListener('click', async (event) => {
    if (event.target.closest('[data-theme-toggle]')) {
      const mode = document.documentElement.dataset.bsTheme === 'dark' ? 'light' : 'dark';
      document.documentElement.dataset.bsTheme = mode;
      try { localStorage.setItem('onelead-theme', mode); } catch (e) { /* private mode */ }
    }
    const copy = event.target.closest('[data-copy-code]');
    if (copy) {
      const label = copy.lastChild;
      try { await navigator.clipboard.writeText(copy.closest('.a-code').querySelector('code').textContent); label.data = 'Copied'; } catch (e) { label.data = 'Press Ctrl C'; }
      setTimeout(() => { label.data = 'Copy'; }, 1500);
    }
  });

  document.addEventListener('submit', async (event) => {
    const form = event.target.closest('form.a-try');
    if (!form) return;
    event.preventDefault();
    let path = form.dataset.path;
    const query = new URLSearchParams();
    $$('[name]', form).forEach((input) => {
      if (input.dataset.place === 'path') path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
      else input.value.split(input.tagName === 'TEXTAREA' ? '\n' : '\u0000').filter((value) => value !== '').forEach((value) => query.append(input.name, value));
    });
    const said = form.querySelector('output'), out = form.querySelector('.a-out'), begun = performance.now();
    said.textContent = 'Asking';
    try {
      const answer = await fetch(query.size ? `${path}?${query}` : path, { cache: 'no-store' });
      const text = await answer.text();
      const ms = Math.round(performance.now() - begun);
      said.textContent = `${answer.status} ${answer.statusText} in ${ms} ms`;
      const isJson = (answer.headers.get('content-type') || '').includes('json');
      const shown = isJson ? JSON.stringify(JSON.parse(text), null, 2) : text;
      out.firstChild.textContent = shown.length > 100000 ? shown.slice(0, 100000) + '\n…' : shown;
      out.hidden = false;
    } catch (e) {
      said.textContent = 'No answer: the server cannot be reached.';
    }
  });
})();
