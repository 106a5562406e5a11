// Texts that come again and again, as names in heads, as keys, as units and states: one that was read before is not made anew.
import { isUtf8 } from 'node:buffer';
import type { DirectBuffer } from './direct-buffer';

/** Texts of fewer bytes are looked up among those that came before: units, states, serial numbers. */
const SHORT = 24;
/** From so many bytes on a call to check them costs less than a look at each. */
const LONG = 64;
/** Of names, longer ones are rare. */
const LONGEST = 40;
const PLACES = 1024;

const known: (string | undefined)[] = new Array<string | undefined>(PLACES).fill(undefined);
/** The bytes of those that are known, `LONGEST` for each place: comparing bytes is faster than asking a string for its letters. */
const spelt = new Uint8Array(PLACES * LONGEST);

/**
 * The text of ASCII bytes; `undefined` if there are others among them. A name that is known costs no allocation, and
 * looking it up in a Map, or setting it in an object, no new hash. Whoever sends many names only takes the places of others, and not
 * many: learning one takes longer than to read it.
 */
export function asciiName(bytes: DirectBuffer, from: number, to: number): string | undefined {
  const length = to - from;
  if (length > LONGEST) return isAscii(bytes, from, to) ? bytes.latin1Slice(from, to) : undefined;
  const place = placeOf(bytes, from, to);
  if (place < 0) return undefined;
  const name = known[place];
  if (name?.length === length && isSpelt(place, bytes, from, to)) return name;
  return seldom() ? learn(place, bytes, from, to) : bytes.latin1Slice(from, to);
}

/** Negative if not all bytes are ASCII. The sum's additions don't wait for each other, as those of a product of products do. */
function placeOf(bytes: DirectBuffer, from: number, to: number): number {
  let sum = to - from;
  let bits = 0;
  for (let at = from, weight = 31; at < to; at++, weight += 94) {
    const byte = bytes[at] as number;
    sum += byte * weight;
    bits |= byte;
  }
  return bits > 0x7f ? -1 : (sum ^ (sum >>> 10)) & (PLACES - 1);
}

function isSpelt(place: number, bytes: DirectBuffer, from: number, to: number): boolean {
  let letter = place * LONGEST;
  for (let at = from; at < to; at++) if (spelt[letter++] !== bytes[at]) return false;
  return true;
}

function learn(place: number, bytes: DirectBuffer, from: number, to: number): string {
  let letter = place * LONGEST;
  for (let at = from; at < to; at++) spelt[letter++] = bytes[at] as number;
  return (known[place] = bytes.latin1Slice(from, to));
}

function isAscii(bytes: DirectBuffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}

/** The text of any bytes; `undefined` if they are not UTF-8. */
export function textOf(bytes: DirectBuffer, from: number, to: number): string | undefined {
  const length = to - from;
  if (length < SHORT) {
    const known = asciiName(bytes, from, to);
    if (known !== undefined) return known;
  } else if (length < LONG && isAscii(bytes, from, to)) {
    return bytes.latin1Slice(from, to);
  }
  return isUtf8(bytes.subarray(from, to)) ? bytes.utf8Slice(from, to) : undefined;
}

let state = 1;

/** Whether a newcomer is learnt: one in eight, without a pattern, so that none always comes when another one is. */
export function seldom(): boolean {
  state = (Math.imul(state, 1664525) + 1013904223) | 0; // Numerical Recipes' generator: its high bits are good enough.
  return state >>> 29 === 0;
}
