// Medians, spreads, distributions.

/** @param {ArrayLike<number>} values @param {number} part 0 to 1 */
export function quantile(values, part) {
  return ofSorted(Float64Array.from(values).sort(), part);
}

export const median = (values) => quantile(values, 0.5);

/** The median, and between which values the middle half lies. */
export function spread(values) {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

export function distribution(values) {
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    p50: ofSorted(sorted, 0.5),
    p99: ofSorted(sorted, 0.99),
    p999: ofSorted(sorted, 0.999),
    max: ofSorted(sorted, 1),
  };
}

function ofSorted(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
