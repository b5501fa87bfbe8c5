/* Keys of action rows, on whichever page they stand: j and k walk, a, s, x, d act on the row, o opens it. Every act is a form or a link of the row. */
if (!window.olActions) {
  window.olActions = true;
  let now = '';
  const rows = () => [...document.querySelectorAll('[data-act]')];
  const row = () => rows().find(found => found.contains(document.activeElement)) || document.getElementById(now) || rows()[0];
  const at = found => { if (!found) return; now = found.id; found.focus({ preventScroll: true }); found.scrollIntoView({ block: 'nearest' }); };
  /* The form of a menu, from the one copy that stands beside the list, when it is first opened. */
  const fill = box => {
    const copy = document.querySelector('template[data-menus]');
    if (!copy || box.querySelector('form')) return;
    const form = copy.content.querySelector(`[action$="/${box.dataset.menu}"]`).cloneNode(true);
    form.elements.id.value = box.closest('[data-act]').dataset.act;
    box.append(form);
    htmx.process(form);
  };
  document.addEventListener('toggle', event => { if (event.target.matches('[data-menu][open]')) fill(event.target); }, true);
  const menu = (found, name) => {
    const box = found.querySelector(`[data-menu=${name}]`);
    if (!box) return;
    fill(box);
    document.querySelectorAll('[data-menu][open]').forEach(other => { if (other !== box) other.open = false; });
    box.open = true;
    const first = box.querySelector('button,input:not([type=hidden])');
    if (first) first.focus();
  };
  const act = { a: 'accept', u: 'undo', o: 'opener' };
  const menus = { s: 'snooze', x: 'dismiss', d: 'done' };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input,textarea,select,dialog,[contenteditable]')) return;
    const list = rows();
    if (!list.length) return;
    if (event.key === 'j' || event.key === 'k') {
      event.preventDefault();
      const inside = list.findIndex(found => found.contains(document.activeElement));
      const from = inside >= 0 ? inside : list.findIndex(found => found.id === now);
      return at(list[Math.min(Math.max(from + (event.key === 'j' ? 1 : -1), 0), list.length - 1)]);
    }
    const found = row();
    if (!found) return;
    if (act[event.key]) {
      const button = found.querySelector(`[data-do=${act[event.key]}]`);
      if (button) { event.preventDefault(); now = found.id; button.click(); }
    } else if (menus[event.key]) { event.preventDefault(); now = found.id; menu(found, menus[event.key]); }
  });
  document.addEventListener('click', event => { const found = event.target.closest('[data-act]'); if (found) now = found.id; });
  /* What is fetched or posted from a row says which page it stands on, so that the row comes back as that page shows it. */
  document.addEventListener('htmx:configRequest', event => {
    const found = event.detail.elt.closest('[data-act]');
    if (!found || !event.detail.path.includes('/action-required/')) return;
    const query = new URLSearchParams((found.closest('[data-query]') || { dataset: {} }).dataset.query || '');
    query.set('act.id', found.dataset.act);
    if (found.dataset.top) query.set('act.top', '1');
    event.detail.path += (event.detail.path.includes('?') ? '&' : '?') + query;
  });
  /* A row that was drawn again keeps the focus. */
  document.addEventListener('htmx:afterSettle', () => {
    const found = document.getElementById(now);
    if (found && (document.activeElement === document.body || !document.activeElement)) found.focus({ preventScroll: true });
  });
}
