// Security identifiers of Windows that stand for the same everywhere, and that of a service, which follows from its name.
import { createHash } from 'node:crypto';

/** Accounts and groups that every Windows has. */
export const SID = {
  system: 'S-1-5-18',
  localService: 'S-1-5-19',
  administrators: 'S-1-5-32-544',
} as const;

/** SHA-1 has five words of 32 bits. */
const WORDS = 5;

/** The SID of `NT SERVICE\name`: Windows makes it of the name's SHA-1, whatever the case of its letters. */
export function serviceSid(name: string): string {
  const digest = createHash('sha1').update(Buffer.from(name.toUpperCase(), 'utf16le')).digest();
  const words = Array.from({ length: WORDS }, (_, at) => digest.readUInt32LE(4 * at));
  return `S-1-5-80-${words.join('-')}`;
}
