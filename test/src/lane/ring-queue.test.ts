import fc from 'fast-check';
import { RING_CONTROL_BYTES, RingReader, RingWriter, ringMemory } from '../../../src/lane/ring';
import { RingQueue } from '../../../src/lane/ring-queue';

const CAPACITY = 64;

interface Rig {
  readonly queue: RingQueue;
  readonly reader: RingReader;
  readonly words: Int32Array;
  readonly done: number[];
  add(length: number, number: number): void;
}

function rig(): Rig {
  const memory = ringMemory(new ArrayBuffer(RING_CONTROL_BYTES + CAPACITY), 0, CAPACITY);
  const queue = new RingQueue(new RingWriter(memory), (run) => run());
  const done: number[] = [];
  const add = (length: number, number: number): void =>
    queue.add(new Uint8Array(length + 2).fill(number), 1, length + 1, () => void done.push(number));
  return { queue, reader: new RingReader(memory), words: memory.words, done, add };
}

test('what is added comes out in order, however little room there is, and each is done once, in order', () => {
  const step = fc.record({ add: fc.integer({ min: 1, max: 200 }), read: fc.integer({ min: 0, max: 100 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const { queue, reader, done, add } = rig();
      const expected: number[] = [];
      const got: number[] = [];
      const read = (most: number): void => {
        const target = new Uint8Array(most);
        got.push(...target.subarray(0, reader.take(target)));
      };
      steps.forEach(({ add: length, read: most }, number) => {
        add(length, number);
        for (let left = length; left > 0; left--) expected.push(number);
        read(most);
        queue.flush();
        expect(got.length + reader.available + queue.bytes).toBe(expected.length);
      });
      for (let turn = 0; queue.bytes > 0 || reader.available > 0; turn++) {
        read(CAPACITY);
        queue.flush();
        expect(turn).toBeLessThan(500);
      }
      expect(got).toEqual(expected);
      expect(done).toEqual(steps.map((_, number) => number));
    }),
  );
});

test('it says whether it would get on, and else asks to be told when', () => {
  const { queue, reader, add } = rig();
  expect(queue.canFlush()).toBe(false);
  add(CAPACITY + 1, 0);
  expect([queue.bytes, queue.canFlush(), queue.flush()]).toEqual([1, false, false]);
  reader.take(new Uint8Array(1));
  expect(reader.takeWait()).toBe(true);
  expect([queue.canFlush(), queue.flush(), queue.bytes]).toEqual([true, true, 0]);
});

test('a reader that lies ends it with PROTOCOL', () => {
  const { queue, words, add } = rig();
  add(CAPACITY + 1, 0);
  words[16] = -5;
  expect(() => queue.flush()).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  queue.clear();
  expect([queue.bytes, queue.canFlush()]).toEqual([0, false]);
});
