/* Explore: another source or chart asks again; the value's field offers what the column holds. Without script the button does both. */
document.addEventListener('change', async event => {
  if (event.target.matches('.ex-form [data-resubmit]')) return event.target.form.requestSubmit();
  if (!event.target.matches('.ex-form [data-values]')) return;
  const list = document.getElementById('ex-values');
  list.replaceChildren();
  if (!event.target.value) return;
  const answer = await fetch(`${event.target.dataset.values}&column=${encodeURIComponent(event.target.value)}`, { headers: { 'X-Fragment': 'values' } });
  if (answer.ok) list.innerHTML = await answer.text();
});
