// Names that come again and again, in heads and as keys: one that was read before is not made anew.
import type { DirectBuffer } from './direct-buffer';

/** Longer ones are rare. */
const LONGEST = 40;
const PLACES = 1024;

const known: (string | undefined)[] = new Array<string | undefined>(PLACES).fill(undefined);
/** The bytes of those that are known, `LONGEST` for each place: comparing bytes is faster than asking a string for its letters. */
const spelt = new Uint8Array(PLACES * LONGEST);

/**
 * The text of ASCII bytes; `undefined` if there are others among them. A name that is known costs no allocation, and
 * looking it up in a Map, or setting it in an object, no new hash. Whoever sends many names only takes the places of others.
 */
export function asciiName(bytes: DirectBuffer, from: number, to: number): string | undefined {
  const length = to - from;
  if (length > LONGEST) return isAscii(bytes, from, to) ? bytes.latin1Slice(from, to) : undefined;
  const place = placeOf(bytes, from, to);
  const name = known[place];
  if (name?.length === length && isSpelt(place, bytes, from, to)) return name;
  return isAscii(bytes, from, to) ? learn(place, bytes, from, to) : undefined;
}

/** A sum: its additions don't wait for each other, as those of a product of products do. */
function placeOf(bytes: DirectBuffer, from: number, to: number): number {
  let sum = to - from;
  for (let at = from, weight = 31; at < to; at++, weight += 94) sum += (bytes[at] as number) * weight;
  return (sum ^ (sum >>> 10)) & (PLACES - 1);
}

function isSpelt(place: number, bytes: DirectBuffer, from: number, to: number): boolean {
  let letter = place * LONGEST;
  for (let at = from; at < to; at++) if (spelt[letter++] !== bytes[at]) return false;
  return true;
}

function learn(place: number, bytes: DirectBuffer, from: number, to: number): string {
  spelt.set(bytes.subarray(from, to), place * LONGEST);
  return (known[place] = bytes.latin1Slice(from, to));
}

function isAscii(bytes: DirectBuffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}
