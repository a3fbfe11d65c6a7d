// The four-colour map. Counties are coloured by the numbers of the table on the page; closer in, the enterprises
// themselves are fetched for what the window shows. Without WebGL the table says the same.

import * as maplibregl from '../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs';

const COLOURS = { red: '#c62828', orange: '#e06c00', yellow: '#f2c200', blue: '#1e6fc4', none: '#8d99a6' };
const NONE = '#dfe4e9';
/** From here on the enterprises are shown. */
const CLOSE = 9.6;

const place = document.getElementById('map');
const says = document.querySelector('[data-map-says]');
const rows = new Map([...document.querySelectorAll('tr[data-county]')].map((row) => [row.dataset.county, row]));
const words = Object.fromEntries(
  [...document.querySelectorAll('[data-grade-word]')].map((el) => [el.dataset.gradeWord, el.textContent]),
);

document.querySelector('[data-print]')?.addEventListener('click', () => print());

start().catch(() => {
  const line = document.createElement('p');
  line.className = 'map-none';
  line.textContent = place.dataset.noMap;
  place.replaceChildren(line);
});

async function start() {
  const answer = await fetch('/risk/map/outlines', { headers: { accept: 'application/geo+json' } });
  const outlines = await answer.json();
  for (const feature of outlines.features) {
    const row = rows.get(feature.properties.adcode);
    feature.properties.title = row?.querySelector('th').textContent ?? '';
    Object.assign(feature.properties, figures(row));
  }
  const box = bounds(outlines);
  const map = new maplibregl.Map({
    container: place,
    style: style(outlines),
    bounds: box,
    fitBoundsOptions: { padding: 16 },
    maxZoom: 17,
    minZoom: 6,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    // The print of a page takes the picture from the buffer.
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.touchZoomRotate.disableRotation();
  for (const radio of document.querySelectorAll('input[name="by"]')) {
    radio.addEventListener('change', () => {
      map.setPaintProperty('counties', 'fill-color', fill(radio.value));
      scale(radio.value);
    });
  }
  scale('share');
  map.on('load', () => {
    enterprises(map);
    counties(map);
    place.dataset.ready = 'yes';
  });
}

/** What a county is coloured by. */
function figures(row) {
  const total = Number(row?.dataset.total ?? 0);
  const red = Number(row?.dataset.red ?? 0);
  return { total, share: total ? red / total : 0, worst: row?.dataset.worst || 'none' };
}

/** The smallest and the largest share of the counties that have enterprises. */
function span() {
  const shares = [...rows.values()].map(figures).filter((f) => f.total > 0).map((f) => f.share);
  const least = Math.min(1, ...shares);
  return [least, Math.max(least + 0.001, ...shares)];
}

/** Says what the shades mean; they mean nothing while counties have the colour of a grade. */
function scale(by) {
  const place = document.querySelector('[data-scale]');
  const [from, to] = span().map((share) => `${(share * 100).toFixed(1)}%`);
  place.textContent = place.dataset.scale.replace('%from', from).replace('%to', to);
  place.hidden = by !== 'share';
}

function fill(by) {
  if (by === 'worst') {
    const pairs = ['red', 'orange', 'yellow', 'blue'].flatMap((grade) => [grade, COLOURS[grade]]);
    return ['match', ['get', 'worst'], ...pairs, NONE];
  }
  const [least, most] = span();
  return ['case', ['==', ['get', 'total'], 0], NONE, ['interpolate', ['linear'], ['get', 'share'], least, '#f7ecec', most, COLOURS.red]];
}

function style(outlines) {
  const centres = {
    type: 'FeatureCollection',
    features: outlines.features.map((f) => ({
      type: 'Feature',
      properties: f.properties,
      geometry: { type: 'Point', coordinates: f.properties.centre },
    })),
  };
  const empty = { type: 'FeatureCollection', features: [] };
  const near = ['interpolate', ['linear'], ['zoom'], CLOSE, 0.75, CLOSE + 1, 0.12];
  return {
    version: 8,
    sources: {
      counties: { type: 'geojson', data: outlines },
      centres: { type: 'geojson', data: centres },
      enterprises: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#eef1f4' } },
      { id: 'counties', type: 'fill', source: 'counties', paint: { 'fill-color': fill('share'), 'fill-opacity': near } },
      { id: 'borders', type: 'line', source: 'counties', paint: { 'line-color': '#4a5866', 'line-width': 1.25 } },
      {
        id: 'points',
        type: 'circle',
        source: 'enterprises',
        minzoom: CLOSE,
        paint: {
          'circle-color': ['get', 'colour'],
          'circle-radius': ['case', ['has', 'total'], ['interpolate', ['linear'], ['sqrt', ['get', 'total']], 1, 6, 60, 26], 6],
          'circle-opacity': 0.85,
          'circle-stroke-color': '#ffffff',
          'circle-stroke-width': 1.25,
        },
      },
      {
        id: 'sums',
        type: 'symbol',
        source: 'enterprises',
        minzoom: CLOSE,
        filter: ['has', 'total'],
        layout: { 'text-field': ['to-string', ['get', 'total']], 'text-size': 12 },
        paint: { 'text-color': '#1d2733', 'text-halo-color': '#ffffff', 'text-halo-width': 1.5 },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'centres',
        layout: {
          'text-field': ['concat', ['get', 'title'], '\n', ['to-string', ['get', 'total']]],
          'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
          'text-size': 12,
          'text-padding': 0,
          'text-line-height': 1.1,
        },
        paint: { 'text-color': '#1d2733', 'text-halo-color': '#ffffff', 'text-halo-width': 1.75 },
      },
    ],
  };
}

function bounds(outlines) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === 'number' ? box.extend(part) : part.forEach(walk));
  for (const feature of outlines.features) walk(feature.geometry.coordinates);
  return box;
}

