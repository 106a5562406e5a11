import { MappedViews } from '../../../src/segments/mapped-views';
import type { OwnSegment } from '../../../src/segments/memory';
import { isDetached } from '../../../src/values/detach';
import { realMaker } from '../../support/real-segments';

const made: OwnSegment[] = [];
afterEach(() => {
  for (const segment of made.splice(0)) segment.remove();
});

function views(bytes = 100_000): { views: MappedViews; opened: [number, number][]; segment: OwnSegment } {
  const segment = realMaker().create(bytes) as OwnSegment;
  made.push(segment);
  const opened: [number, number][] = [];
  const view = segment.view.bind(segment);
  segment.view = (offset, length) => {
    opened.push([offset, length]);
    return view(offset, length);
  };
  return { views: new MappedViews(segment), opened, segment };
}

/** The memory of a view that was closed comes back in a turn of its own where there is no `transfer`. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('every opening gives an ArrayBuffer of its own over the same memory', () => {
  const { views: all } = views();
  const [one, other] = [all.open(4096, 5000), all.open(4096, 5000)];
  expect([one === other, one.byteLength, other.byteLength]).toEqual([false, 5000, 5000]);
  new Uint8Array(one)[4999] = 7;
  expect(new Uint8Array(other)[4999]).toBe(7);
});

test('a view that is closed has no bytes any more, and its memory serves the next of the same range', async () => {
  const { views: all, opened, segment } = views();
  new Uint8Array(segment.view(0, 1))[0] = 1;
  opened.length = 0;
  for (let round = 0; round < 5; round++) {
    const buffer = all.open(0, 5000);
    const array = new Uint8Array(buffer);
    expect(array[0]).toBe(round + 1);
    array[0] = round + 2;
    expect(all.close(0, buffer)).toBe(true);
    expect([isDetached(buffer), array.length]).toEqual([true, 0]);
    await turn();
  }
  // From Node 24 on, what can't be moved can't be detached and used again: each closing makes the next.
  const [major] = process.versions.node.split('.').map(Number) as [number];
  expect(opened).toEqual(Array.from({ length: major < 24 ? 1 : 6 }, () => [0, 5000]));
  opened.length = 0;
  all.open(0, 5001);
  all.open(8, 5000);
  expect(opened).toHaveLength(2);
});

test('also a very large view is detached when it is closed, and no two openings are one', async () => {
  const length = 40 * 1024 * 1024;
  const { views: all } = views(length);
  const seen = new Set<ArrayBuffer>();
  for (let round = 0; round < 12; round++) {
    const [one, other] = [all.open(0, length), all.open(0, length)];
    seen.add(one).add(other);
    expect([one.byteLength, other.byteLength]).toEqual([length, length]);
    new Uint8Array(one)[length - 1] = round;
    expect(new Uint8Array(other)[length - 1]).toBe(round);
    expect([all.close(0, one), isDetached(one), isDetached(other)]).toEqual([true, true, false]);
    expect([all.close(0, other), isDetached(other)]).toEqual([true, true]);
    await turn();
  }
  expect(seen.size).toBe(24);
});

test('views of a very large range come in stock, in a turn after the one that closes the last', async () => {
  const length = 40 * 1024 * 1024;
  const { views: all, opened } = views(length);
  const [one, other] = [all.open(0, length), all.open(0, length)];
  opened.length = 0;
  expect([all.close(0, one), all.close(0, other), opened.length]).toEqual([true, true, 0]);
  await turn();
  expect(opened).toHaveLength(8);
  for (let round = 0; round < 7; round++) all.close(0, all.open(0, length));
  await turn();
  expect(opened).toHaveLength(8);
  all.close(0, all.open(0, length));
  all.unmap();
  await turn();
  expect(opened).toHaveLength(8);
});

test('of what counts with V8, the next view is there before the last one goes, and only one is kept', () => {
  const length = 2 * 1024 * 1024;
  const { views: all, opened, segment } = views(length);
  const [one, other] = [all.open(0, length), all.open(0, length)];
  const lengths: number[] = [];
  const view = segment.view.bind(segment);
  segment.view = (offset, bytes) => {
    lengths.push(one.byteLength);
    return view(offset, bytes);
  };
  expect([all.close(0, one), lengths, isDetached(one)]).toEqual([true, [length], true]);
  expect([all.close(0, other), lengths, isDetached(other)]).toEqual([true, [length], true]);
  opened.length = 0;
  const next = all.open(0, length);
  expect([next.byteLength, opened]).toEqual([length, []]);
});

test('two views of one range that are closed do not become one', async () => {
  const { views: all } = views();
  const [one, other] = [all.open(0, 100), all.open(0, 100)];
  all.close(0, one);
  all.close(0, other);
  await turn();
  const [first, second] = [all.open(0, 100), all.open(0, 100)];
  expect(first).not.toBe(second);
  all.close(0, first);
  expect([isDetached(first), isDetached(second)]).toEqual([true, false]);
});

test('a view whose memory somebody has taken away is not closed', () => {
  const { views: all } = views();
  const buffer = all.open(0, 100);
  expect(all.close(0, buffer)).toBe(true);
  expect(all.close(0, buffer)).toBe(false);
});

test('views that are lent out can not be moved to another ArrayBuffer', () => {
  const { views: all } = views();
  const buffer = all.open(0, 100) as ArrayBuffer & { transfer(): ArrayBuffer };
  expect(() => buffer.transfer()).toThrow(TypeError);
  expect(buffer.byteLength).toBe(100);
});

test('nothing can be opened when the segment is unmapped, not even what was spared', async () => {
  const { views: all } = views();
  const [early, late] = [all.open(0, 100), all.open(8, 100)];
  all.close(0, early);
  await turn();
  all.close(8, late);
  all.unmap();
  await turn();
  expect(() => all.open(0, 100)).toThrow(TypeError);
  expect(() => all.open(8, 100)).toThrow(TypeError);
});
