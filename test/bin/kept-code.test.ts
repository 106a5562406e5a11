// The file of kept modules.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptCode, type KeptModule } from '../../bin/kept-code';

const folder = mkdtempSync(join(tmpdir(), 'sb-kept-'));
const path = join(folder, 'kept');
afterAll(() => rmSync(folder, { recursive: true }));

function module(source: string, links: Record<string, string> = {}): KeptModule {
  return { stamp: `of ${source}`, read: () => ({ source, code: Buffer.from(source.toUpperCase()), links }) };
}

function write(modules: Readonly<Record<string, KeptModule>>): void {
  const kept = new KeptCode(path, 'maker');
  kept.replace(new Map(Object.entries(modules)));
  kept.close();
}

test('what was kept is read again: text of any kind, and links to kept modules and to others', () => {
  write({ '/a': module('één', { './b': '/b', json: '/c.json' }), '/b': module(''), '/d': module('last') });
  const kept = new KeptCode(path, 'maker');
  expect([...kept.modules.keys()]).toEqual(['/a', '/b', '/d']);
  const a = kept.modules.get('/a');
  expect(a?.stamp).toBe('of één');
  expect(a?.read()).toEqual({
    source: 'één',
    code: Buffer.from('ÉÉN'),
    links: { './b': '/b', json: '/c.json' },
  });
  expect(kept.modules.get('/d')?.read().source).toBe('last');
  kept.close();
});

test('modules that were read stay readable while others replace the file', () => {
  write({ '/a': module('old') });
  const kept = new KeptCode(path, 'maker');
  write({ '/a': module('new') });
  expect(kept.modules.get('/a')?.read().source).toBe('old');
  kept.close();
});

test('a length that is beyond the file is not believed', () => {
  writeFileSync(path, Buffer.from([255, 255, 255, 255, 0]));
  const kept = new KeptCode(path, 'maker');
  expect(kept.modules.size).toBe(0);
  kept.close();
});

test('what another version has kept is not used', () => {
  write({ '/a': module('a') });
  const kept = new KeptCode(path, 'another');
  expect(kept.modules.size).toBe(0);
  kept.close();
});

test.each([
  ['no file', undefined],
  ['an empty file', 0],
  ['half an index', 20],
  ['a file that ends too early', -1],
])('%s keeps nothing, and can be replaced', (_, length) => {
  write({ '/a': module('a') });
  const whole = readFileSync(path);
  if (length === undefined) rmSync(path);
  else writeFileSync(path, whole.subarray(0, length));
  const damaged = new KeptCode(path, 'maker');
  expect(damaged.modules.size).toBe(0);
  damaged.replace(new Map([['/a', module('a')]]));
  damaged.close();
  expect(readFileSync(path)).toEqual(whole);
});

const withModes = process.getuid === undefined ? test.skip : test;

withModes('a file that others may write to keeps nothing: what it has is run', () => {
  write({ '/a': module('a') });
  chmodSync(path, 0o622);
  const kept = new KeptCode(path, 'maker');
  expect(kept.modules.size).toBe(0);
  kept.close();
});

test('where nothing can be written, nothing happens', () => {
  const kept = new KeptCode(join(folder, 'missing', 'kept'), 'maker');
  expect(() => kept.replace(new Map([['/a', module('a')]]))).not.toThrow();
  kept.close();
});
