import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { IS_WINDOWS } from '../../../src/os';
import type { OpenOptions, OwnSegment, ReadSegment } from '../../../src/segments/memory';
import { segmentDirectory } from '../../../src/segments/segment-directory.unix';
import { openSegment, segmentMaker } from '../../../src/segments/segment-ways';
import { SegmentProcess } from './segment-process';

const posix = IS_WINDOWS ? describe.skip : describe;
const BYTES = 3_000_000;
const trusting: OpenOptions = { bytes: BYTES, trusted: true, writes: 'both' };
const wary: OpenOptions = { ...trusting, trusted: false };

let folder: string;
const before = process.env.SAMEBOX_RUNTIME_DIR;
beforeEach(() => (process.env.SAMEBOX_RUNTIME_DIR = folder = mkdtempSync(join(tmpdir(), 'samebox-file-'))));
afterEach(() => {
  if (before === undefined) delete process.env.SAMEBOX_RUNTIME_DIR;
  else process.env.SAMEBOX_RUNTIME_DIR = before;
  rmSync(folder, { recursive: true });
});

async function own(bytes = BYTES): Promise<OwnSegment> {
  const maker = segmentMaker('file');
  if ('unavailable' in maker) throw new Error(maker.unavailable);
  return maker.create(bytes);
}

function pathOf(segment: OwnSegment): string {
  return segment.grant.slice('file:'.length);
}

