// From one CBOR item to a JavaScript value. Trusts no length, depth or count.
import { messageOf, SameboxError } from '../errors';
import { DEFAULT_LIMITS, type Limits } from '../limits';
import { elementTypeOfTag, type ElementType, type TypedArray } from '../values/dtypes';
import { halfToNumber } from '../values/float16';
import type { NdArray } from '../values/nd-array';
import { ownerOf } from '../values/ownership';
import * as content from './decode-content';
import type { DirectBuffer } from './direct-buffer';
import { asciiName, textOf } from './names';
import { MOST_FORKS, Shapes } from './shapes';
import * as tags from './tags';

/** What items cost beside the one of every item, by the memory and time that they take. */
const COST = {
  /** An array, map, set or tag. */
  container: 8,
  /** A byte string: it becomes an array with memory of its own. */
  bytes: 32,
  text: 2,
  /** A name in an object: objects with very many names are slow. */
  name: 8,
  /** A member of a set or key of a map: hashes of numbers can be made to collide. */
  member: 256,
};

/** What names came in objects, of any peer. */
const shapes = new Shapes();

/** A binary that left the body, or why it couldn't be had. It may lie anywhere in its ArrayBuffer. */
export type Attachment = Uint8Array | SameboxError;

/**
 * Reads the one CBOR item that `bytes` is.
 *
 * Nothing in the result aliases `bytes`: binaries are copied. Attachments are given away to it: the arrays in the result are
 * views onto their ArrayBuffers, and nothing is copied but what can't be viewed, since it doesn't lie at a multiple of its
 * element size or is big-endian. An attachment's memory is never written.
 * @param attachments the binaries that left the body; each must be named once, in order.
 * @throws SameboxError `PROTOCOL` for what isn't valid, `TOO_LARGE` for what is over a limit, and an attachment that is an
 * error, as it is, once the body names it.
 */
export function decodeValue(
  bytes: Buffer,
  attachments: readonly Attachment[] = [],
  limits: Pick<Limits, 'depth' | 'items'> = DEFAULT_LIMITS,
): unknown {
  return new Reader(bytes, attachments, limits).readWhole();
}

