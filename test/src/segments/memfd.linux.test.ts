import fs, { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OS } from '../../../src/os';
import { addSeals, createMemfd, SEAL, sealsOf } from '../../../src/segments/memfd-kernel.linux';
import { memfdMaker } from '../../../src/segments/memfd.linux';
import { SEGMENT_HEADER_BYTES, type OpenOptions, type OwnSegment } from '../../../src/segments/memory';
import { openSegment, segmentMaker } from '../../../src/segments/segment-ways';
import { SegmentProcess } from './segment-process';

const linux = OS === 'linux' ? describe : describe.skip;
const BYTES = 10_000;
const options: OpenOptions = { bytes: BYTES, pid: process.pid, trusted: false, writes: 'both' };

function own(published = false): OwnSegment {
  const maker = segmentMaker('memfd');
  if ('unavailable' in maker) throw new Error(maker.unavailable);
  return maker.create(BYTES, { published }) as OwnSegment;
}

function numberOf(segment: OwnSegment): number {
  return Number(segment.grant.split(':')[2]);
}

function codeOfOpening(grant: string, more: Partial<OpenOptions> = {}): string | undefined {
  try {
    openSegment(grant, { ...options, ...more });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

linux('a grant of a memfd', () => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'samebox-memfd-'));
    server = createServer().listen(join(folder, 'socket'));
    await once(server, 'listening');
    execFileSync('mkfifo', [join(folder, 'fifo')]);
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** As a client could have them open, waiting for the daemon to open them by their number. */
  const others: [string, () => number][] = [
    ['a regular file', () => openSync(join(folder, 'file'), 'w+')],
    ['a file in memory with a path', () => openSync('/dev/shm', 0o20200002, 0o600)], // O_TMPFILE
    ['a directory', () => openSync(folder, 'r')],
    ['a fifo', () => openSync(join(folder, 'fifo'), 'r+')],
    ['a device', () => openSync('/dev/zero', 'r+')],
    ['an unsealed memfd', () => sized(createMemfd())],
    ['a sealed memfd without a header', () => sealed(sized(createMemfd()))],
  ];

  function sized(fd: number): number {
    ftruncateSync(fd, SEGMENT_HEADER_BYTES + BYTES);
    return fd;
  }
  function sealed(fd: number): number {
    addSeals(fd, SEAL.shrink);
    return fd;
  }

  test.each(others)('that leads to %s is refused', (_what, opened) => {
    const fd = opened();
    try {
      expect(codeOfOpening(`memfd:${String(process.pid)}:${String(fd)}`)).toBe('PROTOCOL');
    } finally {
      closeSync(fd);
    }
  });

  test('that leads to a socket is refused', () => {
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    expect(codeOfOpening(`memfd:${String(process.pid)}:${String(fd)}`)).toBe('PROTOCOL');
  });

  test('is refused before what it leads to is opened: a driver, a terminal or a file server hears of nothing', () => {
    const fd = openSync('/dev/ptmx', 'r+');
    const opening = jest.spyOn(fs, 'openSync');
    try {
      const place = `/proc/${String(process.pid)}/fd/${String(fd)}`;
      expect(codeOfOpening(`memfd:${String(process.pid)}:${String(fd)}`)).toBe('PROTOCOL');
      const others = opening.mock.calls.filter(([path]) => !String(path).startsWith('/proc/self/fdinfo/'));
      expect(others).toEqual([[place, 0o10000000]]); // O_PATH
    } finally {
      opening.mockRestore();
      closeSync(fd);
    }
  });

  test('of another process than the peer is refused, and of an unknown one if the peer is not trusted', () => {
    const segment = own();
    expect(codeOfOpening(segment.grant, { pid: process.pid + 1 })).toBe('PROTOCOL');
    expect(codeOfOpening(segment.grant, { pid: undefined })).toBe('DENIED');
    expect(codeOfOpening(segment.grant, { pid: undefined, trusted: true })).toBeUndefined();
    segment.remove();
  });

  test('of a process that is gone means that the segment is gone', () => {
    expect(codeOfOpening('memfd:2147483647:3', { pid: 2147483647 })).toBe('NO_SPACE');
  });
});

linux('a memfd', () => {
  test('can neither be cut nor grown, by nobody, and no seal be added', () => {
    const segment = own();
    const fd = numberOf(segment);
    expect(() => ftruncateSync(fd, 100)).toThrow('EPERM');
    expect(() => ftruncateSync(fd, 100_000)).toThrow('EPERM');
    expect(() => addSeals(fd, 8)).toThrow('EPERM');
    segment.remove();
  });

  test('that its owner tries to cut stays whole for who has it mapped', async () => {
    const child = SegmentProcess.start();
    try {
      const { value: grant } = await child.tell({ do: 'create', way: 'memfd', bytes: BYTES });
      const opened = openSegment(String(grant), { ...options, pid: child.pid });
      expect(await child.tell({ do: 'cut-own' })).toMatchObject({ code: 'EPERM' });
      if (!('view' in opened)) throw new Error('not mapped');
      expect(new Uint8Array(opened.view(BYTES - 1, 1))[0]).toBe(0);
      opened.unmap();
    } finally {
      await child.kill();
    }
  });

  test('that is published is writable for its owner, and for nobody who opens it', () => {
    const segment = own(true);
    new Uint8Array(segment.view(0, 1))[0] = 1;
    expect(sealsOf(numberOf(segment)) & SEAL.futureWrite).toBe(SEAL.futureWrite);
    expect(codeOfOpening(segment.grant)).toBe('DENIED');
    expect(codeOfOpening(segment.grant, { writes: 'copy' })).toBeUndefined();
    segment.remove();
  });

  test.each([1_000, 2_000_000])(
    'of %i bytes has its memory from the start where the kernel counts it strictly',
    async (bytes) => {
      const maker = memfdMaker(true);
      if ('unavailable' in maker) throw new Error(maker.unavailable);
      const segment = await maker.create(bytes);
      const link = `/proc/self/fd/${String(numberOf(segment))}`;
      expect(statSync(link).blocks * 512).toBeGreaterThanOrEqual(SEGMENT_HEADER_BYTES + bytes);
      segment.remove();
    },
  );
});
