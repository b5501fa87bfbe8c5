/* Files dropped or chosen are sent at once, with how much is through. Without this script the form works with its own button. */
document.documentElement.classList.add('ld-js');

function ldSend(form) {
  const data = new FormData(form);
  const line = form.querySelector('[data-upload]');
  const bar = line.querySelector('progress');
  const text = line.querySelector('[data-upload-text]');
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.setRequestHeader('HX-Request', 'true');
  line.hidden = false;
  request.upload.addEventListener('progress', event => {
    if (!event.lengthComputable) return;
    bar.value = 100 * event.loaded / event.total;
    text.textContent = event.loaded < event.total ? `Sent ${Math.round(bar.value)}%` : 'Sent; the server takes them over';
  });
  request.addEventListener('load', () => {
    const to = request.getResponseHeader('HX-Redirect');
    if (request.status < 300 && to) return location.assign(to);
    let words = 'The server refused the files.';
    try { const problem = JSON.parse(request.responseText); words = [problem.title, problem.detail].filter(Boolean).join(' '); } catch (e) { /* no problem document */ }
    text.textContent = words;
    bar.hidden = true;
    form.querySelector('input[type=file]').value = '';
  });
  request.addEventListener('error', () => { text.textContent = 'The server does not answer. Nothing was loaded.'; });
  request.send(data);
}

document.addEventListener('change', event => {
  const form = event.target.closest('[data-drop]');
  if (form && event.target.type === 'file' && event.target.files.length) ldSend(form);
});
document.addEventListener('submit', event => {
  if (event.target.matches('[data-drop]')) { event.preventDefault(); ldSend(event.target); }
});

/* The whole page takes a drop: nobody aims at a dashed box, and a miss would make the browser open the file. */
const ldZone = () => document.querySelector('[data-drop]');
const ldFiles = event => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
document.addEventListener('dragover', event => {
  if (!ldFiles(event) || !ldZone()) return;
  event.preventDefault();
  ldZone().classList.add('over');
});
document.addEventListener('dragleave', event => { if (!event.relatedTarget && ldZone()) ldZone().classList.remove('over'); });
document.addEventListener('drop', event => {
  const form = ldZone();
  if (!ldFiles(event) || !form) return;
  event.preventDefault();
  form.classList.remove('over');
  form.querySelector('input[type=file]').files = event.dataTransfer.files;
  ldSend(form);
});

/* A load that ended: the page is asked for again, because snapshot, history and counts changed with it. */
document.addEventListener('htmx:afterSettle', () => {
  const go = document.querySelector('[data-go]');
  if (go) location.replace(go.dataset.go);
});
