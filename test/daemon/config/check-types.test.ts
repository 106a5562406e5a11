// Type errors of a config: warnings from the TypeScript that is there, and no noise.
import { resolve } from 'node:path';
import { tsconfigFor } from '../../../daemon/config/check-types';
import { parseDiagnostics } from '../../../daemon/config/type-diagnostics';
import { IMPORT, projects } from './project';

const project = projects();

test('a type error is a warning with its place, and the config runs all the same', async () => {
  const made = project({
    'samebox.config.ts': `${IMPORT}\nimport { gain } from './gain';\nconst wrong: number = 'x';\nexport default defineBox({ name: 'lab', targets: { g: { get: () => [gain, wrong, process.pid > 0] } } });`,
    'gain.ts':
      'export const gain: string = 5;\nexport const path = import.meta.url;\nawait Promise.resolve();',
  });
  const first = await made.load({ check: true, calls: [['g', 'get']] });
  expect(first.results).toEqual([[5, 'x', true]]);
  expect(first.typeCheck.checked).toBe(true);
  expect(first.typeCheck.warnings).toEqual([
    expect.objectContaining({ file: made.path('gain.ts'), line: 1, column: 14, code: 'TS2322' }),
    expect.objectContaining({
      file: made.path('samebox.config.ts'),
      line: 3,
      column: 7,
      message: "Type 'string' is not assignable to type 'number'.",
    }),
  ]);
  expect((await made.load({ check: true })).typeCheck).toEqual(first.typeCheck);
}, 60_000);

test("the project's own settings hold, and only its own files are spoken of", async () => {
  const made = project({
    'samebox.config.ts': `${IMPORT}\nimport { loose } from './lib/loose.js';\nconst implicit = (x) => x;\nimplicit(loose);\nexport default defineBox({ targets: { a: Promise.resolve({}) } as never });`,
    'lib/loose.ts': "import 'broken';\nexport const loose = (a) => a;",
    'node_modules/broken/index.ts': 'const broken: number = "x";',
    'node_modules/broken/package.json': '{ "main": "index.js", "types": "index.ts" }',
    'node_modules/broken/index.js': '',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": false, "rootDir": "src", "composite": true, "outDir": "out", "noEmit": false, "baseUrl": ".", "moduleResolution": "node" }, "include": ["src"] }',
    'src/other.ts': 'const other: number = "x";',
  });
  const { error, typeCheck } = await made.load({ check: true });
  expect(error.message).toMatch(/Target "a" is a promise: write \(\) => in front of it/);
  expect(typeCheck).toBeUndefined();
  made.write(
    'samebox.config.ts',
    `${IMPORT}\nimport { loose } from './lib/loose.js';\nloose(1);\nconst bad: string = 1;\nexport default defineBox({ targets: {} });`,
  );
  expect((await made.load({ check: true })).typeCheck).toMatchObject({
    checked: true,
    warnings: [{ line: 4, code: 'TS2322' }],
  });
}, 60_000);

test('a config without TypeScript has nothing to check', async () => {
  const made = project({ 'samebox.config.mjs': `${IMPORT}\nexport default defineBox({ targets: {} });` });
  const { typeCheck } = await made.load({ config: 'samebox.config.mjs', check: true });
  expect(typeCheck).toMatchObject({ checked: false, warnings: [] });
});

test('types of samebox come from the package that runs', () => {
  const tsconfig = tsconfigFor('/lab/samebox.config.ts', undefined, {
    'samebox/daemon': '/x/dist/daemon/index.js',
  });
  expect(tsconfig).toMatchObject({
    files: ['/lab/samebox.config.ts'],
    compilerOptions: { paths: { 'samebox/daemon': ['/x/dist/daemon/index.d.ts'] }, strict: true },
  });
});

describe('what the compiler prints', () => {
  const folder = resolve('lab');
  const read = (text: string) =>
    parseDiagnostics(text, folder, (file) => file === resolve(folder, 'a (1).ts'));

  test('is read with its continued lines', () => {
    const text = `a (1).ts(3,7): error TS2322: Type 'A' is wrong.\n  Because (1,2): error TS1: of B.\r\nother.ts(1,1): error TS1: x\nerror TS5023: Unknown option.\n`;
    expect(read(text)).toEqual([
      {
        file: resolve(folder, 'a (1).ts'),
        line: 3,
        column: 7,
        code: 'TS2322',
        message: "Type 'A' is wrong.\n  Because (1,2): error TS1: of B.",
      },
    ]);
  });

  test.each([
    "a (1).ts(1,1): error TS2580: Cannot find name 'process'. Do you need to install type definitions for node?",
    "a (1).ts(1,1): error TS2307: Cannot find module 'node:fs/promises' or its corresponding type declarations.",
    "a (1).ts(1,1): error TS2304: Cannot find name 'Buffer'.",
    "a (1).ts(1,1): error TS2339: Property 'dirname' does not exist on type 'ImportMeta'.",
  ])('is left out where only types of Node are missing: %s', (line) => {
    expect(read(line)).toEqual([]);
  });

  test('is kept where a name of the project is missing', () => {
    expect(read("a (1).ts(1,1): error TS2304: Cannot find name 'proces'.")).toHaveLength(1);
  });
});
