// Loading of configs as people write them, by the built package in a process of its own.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { linking } from '../../support/links';
import { IMPORT, projects, type Loaded } from './project';

const project = projects();
const COUNTER = `export class Counter { count = 0; add(n: number = 1): number { return (this.count += n); } }`;
const SMALL = `${IMPORT}\nexport default defineBox({ name: 'lab', targets: { a: { hello() { return 'world'; } } } });`;

function signatures(loaded: Loaded, target: string): string[] {
  expect(loaded.error).toBeUndefined();
  return loaded.targets[target]?.members.map(({ signature }) => signature) ?? [];
}

describe('a TypeScript config', () => {
  test('finds a class in another file that is imported without an extension, with its types', async () => {
    const loaded = await project({
      'samebox.config.ts': `${IMPORT}\nimport { Counter } from './counter';\nexport default defineBox({ targets: { c: () => new Counter() } });`,
      'counter.ts': `/** Counts. And more. */\n${COUNTER}`,
    }).load({ calls: [['c', 'add', 2]] });
    expect(signatures(loaded, 'c')).toEqual(['add(n: number = 1): number']);
    expect(loaded.targets.c).toMatchObject({ type: 'Counter', summary: 'Counts.' });
    expect(loaded.results).toEqual([2]);
  });

  test('finds TypeScript that is imported as the JavaScript it becomes, and the index of a folder', async () => {
    const loaded = await project({
      'samebox.config.mts': `${IMPORT}\nimport { Counter } from './lib/counter.js';\nimport { x } from './lib';\nexport default defineBox({ targets: { c: () => new Counter(), x } });`,
      'lib/counter.ts': COUNTER,
      'lib/counter.js': 'throw new Error("old output");',
      'lib/index.ts': 'export const x = { y(a: string): void {} };',
    }).load({ config: 'samebox.config.mts' });
    expect(signatures(loaded, 'c')).toEqual(['add(n: number = 1): number']);
    expect(signatures(loaded, 'x')).toEqual(['y(a: string): void']);
  });

  test('may import a type without saying that it is one', async () => {
    const loaded = await project({
      'samebox.config.ts': `${IMPORT}\nimport { Range,\n Counter } from './counter';\nimport { Other } from './types';\nconst r: Range = 1; const o: Other = 2;\nexport default defineBox({ targets: { c: () => new Counter() } });`,
      'counter.ts': `export type Range = 1 | 2;\n${COUNTER}`,
      'types.ts': 'export interface Other {}',
    }).load();
    expect(signatures(loaded, 'c')).toHaveLength(1);
  });

  test('may use enum, parameter properties and namespaces, and keeps its typed signatures', async () => {
    const loaded = await project({
      'samebox.config.ts': [
        IMPORT,
        'enum Mode { Off, On }',
        'namespace Units { export const volt = 1; }',
        'class Meter {',
        '  constructor(private readonly port: string, public mode = Mode.On) {}',
        '  /** Where it is. */',
        '  where(prefix: string = ""): string { return prefix + this.port + this.mode + Units.volt; }',
        '  fail(): never {',
        "    throw new Error('boom');",
        '  }',
        '}',
        "export default defineBox({ targets: { m: () => new Meter('p') } });",
      ].join('\n'),
    }).load({
      calls: [
        ['m', 'where', 'at '],
        ['m', 'fail'],
      ],
    });
    expect(signatures(loaded, 'm')).toEqual(['where(prefix: string = ""): string', 'fail(): never']);
    expect(loaded.targets.m?.members[0]?.documentation).toBe('Where it is.');
    expect(loaded.results[0]).toBe('at p11');
    expect(loaded.results[1]).toMatch(/project[\\/]samebox\.config\.ts:9:\d+/);
  });

  test('may await at the top level, read JSON, import later, and know where it is', async () => {
    const files = {
      'samebox.config.ts': [
        IMPORT,
        "import settings from './settings.json';",
        "import { port } from './settings.json' with { type: 'json' };",
        "import { basename } from 'node:path';",
        'const late = await Promise.resolve(settings.port);',
        'export default defineBox({ targets: { t: {',
        "  async all() { const { lazy } = await import('./lazy'); return [late, port, lazy]; },",
        '  here() { return [import.meta.url, import.meta.filename, basename(__filename), require("./settings.json").port]; },',
        '} } });',
      ].join('\n'),
      'settings.json': '\ufeff{ "port": "/dev/x", "default": 1, "not a name": 2 }',
      'lazy.ts': 'export const lazy: number = 42;',
    };
    const made = project(files, 'a folder with späces ☃');
    const loaded = await made.load({
      calls: [
        ['t', 'all'],
        ['t', 'here'],
      ],
    });
    const here = made.path('samebox.config.ts');
    expect(loaded.error).toBeUndefined();
    expect(loaded.results).toEqual([
      ['/dev/x', '/dev/x', 42],
      [pathToFileURL(here).href, here, 'samebox.config.ts', '/dev/x'],
    ]);
    expect(loaded.sources).toHaveLength(3);
  });

  test('takes packages from its own folder, by what they export to import', async () => {
    const loaded = await project({
      'samebox.config.ts': `${IMPORT}\nimport { kind } from 'dual';\nimport { deep } from 'dual/feature/deep';\nimport legacy from 'legacy';\nexport default defineBox({ targets: { t: { get: () => [kind, deep, legacy.x] } } });`,
      'node_modules/dual/package.json': JSON.stringify({
        exports: {
          '.': { require: './no.cjs', import: './yes.mjs' },
          './feature/*': { import: './f/*.mjs' },
        },
      }),
      'node_modules/dual/yes.mjs': 'export const kind = "import";',
      'node_modules/dual/f/deep.mjs': 'export const deep = "deep";',
      'node_modules/legacy/index.js': 'module.exports = { x: 1 };',
    }).load({ calls: [['t', 'get']] });
    expect(loaded.error).toBeUndefined();
    expect(loaded.results).toEqual([['import', 'deep', 1]]);
  });

  test('loads the package that runs, never a second copy', async () => {
    const loaded = await project({
      'samebox.config.ts': SMALL,
      'node_modules/samebox/package.json': '{ "main": "index.js", "exports": { "./daemon": "./index.js" } }',
      'node_modules/samebox/index.js': 'throw new Error("a second copy");',
    }).load();
    expect(signatures(loaded, 'a')).toEqual(['hello()']);
  });

  test('has circular imports like any module', async () => {
    const loaded = await project({
      'samebox.config.ts': `${IMPORT}\nimport { a } from './a';\nexport default defineBox({ targets: { a } });`,
      'a.ts': `import { b } from './b';\nexport const a = { value: (): number => b() };\nexport const one = 1;`,
      'b.ts': `import { one } from './a';\nexport const b = (): number => one;`,
    }).load({ calls: [['a', 'value']] });
    expect(loaded.results).toEqual([1]);
  });

  test('exposes neither private nor protected members of its classes', async () => {
    const loaded = await project({
      'samebox.config.ts': `${IMPORT}\nclass A { open(): void {} private secret(): void {} protected get own(): number { return 1; } }\nexport default defineBox({ targets: { a: () => new A() } });`,
    }).load();
    expect(signatures(loaded, 'a')).toEqual(['open(): void']);
  });

  linking('may import CommonJS, and the TypeScript of a workspace', async () => {
    const made = project({
      'app/samebox.config.ts': `${IMPORT}\nimport { old } from './old.cjs';\nimport { Driver } from '@lab/driver';\nexport default defineBox({ targets: { old, d: () => new Driver() } });`,
      'app/old.cjs': `const { basename } = require('node:path');\nexports.old = { where() { return basename(__filename) + require('./data.json').x; } };`,
      'app/data.json': '{ "x": 1 }',
      'driver/package.json': '{ "name": "@lab/driver", "exports": "./index.ts" }',
      'driver/index.ts': 'export class Driver { drive(speed: number): void {} }',
    });
    mkdirSync(made.path('node_modules/@lab'), { recursive: true });
    symlinkSync(made.path('driver'), made.path('node_modules/@lab/driver'), 'junction');
    const loaded = await made.load({ config: 'app/samebox.config.ts', calls: [['old', 'where']] });
    expect(signatures(loaded, 'd')).toEqual(['drive(speed: number): void']);
    expect(loaded.results).toEqual(['old.cjs1']);
  });
});

