/* Before anything is drawn: light or dark, as chosen before, else as the system has it. */
(() => {
  let mode = null;
  try { mode = localStorage.getItem('onelead-theme'); } catch (e) { /* private mode */ }
  if (mode !== 'dark' && mode !== 'light') mode = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.bsTheme = mode;
})();
