/* Figures: the server sends data and layout; colours come from the tokens, so both themes work. No framework, no network. */
const olToken = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* One layout template for every figure, applied again when the theme changes. */
function olTemplate() {
  const axis = { gridcolor: olToken('--ol-grid'), linecolor: olToken('--ol-line-strong'), zerolinecolor: olToken('--ol-line-strong'),
    tickfont: { size: 12, color: olToken('--ol-text-3') }, ticks: '', automargin: true, fixedrange: true,
    title: { font: { size: 12, color: olToken('--ol-text-3') }, standoff: 8 } };
  return { layout: {
    font: { family: 'Inter, system-ui, sans-serif', size: 12, color: olToken('--ol-text-2') },
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: [1, 2, 3, 4, 5, 6].map(i => olToken('--ol-s' + i)),
    margin: { l: 4, r: 8, t: 8, b: 4 }, bargap: 0.38, barcornerradius: 3,
    xaxis: { ...axis, showgrid: false }, yaxis: { ...axis, zeroline: false },
    hovermode: 'closest', dragmode: false, separators: olSeparators(),
    hoverlabel: { bgcolor: olToken('--ol-raised'), bordercolor: olToken('--ol-line-strong'), align: 'left',
      font: { family: 'Inter, system-ui, sans-serif', size: 12, color: olToken('--ol-text') } },
    legend: { orientation: 'h', x: 0, y: 1.12, font: { size: 12 }, itemclick: 'toggleothers' },
    polar: { bgcolor: 'rgba(0,0,0,0)',
      radialaxis: { gridcolor: olToken('--ol-grid'), linecolor: 'rgba(0,0,0,0)', tickfont: { size: 11, color: olToken('--ol-text-3') }, angle: 90, tickangle: 90 },
      angularaxis: { gridcolor: olToken('--ol-grid'), linecolor: olToken('--ol-line-strong'), tickfont: { size: 12, color: olToken('--ol-text-2') } } },
    colorscale: { sequential: [[0, olToken('--ol-sunken')], [1, olToken('--ol-s1')]], diverging: [[0, olToken('--ol-crit')], [0.5, olToken('--ol-surface')], [1, olToken('--ol-s1')]] },
    transition: { duration: matchMedia('(prefers-reduced-motion:reduce)').matches ? 0 : 220, easing: 'cubic-out' },
  } };
}

/* The decimal and thousands signs of the reader's locale, as Plotly wants them. */
function olSeparators() {
  const locale = (document.documentElement.dataset.locale || 'en').replace('_', '-');
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
  const sign = type => (parts.find(part => part.type === type) || { value: '' }).value;
  return (sign('decimal') || '.') + (sign('group') || ',');
}

/* Names of months and days in the reader's language, as dates in tables have them; English is Plotly's own. */
function olLocale() {
  const name = (document.documentElement.dataset.locale || 'en').replace('_', '-');
  if (name.startsWith('en')) return 'en';
  const part = (type, style, day) => new Intl.DateTimeFormat(name, { year: 'numeric', day: 'numeric', weekday: 'short', timeZone: 'UTC', ...{ month: 'short', [type]: style } })
    .formatToParts(day).find(found => found.type === type).value;
  const months = style => Array.from({ length: 12 }, (_, month) => part('month', style, Date.UTC(2024, month, 7)));
  const days = style => Array.from({ length: 7 }, (_, day) => part('weekday', style, Date.UTC(2024, 8, 1 + day)));
  Plotly.register({ moduleType: 'locale', name, dictionary: {}, format: { months: months('long'), shortMonths: months('short'), days: days('long'), shortDays: days('short') } });
  return name;
}

/* "token:--ol-s1" and "token:--ol-s1/0.2" become colours, wherever in the figure they stand. */
function olResolve(value) {
  if (typeof value === 'string' && value.startsWith('token:')) {
    const [name, share] = value.slice(6).split('/');
    const colour = olToken(name);
    if (!share) return colour;
    const digits = colour.replace('#', '');
    const [r, g, b] = [0, 2, 4].map(at => parseInt(digits.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${share})`;
  }
  if (Array.isArray(value)) return value.map(olResolve);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, olResolve(inner)]));
  return value;
}

/* Where there is little room, words beside bars get more of it and slices are named below their ring. */
const OL_NARROW = 460;
function olNarrow(figure) {
  const axis = figure.layout.xaxis;
  for (const trace of figure.data) {
    if (trace.type === 'bar' && trace.orientation === 'h' && trace.textposition === 'outside' && axis && axis.range) {
      axis.range = [axis.range[0], axis.range[1] * 1.3];
      break;
    }
    // beside each other on narrow columns the numbers run into one another: hovering and the table below have them
    if (trace.type === 'bar' && trace.constraintext === 'none') trace.textposition = 'none';
    if (trace.type === 'pie' && trace.textposition === 'outside') {
      trace.textinfo = 'none';
      trace.labels = trace.text || trace.labels;
      Object.assign(figure.layout, { showlegend: true, legend: { orientation: 'h', x: 0.5, xanchor: 'center', y: -0.06, yanchor: 'top' } });
    }
  }
}

const olConfig = { displayModeBar: false, responsive: true, scrollZoom: false };

function olDraw(place) {
  const source = document.getElementById(place.dataset.figure);
  if (!source || !window.Plotly) return;
  const figure = olResolve(JSON.parse(source.textContent));
  olConfig.locale = olConfig.locale || olLocale();
  if (place.clientWidth < OL_NARROW) olNarrow(figure);
  Plotly.react(place, figure.data, { template: olTemplate(), ...figure.layout }, olConfig).then(() => {
    place.dataset.drawn = 'yes';
    if (place.dataset.wired) return;
    place.dataset.wired = 'yes';
    place.on('plotly_click', event => {
      const at = event.points && event.points[0];
      let url = at && at.customdata;
      if (Array.isArray(url)) url = url[0];
      if (typeof url === 'string' && url.startsWith('/')) location.assign(url);
    });
    place.on('plotly_hover', event => {
      const at = event.points && event.points[0];
      const url = at && (Array.isArray(at.customdata) ? at.customdata[0] : at.customdata);
      place.classList.toggle('leads', typeof url === 'string' && url.startsWith('/'));
    });
    place.on('plotly_unhover', () => place.classList.remove('leads'));
  });
}
/* What is in sight is drawn at once; the rest one by one once that is painted, so that nobody waits for what they do not see yet. */
function olDrawAll(root) {
  const waiting = [...root.querySelectorAll('[data-figure]')].filter(place => !place.dataset.drawn);
  const later = waiting.filter(place => place.getBoundingClientRect().top > innerHeight);
  const next = () => { const place = later.shift(); if (place) { if (!place.dataset.drawn) olDraw(place); setTimeout(next); } };
  waiting.filter(place => !later.includes(place)).forEach(olDraw);
  if (later.length) setTimeout(next, 50);
}
function olRedraw() {
  document.querySelectorAll('[data-figure]').forEach(place => olDraw(place));
}
async function olPicture(id, kind) {
  const place = document.getElementById('plot-' + id);
  if (!place) return;
  const name = 'onelead-' + (place.dataset.name || id).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  await Plotly.downloadImage(place, { format: kind, filename: name, width: place.clientWidth, height: place.clientHeight, scale: 2 });
}
olDrawAll(document); // the script is deferred, so the document is parsed: charts come before what listens to its being ready
document.addEventListener('htmx:afterSettle', event => olDrawAll(event.detail.elt.parentElement || document));
