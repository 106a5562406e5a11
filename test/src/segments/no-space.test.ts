import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OS } from '../../../src/os';
import { SegmentProcess } from './segment-process';

const KiB = 1024;
const linux = OS === 'linux' ? test : test.skip;

let folder: string;
let child: SegmentProcess | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-full-'))));
afterEach(async () => {
  await child?.kill();
  child = undefined;
  rmSync(folder, { recursive: true });
});

linux('a limit on the size of files (ulimit -f) is NO_SPACE, and the process lives', async () => {
  child = SegmentProcess.start({ SAMEBOX_RUNTIME_DIR: folder }, 'ulimit -f 100');
  for (const way of ['memfd', 'file'] as const) {
    const full = { code: 'NO_SPACE', cause: 'EFBIG' };
    expect(await child.tell({ do: 'create', way, bytes: 200 * KiB })).toEqual(full);
    expect(await child.tell({ do: 'create', way, bytes: 2000 * KiB })).toEqual(full);
    expect(await child.tell({ do: 'create', way, bytes: 50 * KiB })).toEqual({ value: expect.any(String) });
    expect(await child.tell({ do: 'fill' })).toEqual({});
    await child.tell({ do: 'remove' });
  }
  expect(readdirSync(folder)).toEqual([]);
});

linux(
  'a full table of descriptors or too little memory (ulimit -v) is NO_SPACE, until there is some again',
  async () => {
    child = SegmentProcess.start({ SAMEBOX_RUNTIME_DIR: folder }, 'ulimit -n 200; ulimit -v 4000000');
    const create = (way: 'memfd' | 'file') => ({ do: 'create', way, bytes: 10 }) as const;
    await child.tell(create('memfd'));
    const large = { do: 'create', way: 'memfd', bytes: 3_900_000 * KiB } as const;
    expect(await child.tell(large)).toEqual({ code: 'NO_SPACE', cause: 'ENOMEM' });
    expect(await child.tell({ do: 'exhaust-descriptors' })).toEqual({ value: 'EMFILE' });
    expect(await child.tell({ do: 'maker' })).toEqual({ value: 'memfd' });
    expect(await child.tell(create('memfd'))).toEqual({ code: 'NO_SPACE', cause: 'EMFILE' });
    expect(await child.tell(create('file'))).toEqual({ code: 'NO_SPACE', cause: 'EMFILE' });
    const options = { bytes: 10, trusted: true, writes: 'both' } as const;
    const grant = `memfd:${String(child.pid)}:1`;
    expect(await child.tell({ do: 'open', grant, options })).toEqual({ code: 'NO_SPACE', cause: 'EMFILE' });
    await child.tell({ do: 'give-descriptors-back' });
    for (const way of ['file', 'memfd'] as const) {
      expect(await child.tell(create(way))).toEqual({ value: expect.any(String) });
      await child.tell({ do: 'remove' });
    }
    expect(readdirSync(folder)).toEqual([]);
  },
);

/** Only root may mount; in a container not even root. */
function mountSmall(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'samebox-test', path], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('skipped: no tmpfs can be mounted here');
    return false;
  }
}

linux('a full tmpfs is NO_SPACE for small and large segments, before anything is written', async () => {
  if (!mountSmall(folder)) return;
  try {
    child = SegmentProcess.start({ SAMEBOX_RUNTIME_DIR: folder });
    const create = (bytes: number) => ({ do: 'create', way: 'file', bytes }) as const;
    const full = { code: 'NO_SPACE', cause: 'ENOSPC' };
    expect(await child.tell(create(4000 * KiB))).toEqual(full);
    expect(readdirSync(folder)).toEqual([]);
    expect(await child.tell(create(2500 * KiB))).toEqual({ value: expect.any(String) });
    expect(await child.tell({ do: 'fill' })).toEqual({});
    expect(await child.tell(create(600 * KiB))).toEqual(full);
    expect(await child.tell(create(2000 * KiB))).toEqual(full);
    expect(readdirSync(folder)).toHaveLength(2);
    await child.end();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    await child?.kill();
    execFileSync('umount', [folder]);
  }
});
