import { LocalArray } from '../../../src/segments/local-array';
import { isDetached } from '../../../src/values/detach';
import { wasSent } from '../../../src/values/given';
import { keep, release } from '../../../src/values/ownership';
import { collected } from '../../support/collect';
import { expectAllRemoved, pattern, realPool, same } from '../../support/real-segments';

function take(pool: Parameters<typeof LocalArray.take>[0], bytes: number): LocalArray {
  const array = LocalArray.take(pool, bytes);
  if (array === undefined) throw new Error('no memory');
  return array;
}

test('an array that is released has no bytes any more, and its segment serves the next', async () => {
  const { pool } = realPool();
  const array = take(pool, 10_000);
  const bytes = new Uint8Array(array.buffer);
  expect([bytes.length, LocalArray.of(bytes.buffer), pool.status.free]).toEqual([10_000, array, 0]);
  release(bytes);
  expect([bytes.length, isDetached(array.buffer), pool.status.free]).toEqual([0, true, 65536]);
  array.release();
  expect(array.segment.holds).toBe(0);
  const next = take(pool, 10_000);
  expect(next.segment).toBe(array.segment);
  expect(next.buffer.byteLength).toBe(10_000);
  next.release();
  expectAllRemoved({ pool });
});

test('an array that nobody can reach any more gives its segment back', async () => {
  const { pool } = realPool();
  take(pool, 10_000);
  await collected(() => pool.status.free > 0);
  expectAllRemoved({ pool });
});

test('as long as a part of an array can be reached, its segment is held', async () => {
  const { pool } = realPool();
  let part: Uint8Array | undefined = new Uint8Array(take(pool, 10_000).buffer, 5000, 10).fill(3);
  await expect(collected(() => pool.status.free > 0, 4)).rejects.toThrow('nothing was collected');
  expect(part[9]).toBe(3);
  part = undefined;
  await collected(() => pool.status.free > 0);
  expectAllRemoved({ pool });
});

test('an array that was released is not given back again when it is collected', async () => {
  const { pool } = realPool();
  take(pool, 10_000).release();
  const other = take(pool, 10_000);
  await expect(collected(() => pool.status.free > 0, 4)).rejects.toThrow('nothing was collected');
  expect(other.segment.holds).toBe(1);
  other.release();
  expectAllRemoved({ pool });
});

test('what was lent is released when it has been sent, unless somebody keeps it', () => {
  const { pool } = realPool();
  const [own, lent, kept] = [take(pool, 10), take(pool, 10), take(pool, 10)];
  lent.lend();
  kept.lend();
  keep(new Uint8Array(kept.buffer));
  for (const { buffer } of [own, lent, kept]) wasSent(buffer);
  expect([own, lent, kept].map(({ buffer }) => buffer.byteLength)).toEqual([10, 0, 10]);
  own.release();
  kept.release();
  expectAllRemoved({ pool });
});

test('memory that was moved away from under its array is never used again, nor unmapped', async () => {
  const { pool } = realPool();
  const array = take(pool, 10_000);
  new Uint8Array(array.buffer).set(pattern(10_000, 1));
  const moved = await moveAway(array.buffer);
  array.release();
  pool.close();
  expect(pool.status).toMatchObject({ segments: 1, free: 0 });
  expect(same(moved, pattern(10_000, 1))).toBe(true); // Unmapped memory would end the process here.
});

test('of the memory of this process, nothing is a local array', () => {
  expect(LocalArray.of(new ArrayBuffer(10))).toBeUndefined();
});

/** Past all guards: what no call on the buffer itself allows. */
async function moveAway(buffer: ArrayBuffer): Promise<Uint8Array> {
  const stream = new ReadableStream({
    type: 'bytes',
    start: (controller) => controller.enqueue(new Uint8Array(buffer)),
  });
  const { value } = await stream.getReader().read();
  expect(buffer.byteLength).toBe(0);
  return value as Uint8Array;
}
