// Making findings, and sentences of them.
import { messageOf } from '../../src/errors';
import type { Check, Finding, Level } from '../../src/doctor-request';

/** A finding. */
export function finding(check: Check, level: Level, says: string, todo?: string): Finding {
  return { check, level, says, ...(todo !== undefined && todo !== '' && { todo }) };
}

/**
 * A finding of what an error says: by the custom of this house its first sentence is the fact, and the others say what to do.
 * @param about put in front of the fact.
 */
export function findingOf(check: Check, level: Level, error: unknown, about = ''): Finding {
  const { fact, rest } = sentences(messageOf(error));
  return finding(check, level, about + fact, rest);
}

/** The first sentence of a message, without its full stop, and what follows. Later lines belong to what follows. */
export function sentences(message: string): { readonly fact: string; readonly rest: string } {
  // A full stop within a path or a number is followed by no space and capital letter.
  const end = /[.?!](?=\s+[A-Z`"(])|\n|[.]?$/.exec(message.trim());
  const text = message.trim();
  if (end === null) return { fact: text, rest: '' };
  const mark = end[0] === '?' || end[0] === '!' ? 1 : 0;
  return { fact: text.slice(0, end.index + mark), rest: text.slice(end.index + end[0].length).trim() };
}

/** `a`, `a and b`, `a, b and c`; after so many, how many more there are. */
export function inWords(items: readonly string[], most = 8): string {
  const shown = items.slice(0, most);
  if (items.length > most) return `${shown.join(', ')} and ${items.length - most} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** `512 B`, `64 MiB`, `1.5 GiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(count, 1)) / 10));
  const value = count / 1024 ** unit;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