describe('a JavaScript config', () => {
  test('may be CommonJS, with other files, JSON and documentation', async () => {
    const loaded = await project({
      'samebox.config.js': `'use strict';\nconst { defineBox } = require('samebox/daemon');\nconst { t } = require('./t');\nmodule.exports = defineBox({ targets: { t } });`,
      't.js': `const { port } = require('./settings.json');\nexports.t = {\n  /**\n   * Reads.\n   * @param {number} [samples]\n   * @returns {Promise<string>}\n   */\n  async read(samples) { return port + samples + __filename; } };`,
      'settings.json': '{ "port": "p" }',
    }).load({ config: 'samebox.config.js', calls: [['t', 'read', 1]] });
    expect(signatures(loaded, 't')).toEqual(['read(samples?: number): Promise<string>']);
    expect(loaded.results[0]).toMatch(/^p1.*project[\\/]t\.js$/);
  });

  test.each([
    ['mjs', `${SMALL}`],
    [
      'cjs',
      `const s = require('samebox/daemon');\nmodule.exports = s.defineBox({ name: 'lab', targets: {} });`,
    ],
    ['cts', `import s = require('samebox/daemon');\nexport = s.defineBox({ name: 'lab', targets: {} });`],
    ['js', `#!/usr/bin/env node\n${SMALL}`],
    ['ts', `\ufeff${SMALL}`],
  ])('may end in .%s', async (extension, text) => {
    const config = `samebox.config.${extension}`;
    expect(await project({ [config]: text }).load({ config })).toMatchObject({ name: 'lab' });
  });
});

