// From a JavaScript value to one CBOR item. What is not in the table of values is refused, by path.
import { endianness } from 'node:os';
import { types } from 'node:util';
import { messageOf } from '../errors';
import { ATTACHMENT_THRESHOLD, DEFAULT_LIMITS } from '../limits';
import { Complex } from '../values/complex';
import { isDetached } from '../values/detach';
import { elementTypeOf, FLOAT16, type ElementType } from '../values/dtypes';
import { GIVEN_BACK } from '../values/given-back';
import { NdArray } from '../values/nd-array';
import type { ByteWriter } from './byte-writer';
import * as tags from './tags';
import { className, describe, entryPart, keyPart, TOO_DEEP, Unencodable, type PathPart } from './unencodable';

/** Whether this machine keeps numbers as they are sent. */
export const LITTLE_ENDIAN = endianness() === 'LE';

/** Bytes of the largest big integer that crosses. */
export const BIGINT_BYTES = 1024 * 1024;

/** A count is written before what it counts. */
const CHANGED = 'changed while it was read';

/** Binaries that left a body, in the order of their indices. Not copied: they belong to the caller until written. */
export type Attachments = Uint8Array[];

/**
 * Writes `value` as one CBOR item.
 * @param attachments where binaries of `ATTACHMENT_THRESHOLD` bytes or more go; without it all stand in the body.
 * @param root how the value is called in errors: `args`, `result`.
 * @throws SameboxError `UNENCODABLE` naming the path; the writer then has a part of the value.
 */
export function encodeValue(
  writer: ByteWriter,
  value: unknown,
  attachments?: Attachments,
  root = 'value',
): void {
  try {
    encode(writer, value, attachments, DEFAULT_LIMITS.depth);
  } catch (error) {
    throw asUnencodable(error).toError(root, value);
  }
}

function encode(
  writer: ByteWriter,
  value: unknown,
  attachments: Attachments | undefined,
  depth: number,
): void {
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value);
      else writer.float64(value);
      return;
    case 'string':
      if (!writer.text(value))
        throw new Unencodable('has a lone surrogate, which no other language can read');
      return;
    case 'boolean':
      writer.byte(value ? 0xf5 : 0xf4);
      return;
    case 'undefined':
      writer.byte(0xf7);
      return;
    case 'bigint':
      encodeBigInt(writer, value);
      return;
    case 'object':
      if (value === null) writer.byte(0xf6);
      else encodeObject(writer, value, attachments, depth);
      return;
    default:
      throw new Unencodable(`is ${describe(value)}, which can't cross`);
  }
}

function encodeObject(
  writer: ByteWriter,
  value: object,
  attachments: Attachments | undefined,
  depth: number,
): void {
  if (depth === 0) throw new Unencodable(TOO_DEEP);
  if (Array.isArray(value)) encodeArray(writer, value, attachments, depth - 1);
  else if (isPlain(value)) encodeRecord(writer, value as Record<string, unknown>, attachments, depth - 1);
  else if (ArrayBuffer.isView(value)) encodeView(writer, value, attachments);
  else encodeInstance(writer, value, attachments, depth - 1);
}

function encodeArray(
  writer: ByteWriter,
  array: readonly unknown[],
  attachments: Attachments | undefined,
  depth: number,
): void {
  const { length } = array;
  writer.header(0x80, length);
  let index = 0;
  try {
    for (; index < length; index++) {
      const item = array[index];
      if (item === undefined && !(index in array)) throw new Unencodable('is a hole in the array');
      encode(writer, item, attachments, depth);
    }
  } catch (error) {
    throw located(error, keyPart(index));
  }
}

function encodeRecord(
  writer: ByteWriter,
  record: Record<string, unknown>,
  attachments: Attachments | undefined,
  depth: number,
): void {
  const keys = Object.keys(record);
  writer.header(0xa0, keys.length);
  let key = '';
  try {
    for (key of keys) {
      if (!writer.text(key)) throw new Unencodable('has a lone surrogate in its name');
      const value = record[key];
      if (value === undefined && !Object.hasOwn(record, key)) throw new Unencodable(CHANGED);
      encode(writer, value, attachments, depth);
    }
  } catch (error) {
    throw located(error, keyPart(key));
  }
  if (Object.getOwnPropertySymbols(record).length > 0) throw new Unencodable('has a symbol as a key');
}

function encodeView(writer: ByteWriter, view: ArrayBufferView, attachments: Attachments | undefined): void {
  const type = elementTypeOf(view);
  if (type === undefined) throw new Unencodable(`is a ${className(view)}: wrap its bytes in a Uint8Array`);
  encodeElements(writer, view, type, attachments);
}

