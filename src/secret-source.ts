// Where a secret comes from: a file that nobody else can read, or the environment. Never the command line, which all can see.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { SameboxError } from './errors';
import { codeOf, userLabel } from './native';
import { IS_WINDOWS } from './os';
import { Secret } from './secret';

/** A file, or the name of an environment variable. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/** The environment variables that a client looks at when it is told no secret. */
export const SECRET_FILE_VARIABLE = 'SAMEBOX_SECRET_FILE';
export const SECRET_VARIABLE = 'SAMEBOX_SECRET';

/** Who can see one exchange can try secrets against it at home: short ones would not last. */
const LEAST_BYTES = 16;
const MOST_BYTES = 4096;
const OPEN_TO_OTHERS = 0o077;
const MAKE = 'Make one: (umask 077; openssl rand -hex 32 > FILE)';

/** What a client uses that is told none: `SAMEBOX_SECRET_FILE`, else `SAMEBOX_SECRET`, else none. */
export function defaultSource(env: NodeJS.ProcessEnv = process.env): SecretSource | undefined {
  const file = env[SECRET_FILE_VARIABLE];
  if (file !== undefined && file !== '') return { file };
  return (env[SECRET_VARIABLE] ?? '') === '' ? undefined : { env: SECRET_VARIABLE };
}

/** @throws TypeError if `value` is no source. */
export function checkSource(value: unknown, what: string): asserts value is SecretSource {
  const [key, ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const named = key !== undefined && (key[0] === 'file' || key[0] === 'env');
  if (named && more.length === 0 && typeof key[1] === 'string' && key[1] !== '') return;
  // What was given isn't shown: it may be the secret.
  throw new TypeError(`${what} must be { file: 'PATH' } or { env: 'NAME' }, never the secret itself.`);
}

/**
 * Reads a secret. One line end after it doesn't count.
 *
 * @throws SameboxError `DENIED` for a file that isn't a plain file of this user or root, or that others have rights to;
 * `INVALID_ARGUMENT` if there is none, or it has fewer than 16 bytes.
 */
export function loadSecret(source: SecretSource, env: NodeJS.ProcessEnv = process.env): Secret {
  if ('file' in source) return secretOf(fromFile(resolve(source.file)), `The secret in ${source.file}`);
  const value = env[source.env] ?? '';
  if (value === '') throw invalid(`The environment variable ${source.env} is not set. ${MAKE}`);
  return secretOf(Buffer.from(value), `The secret in ${source.env}`);
}

function secretOf(bytes: Buffer, what: string): Secret {
  const text = bytes.subarray(0, bytes.length - lineEnd(bytes));
  if (text.length >= LEAST_BYTES) return new Secret(text);
  throw invalid(`${what} has ${text.length} bytes; it needs at least ${LEAST_BYTES}. ${MAKE}`);
}

function lineEnd(bytes: Buffer): number {
  if (bytes.at(-1) !== 0x0a) return 0;
  return bytes.at(-2) === 0x0d ? 2 : 1;
}

/** What is checked is what is read: all by one descriptor, never through a link. */
function fromFile(path: string): Buffer {
  const fd = open(path);
  try {
    requireOwn(path, fstatSync(fd));
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    // On Windows, the last two don't exist.
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
    return openSync(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOENT':
        throw invalid(`There is no secret file ${path}. ${MAKE}`, error);
      case 'ELOOP':
        throw denied(path, 'is a link. Name the file itself', error);
      case 'EACCES':
        throw denied(path, `can't be read by this user. Keep a copy of your own`, error);
      default:
        throw invalid(`The secret file ${path} can't be read (${codeOf(error) ?? 'unknown error'}).`, error);
    }
  }
}

/** On Windows a file's rights are told by no mode: keep it in your own folder. */
function requireOwn(path: string, found: Stats): void {
  if (!found.isFile()) throw denied(path, 'is not a plain file');
  if (found.size > MOST_BYTES) throw invalid(`The secret file ${path} has more than ${MOST_BYTES} bytes.`);
  if (IS_WINDOWS) return;
  if (found.uid !== process.geteuid?.() && found.uid !== 0)
    throw denied(path, `belongs to ${userLabel(found.uid)}. Keep a copy of your own`);
  if ((found.mode & OPEN_TO_OTHERS) !== 0)
    throw denied(path, `can be reached by others. Close it: chmod 600 ${path}`);
}

function invalid(message: string, cause?: unknown): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, cause === undefined ? {} : { cause });
}

function denied(path: string, fact: string, cause?: unknown): SameboxError {
  return new SameboxError('DENIED', `The secret file ${path} ${fact}.`, {
    ...(cause !== undefined && { cause }),
    details: { path },
  });
}
