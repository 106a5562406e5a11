import fc from 'fast-check';
import { REST, RING_CONTROL_BYTES, RingReader, RingWriter, ringMemory } from '../../../src/lane/ring';

const CAPACITY = 256;

function ring(start = 0): { writer: RingWriter; reader: RingReader; words: Int32Array; bytes: Uint8Array } {
  const memory = ringMemory(new ArrayBuffer(RING_CONTROL_BYTES + CAPACITY), 0, CAPACITY);
  memory.words.fill(start | 0, 0, 1);
  memory.words.fill(start | 0, 16, 17);
  return { writer: new RingWriter(memory, start), reader: new RingReader(memory, start), ...memory };
}

/** What there is, in one piece. */
function taken(reader: RingReader, most = CAPACITY): number[] {
  const target = new Uint8Array(most);
  return [...target.subarray(0, reader.take(target))];
}

const step = fc.oneof(
  fc.record({ write: fc.integer({ min: 0, max: 2 * CAPACITY }) }),
  fc.record({ read: fc.integer({ min: 0, max: 2 * CAPACITY }) }),
);
/** Also where positions pass 2^31 and 2^32. */
const start = fc.oneof(fc.constant(0), fc.integer({ min: -3 * CAPACITY, max: 0 }), fc.constant(0x7fffff80));

test('what is written comes out as from a queue of bounded length, wherever the positions stand', () => {
  fc.assert(
    fc.property(start, fc.array(step, { maxLength: 60 }), (from, steps) => {
      const { writer, reader } = ring(from);
      const queue: number[] = [];
      let made = 0;
      for (const one of steps) {
        if ('write' in one) {
          const source = Uint8Array.from({ length: one.write }, (_, at) => made + at);
          const count = writer.write(source);
          expect(count).toBe(Math.min(one.write, CAPACITY - queue.length));
          queue.push(...source.subarray(0, count));
          made += count;
        } else expect(taken(reader, one.read)).toEqual(queue.splice(0, one.read));
        expect([reader.available, writer.room]).toEqual([queue.length, CAPACITY - queue.length]);
      }
    }),
  );
});

test('writing goes on from where it was told to', () => {
  const { writer, reader } = ring();
  expect(writer.write(Uint8Array.of(1, 2, 3, 4), 2)).toBe(2);
  expect(taken(reader)).toEqual([3, 4]);
});

test('whatever stands in the control words, each end moves at most as many bytes as there are, or ends with PROTOCOL', () => {
  const word = fc.oneof(fc.integer(), fc.integer({ min: -CAPACITY, max: CAPACITY }));
  const scribble = fc.record({ at: fc.integer({ min: 0, max: RING_CONTROL_BYTES / 4 - 1 }), value: word });
  fc.assert(
    fc.property(fc.array(fc.oneof(step, scribble), { maxLength: 40 }), (steps) => {
      const { writer, reader, words, bytes } = ring();
      const guarded = (run: () => number, most: number): boolean => {
        try {
          const count = run();
          expect(count).toBeGreaterThanOrEqual(0);
          expect(count).toBeLessThanOrEqual(most);
          return true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'PROTOCOL' });
          return false;
        }
      };
      for (const one of steps) {
        if ('at' in one) words[one.at] = one.value;
        else if ('write' in one) guarded(() => writer.write(new Uint8Array(one.write)), CAPACITY);
        else guarded(() => reader.take(new Uint8Array(one.read)), CAPACITY);
        guarded(() => reader.available, CAPACITY);
        guarded(() => writer.room, CAPACITY);
      }
      expect(bytes).toHaveLength(CAPACITY);
    }),
  );
});

test('what a writer changes after it was taken is not seen', () => {
  const { writer, reader, bytes } = ring();
  writer.write(Uint8Array.of(1, 2, 3));
  const target = new Uint8Array(8);
  reader.take(target);
  bytes.fill(9);
  expect([...target.subarray(0, 3)]).toEqual([1, 2, 3]);
});

test('an end takes its own position from nobody: moved in the ring, it stays where it was', () => {
  const { writer, reader, words } = ring();
  writer.write(Uint8Array.of(1, 2, 3));
  words[16] = 2; // The read position, as if two bytes were read.
  expect(taken(reader)).toEqual([1, 2, 3]);
  words[0] = 77; // The write position.
  writer.write(Uint8Array.of(4));
  expect(taken(reader)).toEqual([4]);
});

describe('waking', () => {
  test('who wakes a reader that rests is told how it rests, once', () => {
    const { writer, reader } = ring();
    expect(writer.takeRest()).toBe(REST.awake);
    reader.rest(REST.sleeps);
    expect([writer.takeRest(), writer.takeRest()]).toEqual([REST.sleeps, REST.awake]);
    reader.rest(REST.blocks);
    expect(writer.restWord[0]).toBe(REST.blocks);
    expect([writer.takeRest(), reader.restWord[0]]).toEqual([REST.blocks, REST.awake]);
  });

  test('a writer that waits for room is known to the reader, once', () => {
    const { writer, reader } = ring();
    expect(writer.write(new Uint8Array(CAPACITY + 1))).toBe(CAPACITY);
    expect(writer.wait()).toBe(true);
    taken(reader, 1);
    expect([reader.takeWait(), reader.takeWait()]).toEqual([true, false]);
  });

  test('a writer does not wait where room was made while it said so', () => {
    const { writer, reader } = ring();
    writer.write(new Uint8Array(CAPACITY));
    taken(reader, 1);
    expect(writer.wait()).toBe(false);
  });

  /** Every order in which the steps of two sides can come, each side's in its own. */
  function orders(one: (() => void)[], other: (() => void)[]): (() => void)[][] {
    if (one.length === 0 || other.length === 0) return [[...one, ...other]];
    return [
      ...orders(one.slice(1), other).map((rest) => [one[0] as () => void, ...rest]),
      ...orders(one, other.slice(1)).map((rest) => [other[0] as () => void, ...rest]),
    ];
  }

  test('in whatever order a writer writes and a reader goes to sleep, either the one rings or the other sees', () => {
    const count = orders([() => 1, () => 1], [() => 1, () => 1]).length;
    for (let which = 0; which < count; which++) {
      const { writer, reader } = ring();
      let rings = 0;
      let sees = 0;
      const writes = [() => void writer.write(Uint8Array.of(1)), () => void (rings = writer.takeRest())];
      const sleeps = [() => reader.rest(REST.sleeps), () => void (sees = reader.available)];
      for (const run of orders(writes, sleeps)[which] as (() => void)[]) run();
      expect(rings + sees).toBeGreaterThan(0);
    }
  });

  test('in whatever order a reader makes room and a writer says that it waits, either the one knows or the other sees', () => {
    const count = orders([() => 1, () => 1], [() => 1]).length;
    for (let which = 0; which < count; which++) {
      const { writer, reader } = ring();
      writer.write(new Uint8Array(CAPACITY));
      let knows = false;
      let waits = true;
      const reads = [() => void taken(reader, 1), () => void (knows = reader.takeWait())];
      for (const run of orders(reads, [() => void (waits = writer.wait())])[which] as (() => void)[]) run();
      expect(knows || !waits).toBe(true);
    }
  });
});
