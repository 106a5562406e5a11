import fc from 'fast-check';
import { Copies, SLICE_BYTES } from '../../../src/segments/copies';
import '../../support/values';

interface Turns {
  readonly copies: Copies;
  /** One turn of the event loop; false if nothing waits for one. */
  readonly turn: () => boolean;
}

function turns(): Turns {
  const waiting: (() => void)[] = [];
  const copies = new Copies((run) => waiting.push(run));
  return {
    copies,
    turn: () => {
      expect(waiting.length).toBeLessThanOrEqual(1);
      const run = waiting.shift();
      run?.();
      return run !== undefined;
    },
  };
}

/** A target that notes what is copied to it. */
function watched(length: number): { target: Uint8Array; slices: [at: number, length: number][] } {
  const target = new Uint8Array(length);
  const slices: [number, number][] = [];
  const set = target.set.bind(target);
  target.set = (source: Uint8Array, at = 0) => {
    slices.push([at, source.length]);
    set(source, at);
  };
  return { target, slices };
}

test('a copy goes in slices of 256 KiB at most, with a turn of the event loop before each', () => {
  const { copies, turn } = turns();
  const source = new Uint8Array(2 * SLICE_BYTES + 5).map((_, at) => at % 251);
  const { target, slices } = watched(source.length);
  const done: boolean[] = [];
  copies.copy(source, target, (whole) => done.push(whole));
  expect(SLICE_BYTES).toBeLessThanOrEqual(256 * 1024);
  for (const count of [1, 2, 3]) {
    expect([slices.length, done.length]).toEqual([count - 1, 0]);
    expect(turn()).toBe(true);
  }
  expect(slices).toEqual([
    [0, SLICE_BYTES],
    [SLICE_BYTES, SLICE_BYTES],
    [2 * SLICE_BYTES, 5],
  ]);
  expect(done).toEqual([true]);
  expect(turn()).toBe(false);
  expect(Buffer.compare(target, source)).toBe(0);
});

test('copies take turns: a short one does not wait for a long one', () => {
  const { copies, turn } = turns();
  const order: string[] = [];
  copies.copy(new Uint8Array(3 * SLICE_BYTES), new Uint8Array(3 * SLICE_BYTES), () => order.push('long'));
  copies.copy(new Uint8Array(10), new Uint8Array(10), () => order.push('short'));
  turn();
  turn();
  expect(order).toEqual(['short']);
  while (turn());
  expect(order).toEqual(['short', 'long']);
});

test('a copy of nothing is done in a turn of its own', () => {
  const { copies, turn } = turns();
  const done: boolean[] = [];
  copies.copy(new Uint8Array(0), new Uint8Array(0), (whole) => done.push(whole));
  expect(done).toEqual([]);
  turn();
  expect(done).toEqual([true]);
});

test('a copy that is cancelled touches its target no more, and is never done', () => {
  const { copies, turn } = turns();
  const { target, slices } = watched(3 * SLICE_BYTES);
  const copying = copies.copy(new Uint8Array(3 * SLICE_BYTES), target, () => {
    throw new Error('done');
  });
  turn();
  copying.cancel();
  copying.cancel();
  while (turn());
  expect(slices).toHaveLength(1);
});

test('a source that is detached in the middle ends the copy, which is not whole', () => {
  const { copies, turn } = turns();
  const { buffer } = new Uint8Array(2 * SLICE_BYTES);
  const done: boolean[] = [];
  copies.copy(new Uint8Array(buffer), new Uint8Array(2 * SLICE_BYTES), (whole) => done.push(whole));
  turn();
  structuredClone(buffer, { transfer: [buffer] });
  turn();
  expect(done).toEqual([false]);
  expect(turn()).toBe(false);
});

test('a source that has not the length of its target, or none any more, is not copied', () => {
  const { copies, turn } = turns();
  const done: boolean[] = [];
  const { target, slices } = watched(10);
  for (const length of [0, 9, 11]) copies.copy(new Uint8Array(length), target, (whole) => done.push(whole));
  while (turn());
  expect([done, slices]).toEqual([[false, false, false], []]);
});

test('a target that is detached in the middle ends the copy, which is not whole', () => {
  const { copies, turn } = turns();
  const { buffer } = new Uint8Array(2 * SLICE_BYTES);
  const done: boolean[] = [];
  copies.copy(new Uint8Array(2 * SLICE_BYTES), new Uint8Array(buffer), (whole) => done.push(whole));
  turn();
  structuredClone(buffer, { transfer: [buffer] });
  turn();
  expect(done).toEqual([false]);
});

test('what is done may begin the next copy, and cancel others', () => {
  const { copies, turn } = turns();
  const done: string[] = [];
  const other = copies.copy(new Uint8Array(2 * SLICE_BYTES), new Uint8Array(2 * SLICE_BYTES), () =>
    done.push('other'),
  );
  copies.copy(new Uint8Array(1), new Uint8Array(1), () => {
    other.cancel();
    copies.copy(new Uint8Array(1), new Uint8Array(1), () => done.push('next'));
  });
  while (turn());
  expect(done).toEqual(['next']);
});

test('any copies, begun and cancelled at any time, are whole or were cancelled', () => {
  const step = fc.oneof(
    fc.record({ length: fc.integer({ min: 0, max: 3 * SLICE_BYTES }) }),
    fc.record({ cancel: fc.nat(5) }),
    fc.constant('turn' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { copies, turn } = turns();
      const jobs: { copying: { cancel(): void }; whole: boolean[]; cancelled: boolean }[] = [];
      for (const one of steps) {
        if (one === 'turn') turn();
        else if ('cancel' in one) {
          const job = jobs[one.cancel];
          if (job === undefined || job.whole.length > 0) continue;
          job.copying.cancel();
          job.cancelled = true;
        } else {
          const whole: boolean[] = [];
          const [source, target] = [
            new Uint8Array(one.length).fill(jobs.length + 1),
            new Uint8Array(one.length),
          ];
          const copying = copies.copy(source, target, () => {
            whole.push(Buffer.compare(source, target) === 0);
          });
          jobs.push({ copying, whole, cancelled: false });
        }
      }
      while (turn());
      for (const { whole, cancelled } of jobs) expect(whole).toEqual(cancelled ? [] : [true]);
    }),
    { numRuns: 60 },
  );
});
