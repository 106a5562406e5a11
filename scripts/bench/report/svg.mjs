// A small writer of SVG: text, bars, lines. Colours are classes, which change with the reader's light or dark mode.

const LIGHT = {
  text: '#24292f',
  own: '#0b62c4',
  peer: '#8c959f',
  floor: '#c3cad1',
  quiet: '#59636e',
  rule: '#d8dee4',
};
const DARK = {
  text: '#e6edf3',
  own: '#4c9dff',
  peer: '#7d8590',
  floor: '#4a525b',
  quiet: '#9198a1',
  rule: '#30363d',
};

const colours = ({ text: ink, own, peer, floor, quiet, rule }) => `
  text { fill: ${ink}; } text.quiet, text.peer, text.floor { fill: ${quiet}; } text.own { fill: ${own}; }
  rect.own { fill: ${own}; } rect.peer { fill: ${peer}; } rect.floor { fill: ${floor}; }
  line { stroke: ${rule}; }
  polyline.own { stroke: ${own}; } polyline.peer { stroke: ${peer}; } polyline.floor { stroke: ${floor}; }`;

const STYLE = `
  text { font: 12px system-ui, sans-serif; } text.head, text.own { font-weight: 600; }
  polyline { fill: none; stroke-width: 1.5; } polyline.own { stroke-width: 2.5; }
  polyline.leader { stroke-width: 1; stroke-dasharray: 1 3; }${colours(LIGHT)}
  @media (prefers-color-scheme: dark) {${colours(DARK)}
  }`;

/** A drawing with a title and a description for those who don't see it. */
export function svg(width, height, { title, description }, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** @param {'start' | 'end'} anchor */
export function text(x, y, content, classes = '', anchor = 'start') {
  return `<text x="${at(x)}" y="${at(y)}" class="${classes}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

export function bar(x, y, width, height, classes) {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(1, width))}" height="${at(height)}" class="${classes}"/>`;
}

export function line(x1, y1, x2, y2) {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;
}

/** @param {[number, number][]} points */
export function curve(points, classes) {
  return `<polyline class="${classes}" points="${points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ')}"/>`;
}

const at = (value) => Number(value.toFixed(1));
const escaped = (content) => content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
