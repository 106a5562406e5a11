import { readdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OS } from '../../../src/os';
import {
  SEGMENT_BYTES,
  type OwnSegment,
  type SegmentMaker,
  type SegmentMemory,
} from '../../../src/segments/memory';
import { openSegment, segmentMaker } from '../../../src/segments/segment-ways';
import { SegmentProcess } from './segment-process';

type Way = 'memfd' | 'file' | 'mapping';
const WAYS: Partial<Record<typeof OS, readonly Way[]>> = { linux: ['memfd', 'file'], windows: ['mapping'] };
const ways = WAYS[OS] ?? (['file'] as const);
const options = { pid: process.pid, trusted: true, writes: 'both' } as const;

let folder: string;
const before = process.env.SAMEBOX_RUNTIME_DIR;
beforeAll(
  () => (process.env.SAMEBOX_RUNTIME_DIR = folder = mkdtempSync(join(tmpdir(), 'samebox-segments-'))),
);
afterAll(() => {
  if (before === undefined) delete process.env.SAMEBOX_RUNTIME_DIR;
  else process.env.SAMEBOX_RUNTIME_DIR = before;
  rmSync(folder, { recursive: true });
});

function makerOf(way: Way): SegmentMaker {
  const maker = segmentMaker(way === 'mapping' ? undefined : way);
  if ('unavailable' in maker) throw new Error(maker.unavailable);
  return maker;
}

function open(segment: OwnSegment, writes: 'both' | 'copy' = 'both'): SegmentMemory {
  return openSegment(segment.grant, { ...options, bytes: segment.bytes, writes }) as SegmentMemory;
}

function at(memory: SegmentMemory, offset: number, length = 1): Uint8Array {
  return new Uint8Array(memory.view(offset, length));
}

describe.each(ways)('a segment by %s', (way) => {
  test('is full of zeros, and both sides see what either writes, and the generation', async () => {
    const own = await makerOf(way).create(3_000_000);
    const opened = open(own);
    expect([own.way, own.bytes, own.generation]).toEqual([way, 3_000_000, 0]);
    expect([opened.way, opened.bytes, opened.generation]).toEqual([way, 3_000_000, 0]);
    expect(at(opened, 0, 3_000_000).every((byte) => byte === 0)).toBe(true);
    at(own, 2_999_999)[0] = 1;
    at(opened, 0)[0] = 2;
    own.generation = 2 ** 53 - 1;
    expect([at(opened, 2_999_999)[0], at(own, 0)[0], opened.generation]).toEqual([1, 2, 2 ** 53 - 1]);
    opened.unmap();
    own.remove();
  });

  test('can be opened as a copy: what the opener writes, it alone sees', async () => {
    const own = await makerOf(way).create(10_000, { published: true });
    at(own, 0)[0] = 1;
    const [one, other] = [open(own, 'copy'), open(own, 'copy')];
    at(one, 0)[0] = 9;
    expect([at(own, 0)[0], at(one, 0)[0], at(other, 0)[0]]).toEqual([1, 9, 1]);
    one.unmap();
    other.unmap();
    own.remove();
  });

  test('is open to another process, for reading and writing', async () => {
    const own = await makerOf(way).create(10_000);
    const child = SegmentProcess.start();
    try {
      at(own, 100, 3).set([1, 2, 3]);
      const opened = { ...options, bytes: 10_000 };
      expect(await child.tell({ do: 'open', grant: own.grant, options: opened })).toEqual({
        value: 'mapped',
      });
      expect(await child.tell({ do: 'read', offset: 100, length: 3 })).toEqual({ value: [1, 2, 3] });
      await child.tell({ do: 'write', offset: 9_999, bytes: [7] });
      expect(at(own, 9_999)[0]).toBe(7);
      own.remove();
      await child.tell({ do: 'write', offset: 0, bytes: [1] });
      expect(await child.tell({ do: 'read', offset: 0, length: 1 })).toEqual({ value: [1] });
      await child.end();
    } finally {
      await child.kill();
    }
  });

  test('lives on for who has it mapped, and nobody else, once it is removed', async () => {
    const own = await makerOf(way).create(10);
    const opened = open(own);
    own.remove();
    own.remove();
    at(opened, 0)[0] = 1;
    expect(at(opened, 0)[0]).toBe(1);
    expect(() => open(own)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/NO_SPACE|PROTOCOL/) }),
    );
    opened.unmap();
  });

  test('gives no view once it is unmapped, and can be unmapped again', async () => {
    const own = await makerOf(way).create(10);
    const opened = open(own);
    for (const memory of [opened, own]) {
      memory.unmap();
      memory.unmap();
      expect(() => memory.view(0, 1)).toThrow(TypeError);
    }
    expect(() => opened.generation).toThrow(TypeError);
    expect(() => (own.generation = 1)).toThrow(TypeError);
    own.remove();
  });

  test('gives views within its data only', async () => {
    const own = await makerOf(way).create(100);
    expect([own.view(0, 100).byteLength, own.view(100, 0).byteLength]).toEqual([100, 0]);
    const outside: [number, number][] = [[0, 101], [100, 1], [-1, 1], [0, -1], [0.5, 1], [0, NaN]]; // prettier-ignore
    for (const [offset, length] of outside) expect(() => own.view(offset, length)).toThrow(RangeError);
    own.remove();
  });

  test('goes by its own generation, whatever an opener writes into the header', async () => {
    const own = await makerOf(way).create(10);
    own.generation = 5;
    const opened = open(own);
    (opened as unknown as { header: { generation: number } }).header.generation = 6;
    expect([own.generation, opened.generation]).toEqual([5, 6]);
    opened.unmap();
    own.remove();
  });

  test('of a size beyond one view, or of no size, is refused', () => {
    const maker = makerOf(way);
    expect(() => maker.create(SEGMENT_BYTES + 1)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }) as Error,
    );
    for (const bytes of [0, -1, 1.5, NaN, Infinity]) expect(() => maker.create(bytes)).toThrow(RangeError);
  });

  test('is refused by openers that have been told another size', async () => {
    const own = await makerOf(way).create(5_000);
    for (const bytes of [4_999, 5_001, 1]) {
      expect(() => openSegment(own.grant, { ...options, bytes })).toThrow(
        expect.objectContaining({ code: 'PROTOCOL' }) as Error,
      );
    }
    own.remove();
  });

  test('is refused by openers if its header is not one of a segment of this size', async () => {
    const own = await makerOf(way).create(5_000);
    const { header } = own as unknown as { header: { longs: BigUint64Array } };
    for (const word of [0, 1, 2]) {
      const written = header.longs[word] ?? 0n;
      header.longs[word] = written + 1n;
      expect(() => open(own)).toThrow(expect.objectContaining({ code: 'PROTOCOL' }) as Error);
      header.longs[word] = written;
    }
    open(own).unmap();
    own.remove();
  });
});

