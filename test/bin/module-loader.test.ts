// Modules that are loaded from kept code, in processes of their own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Told {
  readonly exports?: unknown;
  readonly error?: { readonly code?: string; readonly stack: string };
  /** Whether something was compiled that had not been kept. */
  readonly learned: boolean;
  /** What `require.cache` has. */
  readonly asUsual?: unknown;
}

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'sb-load-')))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function load(entry = 'main.js', ...flags: string[]): Told {
  const args = [...flags, join(__dirname, 'load-process.cjs'), join(folder, 'kept'), join(folder, entry)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Told;
}

test('a module that was kept gives what it gave, and nothing is compiled again', () => {
  write({
    'main.js': `module.exports = [require('./other'), require('node:path').sep === require('path').sep, __filename];`,
    'other.js': 'exports.deep = () => 1; exports.n = exports.deep();',
  });
  const first = load();
  expect(first).toMatchObject({ exports: [{ n: 1 }, true, join(folder, 'main.js')], learned: true });
  expect(load()).toEqual({ ...first, learned: false });
});

test('a module whose file has changed is loaded anew, also one of the same size', () => {
  write({ 'main.js': `exports.n = require('./other');`, 'other.js': 'module.exports = 1;' });
  expect(load().exports).toEqual({ n: 1 });
  write({ 'other.js': 'module.exports = 2;' });
  expect(load()).toMatchObject({ exports: { n: 2 }, learned: true });
  expect(load()).toMatchObject({ exports: { n: 2 }, learned: false });
});

test('a module that requires more than it did before is kept with that', () => {
  write({
    'main.js': `exports.n = process.execArgv.includes('--no-warnings') ? require('./more').n : 0;`,
    'more.js': 'exports.n = 1;',
  });
  expect(load().exports).toEqual({ n: 0 });
  expect(load('main.js', '--no-warnings')).toMatchObject({ exports: { n: 1 }, learned: true });
  expect(load('main.js', '--no-warnings')).toMatchObject({ exports: { n: 1 }, learned: false });
  expect(load()).toMatchObject({ exports: { n: 0 }, learned: false });
});

test('who requires a module in the usual way gets the same one', () => {
  write({
    'main.js': `
      const { createRequire } = require('node:module');
      exports.same = createRequire(__filename)('./other') === require('./other');
      exports.cached = require.cache[require.resolve('./other')].loaded;`,
    'other.js': 'exports.own = {};',
  });
  for (const told of [load(), load()]) {
    expect(told.exports).toEqual({ same: true, cached: true });
    expect(told.asUsual).toEqual(told.exports);
  }
});

test('modules that require each other see what is there so far', () => {
  write({
    'main.js': `exports.early = 1; exports.seen = require('./other').seen; exports.late = 1;`,
    'other.js': `exports.seen = Object.keys(require('./main'));`,
  });
  for (const told of [load(), load()]) expect(told.exports).toEqual({ early: 1, seen: ['early'], late: 1 });
});

test('a module that throws is not there, and is run again when it is required again', () => {
  write({
    'main.js': `
      let thrown = 0;
      for (const _ of [1, 2]) try { require('./fails'); } catch { thrown++; }
      module.exports = { thrown, runs: globalThis.runs, there: require.resolve('./fails') in require.cache };`,
    'fails.js': 'globalThis.runs = (globalThis.runs ?? 0) + 1; throw new Error("no");',
  });
  for (const told of [load(), load()]) expect(told.exports).toEqual({ thrown: 2, runs: 2, there: false });
});

test('JSON, dynamic imports and modules of other kinds are left to Node', () => {
  write({
    'main.js': `
      const imports = require('./imports');
      exports.json = require('./data.json');
      exports.kind = typeof imports().then;
      try { require('./module.mjs'); } catch (error) { exports.code = error.code; }`,
    'data.json': '{"n": 1}',
    'imports.js': `module.exports = () => import('node:path');`,
    'module.mjs': 'export default await 1;',
  });
  for (const told of [load(), load()]) {
    expect(told.exports).toMatchObject({ json: { n: 1 }, kind: 'function' });
    expect(told.exports).toHaveProperty('code', expect.stringMatching(/^ERR_REQUIRE_/));
  }
});

test('a package that is missing is missing in the usual way', () => {
  write({ 'main.js': `require('a-package-that-is-not-there');` });
  for (const told of [load(), load()]) expect(told.error?.code).toBe('MODULE_NOT_FOUND');
});

test('a package that was moved is found again', () => {
  write({ 'at/main.js': `module.exports = require('it');`, 'at/node_modules/it/index.js': 'exports.n = 1;' });
  expect(load('at/main.js').exports).toEqual({ n: 1 });
  renameSync(join(folder, 'at', 'node_modules'), join(folder, 'node_modules'));
  expect(load('at/main.js')).toMatchObject({ exports: { n: 1 }, learned: true });
  expect(load('at/main.js')).toMatchObject({ exports: { n: 1 }, learned: false });
});

test('errors name their places, and functions have their text, as with Node', () => {
  write({
    'main.js': `/* é */ exports.text = String(require('./other').f); try { require('./other').f(); } catch (error) {
      exports.places = error.stack.match(/\\w+\\.js:\\d+:\\d+/g).slice(0, 2);
    }`,
    'other.js': 'exports.f = (x) => { throw new TypeError("é"); };\n',
  });
  const script = 'console.log(JSON.stringify(require(process.argv[1])))';
  const usual = execFileSync(process.execPath, ['-e', script, join(folder, 'main.js')], { encoding: 'utf8' });
  for (const told of [load(), load()]) expect(told.exports).toEqual(JSON.parse(usual));
  expect(usual).toContain('other.js:1:28');
});

test('code of an engine with other flags is not used', () => {
  write({ 'main.js': 'exports.n = 1;' });
  load();
  expect(load('main.js', '--no-opt')).toMatchObject({ exports: { n: 1 }, learned: true });
});