/** The bytes of `view` under the tag of `type`. */
function encodeElements(
  writer: ByteWriter,
  view: ArrayBufferView,
  type: ElementType,
  attachments: Attachments | undefined,
): void {
  const { byteLength } = view;
  if (byteLength === 0 && isDetached(view.buffer)) throw new Unencodable(GIVEN_BACK);
  if (type.tag !== 64) writer.header(0xc0, LITTLE_ENDIAN ? type.tag : type.bigEndianTag);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, byteLength);
  if (attachments !== undefined && byteLength >= ATTACHMENT_THRESHOLD) {
    writer.header(0xc0, tags.TAG_ATTACHMENT);
    writer.integer(attachments.push(bytes) - 1);
  } else {
    writer.header(0x40, byteLength);
    writer.raw(bytes);
  }
}

function encodeInstance(
  writer: ByteWriter,
  value: object,
  attachments: Attachments | undefined,
  depth: number,
): void {
  if (NdArray.is(value)) {
    encodeNdArray(writer, value, attachments, depth);
  } else if (types.isDate(value)) {
    encodeDate(writer, value);
  } else if (types.isMap(value) && isDirect(value)) {
    encodeMap(writer, value, attachments, depth);
  } else if (types.isSet(value) && isDirect(value)) {
    encodeSet(writer, value, attachments, depth);
  } else if (Complex.is(value)) {
    writer.header(0xc0, tags.TAG_COMPLEX);
    writer.header(0x80, 2);
    writer.float64(value.re);
    writer.float64(value.im);
  } else {
    throw new Unencodable(`is a ${className(value)}, which can't cross: send plain data`);
  }
}

function encodeNdArray(
  writer: ByteWriter,
  array: NdArray,
  attachments: Attachments | undefined,
  depth: number,
): void {
  if (array.detached) throw new Unencodable(GIVEN_BACK);
  const { data, shape, dtype } = array;
  writer.header(0xc0, tags.TAG_ND_ARRAY);
  writer.header(0x80, 2);
  encodeArray(writer, shape, undefined, depth);
  if (dtype === 'complex64' || dtype === 'complex128') writer.header(0xc0, tags.TAG_COMPLEX_ARRAY);
  // Float16 may be held as bits, in an array that is of another type by itself.
  if (dtype === 'float16') encodeElements(writer, data, FLOAT16, attachments);
  else encodeView(writer, data, attachments);
}

function encodeMap(
  writer: ByteWriter,
  map: ReadonlyMap<unknown, unknown>,
  attachments: Attachments | undefined,
  depth: number,
): void {
  const { size } = map;
  writer.header(0xc0, tags.TAG_MAP);
  writer.header(0xa0, size);
  let index = 0;
  let place: 'key' | 'value' = 'key';
  let key: unknown;
  let value: unknown;
  try {
    for ([key, value] of map) {
      place = 'key';
      encode(writer, key, attachments, depth);
      place = 'value';
      encode(writer, value, attachments, depth);
      index++;
    }
  } catch (error) {
    throw located(error, entryPart(place, index, key));
  }
  if (index !== size) throw new Unencodable(CHANGED);
}

function encodeSet(
  writer: ByteWriter,
  set: ReadonlySet<unknown>,
  attachments: Attachments | undefined,
  depth: number,
): void {
  const { size } = set;
  writer.header(0xc0, tags.TAG_SET);
  writer.header(0x80, size);
  let index = 0;
  try {
    for (const item of set) {
      encode(writer, item, attachments, depth);
      index++;
    }
  } catch (error) {
    throw located(error, entryPart('key', index));
  }
  if (index !== size) throw new Unencodable(CHANGED);
}

/** Seconds since 1970. A double holds them well enough that every Date comes back to the millisecond. */
function encodeDate(writer: ByteWriter, date: Date): void {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) throw new Unencodable('is an invalid Date');
  writer.header(0xc0, tags.TAG_DATE);
  if (milliseconds % 1000 === 0) writer.integer(milliseconds / 1000);
  else writer.float64(milliseconds / 1000);
}

function encodeBigInt(writer: ByteWriter, value: bigint): void {
  const negative = value < 0n;
  writer.header(0xc0, negative ? tags.TAG_NEGATIVE_BIGINT : tags.TAG_POSITIVE_BIGINT);
  const hex = (negative ? -1n - value : value).toString(16);
  const bytes = hex === '0' ? new Uint8Array(0) : Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  if (bytes.length > BIGINT_BYTES) throw new Unencodable('is a big integer of more than 1 MiB');
  writer.header(0x40, bytes.length);
  writer.raw(bytes);
}

/** Whether `value` is a record: its prototype is null or the Object.prototype of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
  );
}

/** Whether `value` is of a built-in class itself and not of a subclass, whose own part would be lost. */
function isDirect(value: object): boolean {
  const base = Object.getPrototypeOf(Object.getPrototypeOf(value) as object) as object | null;
  return base !== null && Object.getPrototypeOf(base) === null;
}

/** The failure with one more part of its path. A value that throws when it is read can't cross either. */
function located(error: unknown, part: PathPart): Unencodable {
  const unencodable = asUnencodable(error);
  unencodable.path.unshift(part);
  return unencodable;
}

function asUnencodable(error: unknown): Unencodable {
  return error instanceof Unencodable ? error : new Unencodable(`can't be read: ${messageOf(error)}`);
}
