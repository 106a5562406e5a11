import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as flock from '../../../src/native/flock.unix';
import { IS_WINDOWS } from '../../../src/os';
import { dropLock, lockOfDead, makeLock, segmentName, stands } from '../../../src/segments/owner-lock.unix';
import { sweep } from '../../../src/segments/sweep.unix';

const posix = IS_WINDOWS ? describe.skip : describe;
const DEAD = 'd'.repeat(32);

posix('a sweep', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-sweep-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (...names: string[]) => names.forEach((name) => writeFileSync(join(folder, name), ''));

  test('removes the segments and the lock of the dead', () => {
    put(`${DEAD}.lock`, segmentName(DEAD, 0), segmentName(DEAD, 17));
    expect(sweep(folder).sort()).toEqual([segmentName(DEAD, 0), segmentName(DEAD, 17)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('removes segments that have no lock', () => {
    put(segmentName(DEAD, 0));
    expect(sweep(folder)).toEqual([segmentName(DEAD, 0)]);
  });

  test('leaves what the living own, and every file with another name', () => {
    const lock = makeLock(folder);
    put(
      segmentName(lock.owner, 0),
      'lab.sock',
      'lab.sock.lock',
      `${DEAD}.seg`,
      `${DEAD}.0.seg.bak`,
      `x${DEAD}.lock`,
    );
    const there = readdirSync(folder);
    expect(sweep(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual(there);
    dropLock(lock);
    expect(sweep(folder)).toEqual([segmentName(lock.owner, 0)]);
  });

  test('leaves a dead owner to the sweeper who has its lock', () => {
    put(`${DEAD}.lock`, segmentName(DEAD, 0));
    const other = lockOfDead(folder, DEAD);
    expect(sweep(folder)).toEqual([]);
    if (typeof other === 'string') throw new Error(other);
    dropLock(other);
    expect(sweep(folder)).toEqual([segmentName(DEAD, 0)]);
  });

  test('goes through no link and into no directory', () => {
    put('precious');
    symlinkSync(join(folder, 'precious'), join(folder, `${DEAD}.lock`));
    put(segmentName(DEAD, 0));
    const other = 'e'.repeat(32);
    mkdirSync(join(folder, `${other}.lock`));
    put(segmentName(other, 0));
    const there = readdirSync(folder);
    expect(sweep(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual(there);
  });

  test('that comes between the making of a lock and its locking makes the owner take another', () => {
    const real = flock.tryFlock;
    const names: string[][] = [];
    jest.spyOn(flock, 'tryFlock').mockImplementationOnce((fd) => {
      names.push(readdirSync(folder));
      sweep(folder);
      names.push(readdirSync(folder));
      return real(fd);
    });
    const lock = makeLock(folder);
    jest.restoreAllMocks();
    expect(names).toEqual([[expect.any(String)], []]);
    expect(names[0]).not.toEqual(readdirSync(folder));
    expect(stands(lock)).toBe(true);
    expect(sweep(folder)).toEqual([]);
    dropLock(lock);
  });

  test('takes an owner whose lock was removed under it for dead, whatever stands in its place', () => {
    const lock = makeLock(folder);
    rmSync(lock.path);
    put(`${lock.owner}.lock`, segmentName(lock.owner, 0));
    expect(sweep(folder)).toEqual([segmentName(lock.owner, 0)]);
    dropLock(lock);
    expect(readdirSync(folder)).toEqual([]);
  });
});
