// Errors on the wire: code and `ran` in the head, words, facts and cause in the body.
import { ByteWriter, decodeValue, encodeValue } from '../cbor';
import { CATALOGUE, isErrorCode, SameboxError, type Ran } from '../errors';
import type { ErrorHead } from '../frames';

/** What a target threw, as it crosses. */
interface ThrownBody {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Own fields of the error that can cross. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

interface ErrorBody {
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly thrown?: ThrownBody;
}

/** The body of an error frame: only what can cross, so that an error never fails to be reported. */
export function errorToWire(error: SameboxError): ErrorBody {
  const thrown = error.cause === undefined ? undefined : thrownToWire(error.cause);
  return {
    message: wellFormed(error.message),
    details: encodable(error.details),
    ...(thrown && { thrown }),
  };
}

function thrownToWire(thrown: unknown): ThrownBody {
  if (typeof thrown !== 'object' || thrown === null)
    return { name: 'NonError', message: wellFormed(String(thrown)) };
  const { name, message, stack } = thrown as Partial<Error>;
  return {
    name: wellFormed(typeof name === 'string' ? name : 'Error'),
    message: wellFormed(typeof message === 'string' ? message : ''),
    ...(typeof stack === 'string' && { stack: wellFormed(stack) }),
    fields: encodable(thrown as Record<string, unknown>),
  };
}

/** The error that a frame tells of. Unknown codes and odd `ran` values are read as `INTERNAL` and `maybe`. */
export function errorFromWire(
  [, , , code, ran]: ErrorHead,
  body: Buffer,
  attachments: readonly Uint8Array[],
  call = 'the call',
): SameboxError {
  const { message, details, thrown } = readBody(body, attachments);
  const known = isErrorCode(code) ? code : 'INTERNAL';
  return new SameboxError(known, message ?? `${call}: ${CATALOGUE[known].means}`, {
    ran: ran === 'no' || ran === 'yes' || ran === 'maybe' ? (ran satisfies Ran) : 'maybe',
    details: { ...details, ...(known !== code && { code }) },
    ...(thrown && { cause: thrownFromWire(thrown) }),
  });
}

function readBody(body: Buffer, attachments: readonly Uint8Array[]): Partial<ErrorBody> {
  try {
    const value = decodeValue(body, attachments) as Partial<ErrorBody> | undefined;
    return typeof value === 'object' && typeof value.message === 'string' ? value : {};
  } catch {
    return {};
  }
}

function thrownFromWire(thrown: Partial<ThrownBody>): Error {
  const error = new Error(String(thrown.message));
  Object.defineProperty(error, 'name', { value: String(thrown.name), writable: true, configurable: true });
  if (typeof thrown.stack === 'string') error.stack = thrown.stack;
  for (const [key, value] of Object.entries(thrown.fields ?? {})) {
    if (key !== 'stack' && key !== 'message' && key !== 'name') {
      Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }
  return error;
}

/** The own fields that can cross. */
function encodable(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    if (key === 'stack' || key === 'message' || key === 'name' || key === 'cause') continue;
    try {
      const writer = new ByteWriter(256);
      encodeValue(writer, { [key]: record[key] });
      if (writer.position < 64 * 1024) result[key] = record[key];
    } catch {
      continue; // A field that can't cross is left out; the error itself still arrives.
    }
  }
  return result;
}

function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed();
}
