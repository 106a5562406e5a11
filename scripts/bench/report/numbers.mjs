// Figures as people read them: three digits, thousands apart.

/** `1.31`, `13.4`, `847`, `615,000` */
export function number(value) {
  return value === 0 ? '0' : fixed(value, digitsOf(value));
}

/** Half of the distance between the quartiles, in the digits of the median: `±0.2` */
export function plusMinus({ median, low, high }) {
  return `±${fixed((high - low) / 2, digitsOf(median))}`;
}

/** `×1.31` */
export const times = (value) => `×${number(value)}`;

/** Digits after the point that make three in all. */
function digitsOf(value) {
  const rounded = Math.abs(Number(value.toPrecision(3)));
  return rounded === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(rounded)));
}

function fixed(value, digits) {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return Number(value.toPrecision(3)).toLocaleString('en-US', format);
}
