// Round numbers along an axis.

/** A range and the marks on it. */
export interface Ticks {
  readonly low: number;
  readonly high: number;
  /** `at` runs from 0 at `low` to 1 at `high`. */
  readonly labels: readonly { readonly value: number; readonly at: number; readonly text: string }[];
}

/**
 * A range that begins and ends on marks, with about `wanted` steps of 1, 2 or 5 times a power of ten between.
 * All labels have the same number of decimals.
 */
export function ticks(low: number, high: number, wanted: number): Ticks {
  const step = roundStep((high - low) / Math.max(1, wanted));
  const first = Math.floor(low / step + EPSILON);
  const last = Math.max(first + 1, Math.ceil(high / step - EPSILON));
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + EPSILON)));
  const large = Math.max(Math.abs(first), Math.abs(last)) * step >= 1e7;
  const labels = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = Number(((first + index) * step).toPrecision(12));
    const text = large || step < 1e-6 ? value.toExponential(2) : value.toFixed(decimals);
    return { value, at: index / (last - first), text };
  });
  return { low: first * step, high: last * step, labels };
}

/** Quotients that are whole but for rounding count as whole. */
const EPSILON = 1e-9;

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}