class Reader {
  private position = 0;
  private nextAttachment = 0;
  /** How many there were: one within another is none. */
  private ndArrays = 0;
  /** The names so far of the object that is read. */
  private within = shapes.outside;
  private view: DataView | undefined;
  private offset = 0;
  private depth: number;
  private items: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly attachments: readonly Attachment[],
    limits: Pick<Limits, 'depth' | 'items'>,
  ) {
    this.depth = limits.depth;
    this.items = limits.items;
  }

  readWhole(): unknown {
    const value = this.read();
    if (this.position !== this.bytes.length) throw this.invalid('bytes after the end of the item');
    if (this.nextAttachment !== this.attachments.length)
      throw this.invalid('an attachment that nothing names');
    return value;
  }

  private read(): unknown {
    this.charge(1);
    const initial = this.byte();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case 0:
        return this.argument(info);
      case 1: {
        const argument = this.argument(info);
        return typeof argument === 'bigint' || argument === Number.MAX_SAFE_INTEGER
          ? -1n - BigInt(argument)
          : -1 - argument;
      }
      case 2:
        return this.byteString(this.length(info));
      case 3:
        return this.text(this.length(info));
      case 4:
        return this.array(info);
      case 5:
        return this.mapOrRecord(info);
      case 6:
        return this.tagged(info);
      default:
        return this.simple(info);
    }
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 25:
        return halfToNumber(this.bytes.readUInt16BE(this.skip(2)));
      case 26:
        return this.bytes.readFloatBE(this.skip(4));
      case 27:
        return this.float64(this.skip(8));
      default:
        throw this.invalid(`simple value ${info}`);
    }
  }

  private float64(position: number): number {
    let { view } = this;
    if (view === undefined) {
      view = this.view = content.viewOf(this.bytes);
      this.offset = this.bytes.byteOffset;
    }
    return view.getFloat64(this.offset + position);
  }

  /** A header's argument: a bigint only where a number can't hold it. */
  private argument(info: number): number | bigint {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.byte();
      case 25:
        return this.bytes.readUInt16BE(this.skip(2));
      case 26:
        return this.bytes.readUInt32BE(this.skip(4));
      case 27: {
        const at = this.skip(8);
        const high = this.bytes.readUInt32BE(at);
        if (high > 0x1fffff) return this.bytes.readBigUInt64BE(at);
        return high * 0x100000000 + this.bytes.readUInt32BE(at + 4);
      }
      default:
        throw this.invalid('an indefinite or reserved length');
    }
  }

  /** A length or count: never more than the bytes that are left, since every item has at least one. */
  private length(info: number): number {
    const length = info < 24 ? info : this.argument(info);
    if (length > this.bytes.length - this.position) throw this.invalid('a length beyond the end');
    return length as number;
  }

  private text(length: number): string {
    this.charge(COST.text);
    const text = textOf(this.bytes as DirectBuffer, this.skip(length), this.position);
    if (text === undefined) throw this.invalid('text that is not UTF-8');
    return text;
  }

  /** A text that is a key: the same few come again and again. Undefined if what stands here is no text. */
  private name(): string | undefined {
    const initial = this.peek();
    if (initial >> 5 !== 3) return undefined;
    this.charge(COST.name);
    const length = initial & 0x1f;
    const to = this.position + 1 + length;
    const whole = length < 24 && to <= this.bytes.length;
    const known = whole ? asciiName(this.bytes as DirectBuffer, to - length, to) : undefined;
    if (known === undefined) return this.read() as string;
    this.charge(1 + COST.text);
    this.position = to;
    return known;
  }

  /** A copy with an ArrayBuffer of its own. */
  private byteString(length: number): Uint8Array {
    this.charge(COST.bytes);
    const start = this.skip(length);
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(start, this.position));
    return copy;
  }

  private array(info: number): unknown[] {
    this.enter();
    const array: unknown[] = [];
    for (let left = this.length(info); left > 0; left--) array.push(this.read());
    this.depth++;
    return array;
  }

  /** An untagged map: an object if every key is text, else a Map. */
  private mapOrRecord(info: number): unknown {
    this.enter();
    const count = this.length(info);
    const { within } = this;
    this.within = within.inside;
    const result = count < 2 ? this.others({}, count) : this.members(count);
    this.within = within;
    this.depth++;
    return result;
  }

  /** Names that came in this order before, whose object is made at once; then the others. */
  private members(count: number): unknown {
    const values: unknown[] = [];
    let name: string | undefined;
    let forks = 0;
    while (values.length < count) {
      let next = this.within.next(this.bytes as DirectBuffer, this.position);
      if (next !== undefined) {
        this.charge(COST.name + 1 + COST.text);
        this.position += next.spelt.length;
      } else {
        name = this.name();
        next = name === undefined || ++forks > MOST_FORKS ? undefined : this.within.with(name);
        if (next === undefined) break;
      }
      this.within = next;
      values.push(this.read());
    }
    if (values.length === count) return this.within.make(values);
    return this.others(this.within.begin(values), count - values.length, name);
  }

  /** @param name of the first, if it was read already. */
  private others(record: Record<string, unknown>, count: number, name?: string): unknown {
    for (let left = count; left > 0; left--) {
      const key = name ?? this.name();
      if (key === undefined) return this.entries(new Map(Object.entries(record)), left);
      name = undefined;
      const value = this.read();
      if (key === '__proto__') defineProto(record, value);
      else record[key] = value;
    }
    return record;
  }

  private entries(map: Map<unknown, unknown>, count: number): Map<unknown, unknown> {
    for (let left = count; left > 0; left--) {
      const key = this.member();
      map.set(key, this.read());
    }
    return map;
  }

  private set(): Set<unknown> {
    if (this.peek() >> 5 !== 4) throw this.invalid('a set without an array');
    const set = new Set<unknown>();
    for (let left = this.length(this.byte() & 0x1f); left > 0; left--) set.add(this.member());
    return set;
  }

  /** A member of a set or key of a map. Texts have hashes that nobody can foresee. */
  private member(): unknown {
    const member = this.read();
    if (typeof member !== 'string') this.charge(COST.member);
    return member;
  }

  private tagged(info: number): unknown {
    const tag = this.argument(info) as number;
    this.enter();
    const value = this.taggedContent(tag);
    this.depth++;
    return value;
  }

  private taggedContent(tag: number): unknown {
    switch (tag) {
      case tags.TAG_DATE:
        return this.make(content.dateOfSeconds, this.read());
      case tags.TAG_DATE_TEXT:
        return this.make(content.dateOfText, this.read());
      case tags.TAG_POSITIVE_BIGINT:
        return this.make(content.bigInteger, this.read());
      case tags.TAG_NEGATIVE_BIGINT:
        return -1n - this.make(content.bigInteger, this.read());
      case tags.TAG_SET:
        return this.set();
      case tags.TAG_MAP:
        if (this.peek() >> 5 !== 5) throw this.invalid('tag 259 without a map');
        return this.entries(new Map(), this.length(this.byte() & 0x1f));
      case tags.TAG_COMPLEX:
        return this.make(content.complex, this.read());
      case tags.TAG_COMPLEX_ARRAY:
        return this.make(content.complexArray, this.read());
      case tags.TAG_ND_ARRAY:
        return this.ndArray();
      case tags.TAG_ATTACHMENT:
        return this.attachment();
    }
    const type = elementTypeOfTag(tag);
    if (type === undefined) throw this.invalid(`tag ${tag}, which is not in the table of values`);
    return this.typedArray(type, tag);
  }

  private attachment(): Uint8Array {
    const index = this.read();
    const bytes = this.attachments[this.nextAttachment];
    if (index !== this.nextAttachment || bytes === undefined)
      throw this.invalid('an attachment that is not next');
    if (!ArrayBuffer.isView(bytes)) throw bytes;
    this.nextAttachment++;
    ownerOf(bytes.buffer)?.handOut?.(bytes);
    return bytes;
  }

  /** What came out of the body is the reader's own copy; an attachment may be memory that others see. */
  private typedArray(type: ElementType, tag: number): TypedArray | NdArray {
    const before = this.nextAttachment;
    const bytes = this.read();
    if (!(bytes instanceof Uint8Array)) throw this.invalid('a typed array without bytes');
    const foreign = this.nextAttachment !== before;
    const array = this.made(() => content.typedArray(bytes, type, tag, foreign));
    if (foreign && ArrayBuffer.isView(array)) ownerOf(array.buffer)?.handOut?.(array);
    return array;
  }

  private ndArray(): NdArray {
    const before = this.ndArrays;
    const parts = this.read();
    if (!Array.isArray(parts)) throw this.invalid('an n-dimensional array without an array');
    if (this.ndArrays !== before) throw this.invalid('an n-dimensional array within another');
    this.ndArrays++;
    return this.made(() => content.ndArray(parts[0], parts[1]));
  }

  /** What doesn't fit together is the sender's fault. */
  private make<T>(of: (content: unknown) => T, content: unknown): T {
    return this.made(() => of(content));
  }

  private made<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      throw this.invalid(messageOf(error));
    }
  }

  private enter(): void {
    if (this.depth-- === 0) throw new SameboxError('TOO_LARGE', 'the body is nested too deeply');
    this.charge(COST.container);
  }

  private charge(cost: number): void {
    this.items -= cost;
    if (this.items < 0) {
      throw new SameboxError('TOO_LARGE', 'the body has too many items: send numbers as a typed array');
    }
  }

  private peek(): number {
    if (this.position >= this.bytes.length) throw this.invalid('an early end');
    return this.bytes[this.position] as number;
  }

  private byte(): number {
    const byte = this.peek();
    this.position++;
    return byte;
  }

  private skip(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) throw this.invalid('an early end');
    this.position = start + count;
    return start;
  }

  private invalid(what: string): SameboxError {
    return new SameboxError(
      'PROTOCOL',
      `the body has ${what} (at byte ${this.position} of ${this.bytes.length})`,
    );
  }
}

/** `__proto__` is data: a plain assignment would set the prototype. */
function defineProto(record: object, value: unknown): void {
  Object.defineProperty(record, '__proto__', { value, writable: true, enumerable: true, configurable: true });
}
