// How a frame is spoilt. Every mutation takes and gives whole bytes; what they mean then is the daemon's problem.

const PREFIX = 6;
const NUMBERS = [
  0,
  1,
  2,
  23,
  24,
  255,
  256,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  -1,
  0.5,
];
const WORDS = [
  '',
  '$daemon',
  'pm',
  'cam',
  'echo',
  '__proto__',
  'constructor',
  '\u0000',
  'x'.repeat(300),
  '🦭',
];

export class Mutations {
  #random;
  #wire;
  #codec;

  /** @param {{ decodeValue: Function, encode: (value: unknown) => Buffer }} codec */
  constructor(random, wire, codec) {
    this.#random = random;
    this.#wire = wire;
    this.#codec = codec;
  }

  /** One frame, spoilt in one of many ways; `[name, bytes]`. `other` is another frame of the corpus. */
  mutate(frame, other) {
    const name = this.#random.weighted({
      bits: 4,
      cut: 2,
      cutRight: 2,
      lie: 3,
      splice: 2,
      head: 8,
      counts: 3,
      nest: 2,
      insert: 2,
      segments: 4,
      endless: 1,
      garbage: 1,
      valid: 3,
    });
    return [name, this[name](frame, other)];
  }

  /** As it came: between spoilt ones the good must go on. */
  valid(frame) {
    return frame;
  }

  bits(frame) {
    const copy = Buffer.from(frame);
    const flips = this.#random.integer(1, 8);
    for (let flip = 0; flip < flips; flip++)
      copy[this.#random.integer(0, copy.length - 1)] ^= 1 << this.#random.integer(0, 7);
    return copy;
  }

  /** What follows is taken for its rest. */
  cut(frame) {
    return frame.subarray(0, this.#random.integer(1, frame.length - 1));
  }

  /** Cut, with a length that fits. */
  cutRight(frame) {
    return fitted(Buffer.from(frame.subarray(0, this.#random.integer(PREFIX + 1, frame.length))));
  }

  lie(frame) {
    const copy = Buffer.from(frame);
    const random = this.#random;
    if (random.chance(0.5))
      copy.writeUInt32BE(
        random.pick([0, 1, 2, 3, copy.length, copy.length - 5, 2 ** 20, 2 ** 26 - 4, 2 ** 31, 2 ** 32 - 1]),
      );
    else copy.writeUInt16BE(random.pick([0, 1, 2, 100, copy.length & 0xffff, 4096, 16_384, 65_535]), 4);
    return copy;
  }

  splice(frame, other) {
    const random = this.#random;
    const spliced = Buffer.concat([
      frame.subarray(0, random.integer(PREFIX, frame.length)),
      other.subarray(random.integer(0, other.length - 1)),
    ]);
    return random.chance(0.7) ? fitted(spliced) : spliced;
  }

  /** Another kind, an id that was used or goes down, flags, texts and numbers out of place; sometimes more or fewer. */
  head(frame) {
    const parts = this.#parts(frame);
    if (parts === undefined) return this.bits(frame);
    const { head, rest } = parts;
    const random = this.#random;
    for (let changes = random.integer(1, 3); changes > 0; changes--) {
      const place = random.integer(0, head.length);
      if (place === head.length) head.push(this.#anything());
      else if (place === 0) head[0] = random.integer(0, 22);
      else if (random.chance(0.1)) head.splice(place, 1);
      else
        head[place] =
          typeof head[place] === 'string' && random.chance(0.7) ? random.pick(WORDS) : this.#anything();
    }
    return this.#assembled(head, rest);
  }

  /** A header in the body that counts what isn't there. */
  counts(frame) {
    const major = this.#random.pick([0x40, 0x60, 0x80, 0xa0, 0xc0]);
    const count = this.#random.pick([2 ** 16, 2 ** 24, 2 ** 32 - 1]);
    const wide = Buffer.from([major | 27, 0, 0, 0, 0, 0, 0, 0, 0]);
    if (this.#random.chance(0.5)) wide.writeUInt32BE(count, 5);
    else wide.fill(0xff, 1);
    return this.#withBody(frame, Buffer.concat([wide, Buffer.alloc(this.#random.integer(0, 40), 0x81)]));
  }

  nest(frame) {
    const byte = this.#random.pick([0x81, 0xa1, 0xc1, 0x9f, 0xd9]);
    return this.#withBody(frame, Buffer.alloc(this.#random.integer(10, 50_000), byte));
  }

  insert(frame) {
    const at = this.#random.integer(0, frame.length);
    const bytes = Buffer.from(
      Array.from({ length: this.#random.integer(1, 64) }, () => this.#random.integer(0, 255)),
    );
    const longer = Buffer.concat([frame.subarray(0, at), bytes, frame.subarray(at)]);
    return this.#random.chance(0.7) ? fitted(longer) : longer;
  }

  /** Grants, releases, places and references of nonsense. */
  segments() {
    const { KIND, frame } = this.#wire;
    const random = this.#random;
    const number = () =>
      random.pick([...NUMBERS.filter((one) => Number.isInteger(one) && one >= 0), 3, 4, 64, 4096]);
    const flags = random.integer(0, 3);
    const ways = [
      `memfd:${process.pid}:${random.integer(0, 40)}`,
      'memfd:1:0',
      'memfd:999999999:3',
      'file:/dev/zero',
      'file:/etc/passwd',
      'file:/proc/self/mem',
      'file:../x',
      'mapping:x',
      'x'.repeat(500),
      '',
    ];
    switch (random.integer(0, 4)) {
      case 0:
        return frame([KIND.grant, random.integer(0, 5), flags, number(), random.pick(ways)]);
      case 1:
        return frame([KIND.release, random.integer(0, 5), flags, number()]);
      case 2:
        return frame([KIND.place, random.integer(0, 3), flags, random.integer(0, 5), number(), number()]);
      case 3:
        return frame(
          [KIND.proof, 0, 0],
          random.pick([{ nonce: new Uint8Array(16) }, { reason: 'x' }, { nonce: 5 }, {}]),
        );
      default: {
        const reference = [random.integer(0, 5), number(), number(), number()];
        const head = [KIND.call, random.integer(1, 60), 0, 'cam', 'echo', 1000, 0, 0, 64, [3, reference]];
        return this.#assembled(head, Buffer.from([0x81, 0xd9, 0x53, 0x42, 0x00]));
      }
    }
  }

  /** Promises much, and sends a part of it. */
  endless() {
    const bytes = Buffer.alloc(this.#random.integer(7, 20_000), 0x80);
    bytes.writeUInt32BE(this.#random.integer(2 ** 16, 2 ** 26 - 4));
    bytes.writeUInt16BE(this.#random.integer(1, 16_384), 4);
    return bytes;
  }

  garbage() {
    return Buffer.from(
      Array.from({ length: this.#random.integer(1, 200) }, () => this.#random.integer(0, 255)),
    );
  }

  #anything() {
    const random = this.#random;
    return random.pick([
      random.pick(NUMBERS),
      random.pick(NUMBERS),
      random.pick(WORDS),
      null,
      [],
      [1, [2, 3]],
      {},
    ]);
  }

  #parts(frame) {
    try {
      const end = PREFIX + frame.readUInt16BE(4);
      return { head: this.#codec.decodeValue(frame.subarray(PREFIX, end)), rest: frame.subarray(end) };
    } catch {
      return undefined; // One of its own making.
    }
  }

  #withBody(frame, body) {
    const end = PREFIX + frame.readUInt16BE(4);
    return fitted(Buffer.concat([frame.subarray(0, end), body]));
  }

  #assembled(head, rest) {
    const bytes = this.#codec.encode(head);
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt16BE(Math.min(bytes.length, 65_535), 4);
    return fitted(Buffer.concat([prefix, bytes, rest]));
  }
}

/** With a length that is true. */
function fitted(bytes) {
  bytes.writeUInt32BE(bytes.length - 4);
  return bytes;
}