function codeOfOpening(path: string, options: OpenOptions): string | undefined {
  try {
    const opened = openSegment(`file:${path}`, options);
    if ('close' in opened) opened.close();
    else opened.unmap();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

posix('a segment file of an owner that is not trusted', () => {
  test('is read, not mapped, whatever part of it is asked for', async () => {
    const segment = await own();
    const data = new Uint8Array(segment.view(0, BYTES));
    for (let i = 0; i < BYTES; i++) data[i] = i % 251;
    const opened = openSegment(segment.grant, wary) as ReadSegment;
    expect([opened.way, opened.bytes]).toEqual(['file', BYTES]);
    for (const [offset, length] of [
      [0, BYTES],
      [1, 0],
      [1_048_575, 1_048_578],
      [BYTES - 1, 1],
    ] as const) {
      // prettier-ignore
      const found = await opened.read(offset, length);
      expect(found.byteOffset).toBe(0);
      expect(Buffer.compare(found, data.subarray(offset, offset + length))).toBe(0);
    }
    await expect(opened.read(1, BYTES)).rejects.toThrow(RangeError);
    opened.close();
    segment.remove();
  });

  test('that is cut, by its owner or another process, fails the read and nothing else', async () => {
    const segment = await own();
    const opened = openSegment(segment.grant, wary) as ReadSegment;
    truncateSync(pathOf(segment), 2_000_000);
    await expect(opened.read(0, BYTES)).rejects.toThrow(
      expect.objectContaining({ code: 'PROTOCOL' }) as Error,
    );
    expect(await opened.read(0, 1_000_000)).toHaveLength(1_000_000);
    expect(codeOfOpening(pathOf(segment), wary)).toBe('PROTOCOL');
    opened.close();
    segment.remove();
  });

  test('is closed once its last read has ended, of which nothing is wanted any more', async () => {
    const segment = await own();
    const opened = openSegment(segment.grant, wary) as ReadSegment;
    const reading = opened.read(0, BYTES);
    opened.close();
    opened.close();
    await expect(reading).rejects.toThrow(TypeError);
    await expect(opened.read(0, 1)).rejects.toThrow(TypeError);
    segment.remove();
  });
});

posix('a grant of a file', () => {
  let segment: OwnSegment;
  let path: string;
  beforeEach(async () => {
    segment = await own();
    path = pathOf(segment);
  });
  afterEach(() => segment.remove());

  test.each([
    ['whose name is none of a segment', () => (linkSync(path, join(folder, 'data')), join(folder, 'data'))],
    ['that is not absolute', () => path.slice(1)],
    [
      'with dots in it',
      () =>
        join(folder, 'x').replace(
          /x$/,
          `../${folder.split('/').at(-1) ?? ''}/${path.split('/').at(-1) ?? ''}`,
        ),
    ],
    ['with a zero in it', () => `${path}\0`],
    [
      'that is a link',
      () => (renameSync(path, join(folder, 'real')), symlinkSync(join(folder, 'real'), path), path),
    ],
    ['that is a directory', () => (unlinkSync(path), mkdirSync(path), path)],
    ['that is a fifo', () => (unlinkSync(path), execFileSync('mkfifo', ['-m', '600', path]), path)],
    ['that others may open', () => (chmodSync(path, 0o640), path)],
    ['of another size', () => (truncateSync(path, BYTES), path)],
    [
      'without a header',
      () => (unlinkSync(path), writeFileSync(path, Buffer.alloc(4096 + BYTES), { mode: 0o600 }), path),
    ],
  ])('%s is refused', (_what, make: () => string) => {
    const made = make();
    expect([trusting, wary].map((options) => codeOfOpening(made, options))).toEqual(['PROTOCOL', 'PROTOCOL']);
    if (made === path) rmSync(path, { recursive: true });
  });

  (process.getuid?.() === 0 ? test : test.skip)('of another user is refused', () => {
    chownSync(path, 12345, 12345);
    expect([trusting, wary].map((options) => codeOfOpening(path, options))).toEqual(['DENIED', 'DENIED']);
  });

  test('that has vanished (RemoveIPC) is NO_SPACE; who has it mapped keeps it, and removing it is no error', () => {
    const opened = openSegment(segment.grant, trusting);
    unlinkSync(path);
    expect([trusting, wary].map((options) => codeOfOpening(path, options))).toEqual(['NO_SPACE', 'NO_SPACE']);
    if (!('view' in opened)) throw new Error('not mapped');
    new Uint8Array(opened.view(0, 1))[0] = 1;
    expect(new Uint8Array(segment.view(0, 1))[0]).toBe(1);
    opened.unmap();
    expect(() => segment.remove()).not.toThrow();
  });
});

posix('the directory of segment files', () => {
  test('is made anew, with a new lock, when all of it has vanished', async () => {
    const first = await own(10);
    rmSync(folder, { recursive: true });
    const second = await own(10);
    expect(dirname(pathOf(second))).toBe(folder);
    expect(readdirSync(folder)).toHaveLength(2);
    first.remove();
    second.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is the one that is told, else shared memory, else the session, else among temporary files', () => {
    expect(segmentDirectory({ SAMEBOX_RUNTIME_DIR: '/x/y/' })).toBe('/x/y');
    const uid = String(process.geteuid?.());
    const without = segmentDirectory({ XDG_RUNTIME_DIR: '/run/user/7' });
    expect([`/dev/shm/samebox-${uid}`, '/run/user/7/samebox']).toContain(without);
  });

  test('that is a link is refused', async () => {
    process.env.SAMEBOX_RUNTIME_DIR = join(folder, 'link');
    symlinkSync(folder, join(folder, 'link'));
    await expect(own(10)).rejects.toThrow(expect.objectContaining({ code: 'DENIED' }) as Error);
  });
});

posix('the files of a process', () => {
  const children: SegmentProcess[] = [];
  const start = () => {
    const child = SegmentProcess.start({ SAMEBOX_RUNTIME_DIR: folder });
    children.push(child);
    return child;
  };
  const create = { do: 'create', way: 'file', bytes: 10 } as const;
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
  });

  test('are removed when it ends; those of a killed one by the next owner, who leaves the living their own', async () => {
    const [living, killed, next] = [start(), start(), start()];
    await Promise.all([living.tell(create), killed.tell(create)]);
    await killed.tell(create);
    expect(readdirSync(folder)).toHaveLength(5);
    await killed.kill();
    expect(readdirSync(folder)).toHaveLength(5);
    const { value: grant } = await next.tell(create);
    expect(readdirSync(folder)).toHaveLength(4);
    expect(
      await living.tell({ do: 'open', grant: String(grant), options: { ...trusting, bytes: 10 } }),
    ).toEqual({
      value: 'mapped',
    });
    await Promise.all([living.end(), next.end()]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
