// Errors on the wire: code and `ran` in the head, words, facts and cause in the body.
import { ByteWriter } from '../cbor/byte-writer';
import { decodeValue, type Attachment } from '../cbor/decode';
import { encodeValue } from '../cbor/encode';
import { CATALOGUE, isErrorCode, messageOf, SameboxError, type Ran } from '../errors';
import type { ErrorHead } from '../frames';

/** What a target threw, as it crosses. */
interface ThrownBody {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Own fields of the error that can cross. */
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ErrorBody {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly thrown?: ThrownBody;
}

/** Characters of a text, and bytes of all details or fields, that cross: any frame has room for them. */
const MOST_TEXT = 32 * 1024;
const MOST_FIELDS = 128 * 1024;

/** A key and a value that cross surely take no more. */
const MOST_SURE_BYTES = 256;
const PRINTABLE = /^[ -~]*$/;

/** Never fields: they stand elsewhere, or lead to other errors. */
const NO_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);

/** The body of an error frame: only what can cross, so that an error never fails to be reported. */
export function errorToWire(error: SameboxError): ErrorBody {
  const thrown = error.cause === undefined ? undefined : thrownToWire(error.cause);
  return {
    message: crossing(error.message),
    details: encodable(error.details),
    ...(thrown && { thrown }),
  };
}

/** What was thrown may be anything, and anything may throw when it is read. */
function thrownToWire(thrown: unknown): ThrownBody {
  if (typeof thrown !== 'object' || thrown === null)
    return { name: 'NonError', message: crossing(messageOf(thrown)), fields: {} };
  const name = read(thrown, 'name');
  const stack = read(thrown, 'stack');
  const message = read(thrown, 'message');
  return {
    name: typeof name === 'string' ? crossing(name) : 'Error',
    message: typeof message === 'string' ? crossing(message) : '',
    ...(typeof stack === 'string' && { stack: crossing(stack) }),
    fields: encodable(thrown),
  };
}

/** The error that a frame tells of. Unknown codes and odd `ran` values are read as `INTERNAL` and `maybe`. */
export function errorFromWire(
  [, , , code, ran]: ErrorHead,
  body: Buffer,
  attachments: readonly Attachment[],
  call = 'the call',
): SameboxError {
  const { message, details, thrown } = readErrorBody(body, attachments);
  const known = isErrorCode(code) ? code : 'INTERNAL';
  return new SameboxError(known, message ?? `${call}: ${CATALOGUE[known].means}`, {
    ran: ran === 'no' || ran === 'yes' || ran === 'maybe' ? (ran satisfies Ran) : 'maybe',
    details: { ...details, ...(known !== code && { code }) },
    ...(thrown && { cause: thrownFromWire(thrown) }),
  });
}

/** What of a body can be read: nothing in it is taken for granted. */
export function readErrorBody(
  body: Buffer,
  attachments: readonly Attachment[] = [],
): { message?: string; details: Record<string, unknown>; thrown?: Record<string, unknown> } {
  let value: unknown;
  try {
    value = decodeValue(body, attachments);
  } catch {
    return { details: {} };
  }
  const { message, details, thrown } = record(value) ?? {};
  const cause = record(thrown);
  return {
    ...(typeof message === 'string' && { message }),
    details: record(details) ?? {},
    ...(cause && { thrown: cause }),
  };
}

function thrownFromWire({ name, message, stack, fields }: Record<string, unknown>): Error {
  const error = new Error(typeof message === 'string' ? message : '');
  const ownName = typeof name === 'string' ? name : 'Error';
  Object.defineProperty(error, 'name', { value: ownName, writable: true, configurable: true });
  if (typeof stack === 'string') error.stack = stack;
  for (const [key, value] of Object.entries(record(fields) ?? {})) {
    if (NO_FIELDS.has(key)) continue;
    Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return error;
}

/** The own fields that can cross, as copies: what reads differently the second time can do no harm. */
function encodable(source: object): Record<string, unknown> {
  const result = Object.create(null) as Record<string, unknown>;
  let left = MOST_FIELDS;
  for (const key of keysOf(source)) {
    if (NO_FIELDS.has(key)) continue;
    try {
      const value = (source as Record<string, unknown>)[key];
      // What most errors say, thousands a second where calls are refused, needs no trial.
      if (crossesSurely(key) && crossesSurely(value) && left > MOST_SURE_BYTES) {
        left -= MOST_SURE_BYTES;
        result[key] = value;
        continue;
      }
      const writer = new ByteWriter(256);
      encodeValue(writer, { [key]: value });
      const bytes = Buffer.concat(writer.take());
      if (bytes.length > left) continue;
      left -= bytes.length;
      Object.assign(result, decodeValue(bytes));
    } catch {
      continue; // A field that can't cross is left out; the error itself still arrives.
    }
  }
  return result;
}

/** Small, and the same whenever it is read. */
function crossesSurely(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return typeof value === 'string' && value.length <= 100 && PRINTABLE.test(value);
}

function keysOf(source: object): string[] {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}

function read(source: object, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

/** `text` as any language can read it, and not too much of it. */
function crossing(text: string): string {
  const cut = text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
  return (cut as string & { toWellFormed(): string }).toWellFormed();
}
