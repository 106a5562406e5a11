// Names that come again and again, in heads and as keys: one that was read before is not made anew.
import type { DirectBuffer } from './direct-buffer';

/** Longer ones are rare. */
const LONGEST = 40;
const PLACES = 1024;

const known: (string | undefined)[] = new Array<string | undefined>(PLACES).fill(undefined);

/**
 * The text of ASCII bytes; `undefined` if there are others among them. A name that is known costs no allocation, and
 * looking it up in a Map, or setting it in an object, no new hash. Whoever sends many names only takes the places of others.
 */
export function asciiName(bytes: DirectBuffer, from: number, to: number): string | undefined {
  let hash = to - from;
  let all = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    all |= byte;
    hash = (hash * 31 + byte) | 0;
  }
  if (all > 0x7f) return undefined;
  if (to - from > LONGEST) return bytes.latin1Slice(from, to);
  const place = (hash ^ (hash >>> 8)) & (PLACES - 1);
  const name = known[place];
  if (name !== undefined && isText(name, bytes, from, to)) return name;
  return (known[place] = bytes.latin1Slice(from, to));
}

function isText(name: string, bytes: DirectBuffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = from; at < to; at++) if (name.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}
