import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryFlock } from '../../../src/native/flock.unix';
import { IS_WINDOWS } from '../../../src/os';

const posix = IS_WINDOWS ? describe.skip : describe;

posix('flock', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-flock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a file that is open twice is locked through one descriptor only, and free once that is closed', () => {
    const path = join(folder, 'lock');
    const first = openSync(path, 'w');
    const second = openSync(path, 'w');
    expect(tryFlock(first)).toBe('locked');
    expect(tryFlock(first)).toBe('locked');
    expect(tryFlock(second)).toBe('held');
    closeSync(first);
    expect(tryFlock(second)).toBe('locked');
    closeSync(second);
  });

  test('an error of the kernel comes with its code and the call that failed', () => {
    expect(() => tryFlock(999_999)).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'flock', errno: -9 }) as Error,
    );
  });
});
