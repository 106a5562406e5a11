// Which known name somebody meant who wrote an unknown one.

/** Longer names get no suggestion: names come from the wire, and the comparison is quadratic. */
const LONGEST = 64;
/** A letter in the wrong case is nearly right. */
const WRONG_CASE = 0.1;

/**
 * The candidate that is nearest to `name`, if one is near enough: one slip in a short name, up to three in a long one.
 * A slip is a letter too many, missing, wrong, or swapped with its neighbour; the wrong case hardly counts; leaving the
 * end of a name away counts as one. Of equals the first wins.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = slipsAllowed(name) + 0.5;
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > LONGEST) continue;
    const distance = Math.min(slips(name, candidate), isShortened(name, candidate) ? 1 : Infinity);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** `' Did you mean "x"?'` (with the leading space, to stand behind a sentence), or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = closest(name, candidates);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}

function slipsAllowed(name: string): number {
  if (name.length < 2) return 0;
  return name.length < 6 ? 1 : name.length < 10 ? 2 : 3;
}

function isShortened(name: string, candidate: string): boolean {
  return name.length >= 3 && candidate.toLowerCase().startsWith(name.toLowerCase());
}

/** Damerau-Levenshtein distance (optimal string alignment), where case differs at `WRONG_CASE`. */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? (before[column - 2] ?? Infinity) + 1
          : Infinity;
      current.push(
        Math.min(
          (above[column - 1] ?? Infinity) + mismatch(a[row - 1], b[column - 1]),
          (above[column] ?? Infinity) + 1,
          (current[column - 1] ?? Infinity) + 1,
          swapped,
        ),
      );
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? Infinity;
}

function mismatch(a = '', b = ''): number {
  if (a === b) return 0;
  return a.toLowerCase() === b.toLowerCase() ? WRONG_CASE : 1;
}