/** A county that is pointed at is marked in the table; a click looks closer. */
function counties(map) {
  const mark = (code) => rows.forEach((row, own) => row.classList.toggle('pointed', own === code));
  map.on('mousemove', 'counties', (event) => mark(event.features[0]?.properties.adcode));
  map.on('mouseleave', 'counties', () => mark(''));
  map.on('click', 'counties', (event) => {
    if (map.getZoom() >= CLOSE || map.queryRenderedFeatures(event.point, { layers: ['points'] }).length) return;
    map.easeTo({ center: event.lngLat, zoom: CLOSE + 0.9 });
  });
}

function enterprises(map) {
  let last = 0;
  const load = async () => {
    if (map.getZoom() < CLOSE) {
      says.textContent = '';
      return;
    }
    const asked = ++last;
    const box = map.getBounds();
    const edges = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((x) => x.toFixed(5));
    const response = await fetch(`/api/map/enterprises?bbox=${edges.join(',')}`);
    if (!response.ok || asked !== last) return;
    const found = await response.json();
    map.getSource('enterprises').setData({ type: 'FeatureCollection', features: found.items.map((item) => feature(item)) });
    says.textContent = found.kind === 'squares' ? place.dataset.more : '';
    place.dataset.shown = String(found.items.length);
  };
  let waiting = 0;
  map.on('moveend', () => {
    clearTimeout(waiting);
    waiting = setTimeout(load, 150);
  });
  map.on('mouseenter', 'points', () => (map.getCanvas().style.cursor = 'pointer'));
  map.on('mouseleave', 'points', () => (map.getCanvas().style.cursor = ''));
  map.on('click', 'points', (event) => opened(map, event.features[0]));
}

function feature(item) {
  const graded = item.grade ?? ['red', 'orange', 'yellow', 'blue'].find((grade) => item[grade] > 0);
  const properties = { ...item, grade: graded || 'none', colour: COLOURS[graded || 'none'] };
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: item.at } };
}

function opened(map, point) {
  const { properties, geometry } = point;
  if (properties.total !== undefined) {
    map.easeTo({ center: geometry.coordinates, zoom: map.getZoom() + 1.5 });
    return;
  }
  const body = document.createElement('div');
  body.className = 'map-card-body';
  const name = document.createElement('p');
  const strong = document.createElement('strong');
  strong.textContent = properties.name;
  name.append(strong);
  const grade = document.createElement('p');
  const word = document.createElement('span');
  word.className = `risk risk-${properties.grade}`;
  word.textContent = words[properties.grade] ?? place.dataset.none;
  grade.append(word);
  const link = document.createElement('a');
  link.href = properties.href;
  link.textContent = place.dataset.open;
  body.append(name, grade, link);
  new maplibregl.Popup({ closeButton: true, maxWidth: '260px' }).setLngLat(geometry.coordinates).setDOMContent(body).addTo(map);
}