describe('the cache', () => {
  test('is used while nothing changed, and by every content anew', async () => {
    const made = project({
      'samebox.config.ts': `${IMPORT}\nimport { x } from './x';\nexport default defineBox({ targets: { t: { x: () => x } } });`,
      'x.js': 'export const x = 1;',
    });
    const calls = [['t', 'x']];
    expect((await made.load({ calls, twice: true })).again).toBe(true);
    const before = readdirSync(made.cache).sort();
    expect((await made.load({ calls })).results).toEqual([1]);
    expect(readdirSync(made.cache).sort()).toEqual(before);
    made.write('x.js', 'export const x = 2;');
    expect((await made.load({ calls })).results).toEqual([2]);
    made.write('x.ts', 'export const x: number = 3;');
    expect((await made.load({ calls })).results).toEqual([3]);
  });

  test('mends itself when a part of it was removed', async () => {
    const made = project({ 'samebox.config.ts': SMALL });
    await made.load();
    const box = readdirSync(made.cache).find((name) => name.startsWith('box-')) ?? '';
    rmSync(join(made.cache, box), { recursive: true });
    expect(await made.load()).toMatchObject({ name: 'lab' });
  });

  test('is shared by many processes that start at once', async () => {
    const made = project({ 'samebox.config.ts': SMALL });
    const all = await Promise.all(Array.from({ length: 5 }, () => made.load()));
    expect(all.map(({ name }) => name)).toEqual(Array(5).fill('lab'));
    expect(readdirSync(made.cache).filter((name) => !/^(?:box-\w+|config-\w+\.json)$/.test(name))).toEqual(
      [],
    );
  });

  test('is never needed: a place that cannot be written gives way to a temporary one', async () => {
    const made = project({ 'samebox.config.ts': SMALL });
    writeFileSync(join(made.root, 'file'), '');
    const loaded = await made.load({ cacheDir: join(made.root, 'file', 'cache') });
    expect(loaded).toMatchObject({ name: 'lab' });
  });

  test('that others may write to is not trusted', async () => {
    const made = project({ 'samebox.config.ts': SMALL });
    mkdirSync(made.cache);
    chmodSync(made.cache, 0o777);
    expect(await made.load()).toMatchObject({ name: 'lab' });
    if (process.getuid !== undefined) expect(readdirSync(made.cache)).toEqual([]);
  });

  test('loads no parser into the process that asks', async () => {
    const made = project({ 'samebox.config.ts': SMALL });
    expect((await made.load()).parsersAfterLoading).toBe(0);
    expect((await made.load()).parsersAfterLoading).toBe(0);
    expect(existsSync(made.cache)).toBe(true);
  });
});
