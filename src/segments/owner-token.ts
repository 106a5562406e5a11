// The token that stands in every segment of this process, and in the names of its files.
import { randomBytes } from 'node:crypto';
import { TOKEN_BYTES } from './header';

let token: Buffer | undefined;

/** 16 random bytes, drawn once per process (and worker thread). */
export function ownerToken(): Buffer {
  return (token ??= randomBytes(TOKEN_BYTES));
}
