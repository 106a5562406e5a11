// Heads to bytes and back, by hand: a head is one small CBOR array of numbers, texts and attachment lists.
import { isUtf8 } from 'node:buffer';
import type { ByteWriter } from '../cbor/byte-writer';
import type { DirectBuffer } from '../cbor/direct-buffer';
import { asciiName } from '../cbor/names';
import { SameboxError } from '../errors';
import { HEAD_FIELDS, KIND, type FieldType, type Head, type KindName } from './heads';

type Field = number | string | null | readonly Field[];

const FIELDS: readonly (readonly FieldType[])[] = (Object.keys(KIND) as KindName[]).map((name) => [
  'uint',
  'uint',
  'uint',
  ...HEAD_FIELDS[name].map(([, type]) => type),
]);

/**
 * Writes a head as it is: the types have checked it.
 * @throws SameboxError `UNENCODABLE` for a name that is no text.
 */
export function writeHead(writer: ByteWriter, head: Head): void {
  writeFields(writer, head);
}

function writeFields(writer: ByteWriter, fields: readonly Field[]): void {
  const { length } = fields;
  writer.header(0x80, length);
  for (let index = 0; index < length; index++) {
    const field = fields[index] as Field;
    if (typeof field === 'number') writer.header(0x00, field);
    else if (typeof field === 'string') writeName(writer, field);
    else if (field === null) writer.byte(0xf6);
    else writeFields(writer, field);
  }
}

function writeName(writer: ByteWriter, name: string): void {
  if (!writer.text(name))
    throw new SameboxError('UNENCODABLE', `the name ${JSON.stringify(name)} has a lone surrogate`);
}

/**
 * Reads the head that `bytes` has from `start` to `end`. Elements after those that the kind has are ignored.
 * @throws SameboxError `PROTOCOL`, after which the connection can't go on.
 */
export function readHead(bytes: Buffer, start: number, end: number): Head {
  reader.bytes = bytes as DirectBuffer;
  reader.position = start;
  reader.end = end;
  return reader.head();
}

class HeadReader {
  bytes!: DirectBuffer;
  position = 0;
  end = 0;

  head(): Head {
    const count = this.count();
    const kind = this.uint();
    const types = FIELDS[kind];
    if (types === undefined) throw invalid(`of kind ${kind}, which does not exist`);
    if (count < types.length) throw invalid(`with ${count} elements where there are ${types.length}`);
    const head: Field[] = [kind];
    for (let index = 1; index < types.length; index++) head.push(this.field(types[index] as FieldType));
    for (let extra = types.length; extra < count; extra++) this.skipItem(8);
    if (this.position !== this.end) throw invalid('longer than its array');
    return head as unknown as Head;
  }

  private field(type: FieldType): Field {
    switch (type) {
      case 'uint':
        return this.uint();
      case 'text':
        return this.text();
      case 'budget':
        if (this.bytes[this.position] !== 0xf6) return this.uint();
        this.position++;
        return null;
      case 'attachments':
        return this.attachments();
    }
  }

  private attachments(): Field[] {
    const list: Field[] = [];
    for (let left = this.count(); left > 0; left--) {
      if ((this.next() & 0xe0) === 0x00 || list.length === 0) {
        list.push(this.uint());
        continue;
      }
      const length = this.count();
      if (length !== 2 && length !== 4) throw invalid('with an attachment of unknown form');
      list.push(Array.from({ length }, () => this.uint()));
    }
    if (list.length === 1) throw invalid('with a body length but no attachment');
    return list;
  }

  private count(): number {
    if ((this.next() & 0xe0) !== 0x80) throw invalid('without an array where there is one');
    return this.argument();
  }

  private uint(): number {
    if ((this.next() & 0xe0) !== 0x00) throw invalid('without a number where there is one');
    return this.argument();
  }

  private text(): string {
    if ((this.next() & 0xe0) !== 0x60) throw invalid('without a text where there is one');
    const length = this.argument();
    const from = this.position;
    if (length > this.end - from) throw invalid('with a text beyond its end');
    this.position = from + length;
    const name = asciiName(this.bytes, from, this.position);
    if (name !== undefined) return name;
    if (!isUtf8(this.bytes.subarray(from, this.position))) throw invalid('with a text that is not UTF-8');
    return this.bytes.utf8Slice(from, this.position);
  }

  private argument(): number {
    const info = (this.bytes[this.position++] as number) & 0x1f;
    if (info < 24) return info;
    const width = 1 << (info - 24);
    if (info > 27 || width > this.end - this.position)
      throw invalid('with a number that is cut or indefinite');
    let value = 0;
    for (const end = this.position + width; this.position < end; this.position++)
      value = value * 256 + (this.bytes[this.position] as number);
    if (value > Number.MAX_SAFE_INTEGER) throw invalid('with a number over 2^53');
    return value;
  }

  /** Passes over an element of a later version. */
  private skipItem(depth: number): void {
    const major = this.next() >> 5;
    const argument = this.argument();
    if (major === 2 || major === 3) this.position += argument;
    const items = major === 4 ? argument : major === 5 ? 2 * argument : major === 6 ? 1 : 0;
    if (items > 0 && depth === 0) throw invalid('nested too deeply');
    for (let left = items; left > 0; left--) this.skipItem(depth - 1);
    if (this.position > this.end) throw invalid('with an element beyond its end');
  }

  private next(): number {
    if (this.position >= this.end) throw invalid('that ends early');
    return this.bytes[this.position] as number;
  }
}

const reader = new HeadReader();

function invalid(what: string): SameboxError {
  return new SameboxError('PROTOCOL', `a head ${what}`);
}
