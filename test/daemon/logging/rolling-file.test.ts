// A log of bounded size.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RollingFile } from '../../../daemon/logging/rolling-file';

let folder: string;
let path: string;
const text = (of: string): string => readFileSync(of, 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samebox-rolling-'));
  path = join(folder, 'deep', 'lab.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a full file becomes the older part, and only so many are kept', () => {
  const file = new RollingFile(path, { bytes: 10, keep: 2 });
  for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n', 'dddd\n', 'eeee\n', 'ffff\n', 'gggg\n']) file.write(line);
  file.close();
  expect(text(path)).toBe('gggg\n');
  expect(text(`${path}.1`)).toBe('eeee\nffff\n');
  expect(text(`${path}.2`)).toBe('cccc\ndddd\n');
  expect(existsSync(`${path}.3`)).toBe(false);
});

test('what an earlier process has written counts, and stays', () => {
  const first = new RollingFile(path, { bytes: 10 });
  first.write('aaaa\n');
  first.close();
  const second = new RollingFile(path, { bytes: 10 });
  second.write('bbbb\n');
  second.write('cccc\n');
  second.close();
  expect([text(`${path}.1`), text(path)]).toEqual(['aaaa\nbbbb\n', 'cccc\n']);
});

test('a line that is longer than a file may be has a file to itself, whole', () => {
  const file = new RollingFile(path, { bytes: 4 });
  file.write('long line\n');
  file.write('b\n');
  file.close();
  expect([text(`${path}.1`), text(path)]).toEqual(['long line\n', 'b\n']);
});

test('a file that can not be put aside grows on, and is put aside when that works again', () => {
  mkdirSync(`${path}.1`, { recursive: true });
  mkdirSync(join(`${path}.1`, 'in the way'));
  const file = new RollingFile(path, { bytes: 4, keep: 1 });
  file.write('aaaa\n');
  file.write('bbbb\n');
  expect(text(path)).toBe('aaaa\nbbbb\n');
  rmdirSync(join(`${path}.1`, 'in the way'));
  rmdirSync(`${path}.1`);
  file.write('cccc\n');
  file.close();
  expect([text(`${path}.1`), text(path)]).toEqual(['aaaa\nbbbb\n', 'cccc\n']);
});
