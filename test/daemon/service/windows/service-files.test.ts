// The files of a service: which are its own, and the end of its log.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isServiceFile, LogReader } from '../../../../daemon/service/windows/service-files';

test('the log, its older parts and the lock are the service’s; a config beside them is not', () => {
  const own = ['lab.log', 'lab.log.1', 'lab.log.12', 'lab.lock', 'lab.lock.pid', 'lab.lock.held'];
  expect(own.filter((file) => isServiceFile(file, 'lab'))).toEqual(own);
  const others = ['samebox.config.ts', 'lab.logs', 'lab.log.old', 'lab.2.log', 'lab', 'b.lab.log'];
  expect(others.filter((file) => isServiceFile(file, 'lab'))).toEqual([]);
});

describe('a log that is read', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'samebox-log-'));
    file = join(folder, 'lab.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('goes back into the older part, and no further than it is asked to', () => {
    expect(new LogReader(file).last(10)).toEqual([]);
    writeFileSync(file, 'c\nd\n');
    expect(new LogReader(file).last(10)).toEqual(['c', 'd']);
    writeFileSync(`${file}.1`, 'a\nb\n');
    expect(new LogReader(file).last(3)).toEqual(['b', 'c', 'd']);
    expect(new LogReader(file).last(0)).toEqual([]);
  });

  test('is followed line by line, also over the moment when it is put aside', () => {
    const reader = new LogReader(file);
    expect(reader.last(1)).toEqual([]);
    writeFileSync(file, 'a\nb\nhal');
    expect(reader.added()).toEqual(['a', 'b']);
    appendFileSync(file, 'f\n');
    expect(reader.added()).toEqual(['half']);
    appendFileSync(file, 'c\n');
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'd\n');
    expect(reader.added()).toEqual(['c', 'd']);
  });
});
