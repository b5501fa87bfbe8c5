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
/* Levers that say what the setting says stay out of the address. */
document.addEventListener('submit', event => {
  if (!event.target.classList.contains('levers')) return;
  event.target.querySelectorAll('[data-usual]').forEach(field => {
    field.disabled = field.value === '' || Number(field.value) === Number(field.dataset.usual);
  });
});