const linux = OS === 'linux' ? describe.each(ways) : describe.skip.each(ways);

linux('two hundred segments by %s', (way) => {
  test('leave no descriptor, mapping or file behind, opened or refused', async () => {
    const maker = makerOf(way);
    const round = async (bytes: number) => {
      const own = await maker.create(bytes);
      open(own).unmap();
      expect(() => openSegment(own.grant, { ...options, bytes: bytes + 1 })).toThrow();
      own.remove();
    };
    await round(10_000);
    const counts = () => [readdirSync('/proc/self/fd').length, readdirSync(folder).length];
    const was = counts();
    for (let i = 0; i < 200; i++) await round(i === 100 ? 2_000_000 : 10_000);
    expect(counts()).toEqual(was);
  });
});

test('the largest segment there can be has a view over all of it', async () => {
  const [way] = ways;
  if (way !== 'memfd') return; // A file would need 4 GiB of space.
  const own = await makerOf(way).create(SEGMENT_BYTES);
  const opened = open(own);
  const [all, theirs] = [own.view(0, SEGMENT_BYTES), opened.view(0, SEGMENT_BYTES)];
  expect(all.byteLength).toBe(SEGMENT_BYTES);
  new Uint8Array(all)[SEGMENT_BYTES - 1] = 3;
  expect(new Uint8Array(theirs)[SEGMENT_BYTES - 1]).toBe(3);
  opened.unmap();
  own.remove();
});

test('without native code there is no way to make or open segments, and a reason', async () => {
  const child = SegmentProcess.start({ SAMEBOX_NATIVE: 'off' });
  try {
    const reason = { unavailable: 'native unavailable: SAMEBOX_NATIVE=off' };
    expect(await child.tell({ do: 'maker' })).toEqual({ value: reason });
    expect(await child.tell({ do: 'maker', way: 'file' })).toEqual({ value: reason });
    const memfd = {
      do: 'open',
      grant: `memfd:${String(process.pid)}:3`,
      options: { ...options, bytes: 1 },
    } as const;
    expect(await child.tell(memfd)).toMatchObject({ code: OS === 'linux' ? 'DENIED' : 'PROTOCOL' });
  } finally {
    await child.kill();
  }
});

test.each([
  '',
  'memfd',
  'carrier-pigeon:coo',
  'mapping:Local\\samebox-1',
  'file:',
  'memfd:',
  'memfd:self:3',
  'memfd:1:-1',
])('a grant that says %p is refused', (grant) => {
  expect(() => openSegment(grant, { ...options, bytes: 10 })).toThrow(
    expect.objectContaining({ code: 'PROTOCOL' }) as Error,
  );
});

test('a grant for a size that no segment can have is refused', () => {
  const code = (bytes: number) => {
    try {
      return openSegment('memfd:1:3', { ...options, bytes });
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect([0, -1, 0.5, NaN].map(code)).toEqual(['PROTOCOL', 'PROTOCOL', 'PROTOCOL', 'PROTOCOL']);
  expect(code(SEGMENT_BYTES + 1)).toBe('TOO_LARGE');
});
