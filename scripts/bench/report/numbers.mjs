// Figures as people read them: three digits, thousands apart.

/** `1.31`, `13.4`, `847`, `615,000` */
export function number(value) {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Half of the distance between the quartiles, in the digits of the median: `±0.2` */
export function plusMinus({ median, low, high }) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(median))));
  return `±${((high - low) / 2).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** `×1.31` */
export const times = (value) => `×${number(value)}`;
