// Medians, spreads, slopes.

/** @param {number[]} values @param {number} part 0 to 1 */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

export const median = (values) => quantile(values, 0.5);

/** The median, and between which values the middle half lies. */
export function spread(values) {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

export function distribution(values) {
  return {
    count: values.length,
    p50: median(values),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
  };
}
