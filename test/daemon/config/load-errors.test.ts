// Configs that can't be loaded: each error names file, line and column, and the next step.
import { IMPORT, projects } from './project';

const project = projects();
const BOX = 'export default defineBox({ targets: {} });';

interface Case {
  readonly what: string;
  readonly files: Record<string, string>;
  readonly message: RegExp;
  readonly place?: { readonly line: number; readonly column: number };
  readonly config?: string;
}

const CASES: Case[] = [
  {
    what: 'a syntax error in the config',
    files: { 'samebox.config.ts': `${IMPORT}\nconst gain = ;\n${BOX}` },
    message: /^samebox\.config\.ts:2:14: .*\n {2}const gain = ;\n {15}\^$/,
    place: { line: 2, column: 14 },
  },
  {
    what: 'a syntax error behind tabs and wide characters',
    files: { 'samebox.config.ts': `${IMPORT}\n\t/* 😀 数 */ const gain = ;\n${BOX}` },
    message: /^samebox\.config\.ts:2:26: /,
    place: { line: 2, column: 26 },
  },
  {
    what: 'a syntax error in an imported JavaScript file',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport './lib/x';\n${BOX}`,
      'lib/x.js': 'export class A {\n  x() { return 1 +* 2; }\n}',
    },
    message: /^lib[\\/]x\.js:2:19: Unexpected token\.\n {2} {2}x\(\) \{ return 1 \+\* 2; \}\n/,
    place: { line: 2, column: 19 },
  },
  {
    what: 'a syntax error in a file with an enum',
    files: { 'samebox.config.ts': `${IMPORT}\nenum A { B }\n\nlet a = 1; let a = 2;\n${BOX}` },
    message: /^samebox\.config\.ts:4:\d+: /,
  },
  {
    what: 'a decorator',
    files: { 'samebox.config.ts': `${IMPORT}\n@sealed class A {}\n${BOX}` },
    message: /^samebox\.config\.ts:2:1: Decorators are not JavaScript/,
  },
  {
    what: 'a JSON file that is none',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport x from './x.json';\nconsole.log(x);\n${BOX}`,
      'x.json': '{ "a": 1,\n "b": }',
    },
    message: /^x\.json:2:7: This is not JSON: /,
  },
  {
    what: 'no default export',
    files: { 'samebox.config.ts': `${IMPORT}\nexport const box = defineBox({ targets: {} });` },
    message: /^samebox\.config\.ts: The box is exported as "box" only\. Write: export default box;$/,
  },
  {
    what: 'an empty file',
    files: { 'samebox.config.ts': '' },
    message: /There is no default export\. Write: export default defineBox/,
  },
  {
    what: 'a default export of the wrong type',
    files: { 'samebox.config.ts': 'export default 7;' },
    message: /The default export is 7, not what defineBox\(\) returns\./,
  },
  {
    what: 'a plain object as the default export',
    files: { 'samebox.config.ts': 'export default { targets: {} };' },
    message: /Write defineBox\( \) around it/,
  },
  {
    what: 'a target of the wrong type',
    files: { 'samebox.config.ts': `${IMPORT}\nexport default defineBox({ targets: { pm: 3 } });` },
    message: /^samebox\.config\.ts:2:16: TypeError: Target "pm" is 3: a target is an object/,
    place: { line: 2, column: 16 },
  },
  {
    what: 'two targets of one name',
    files: {
      'samebox.config.ts': `${IMPORT}\nexport default defineBox({ targets: {\n  pm: {},\n  'pm': {},\n} });`,
    },
    message: /^samebox\.config\.ts:4:3: Two targets are named "pm", the first on line 3: rename one\./,
    place: { line: 4, column: 3 },
  },
  {
    what: 'two targets of one name in an object of its own',
    files: {
      'samebox.config.ts': `${IMPORT}\nconst targets = { pm: {}, cam: {}, pm: {} };\nexport default defineBox({ targets });`,
    },
    message: /^samebox\.config\.ts:2:36: Two targets are named "pm"/,
  },
  {
    what: 'an illegal target name',
    files: {
      'samebox.config.ts': `${IMPORT}\nexport default defineBox({ targets: { 'power meter': {} } });`,
    },
    message: /can't be named "power meter".*Name it "power_meter", for instance\./,
  },
  {
    what: 'a misspelt option',
    files: { 'samebox.config.ts': `${IMPORT}\nexport default defineBox({ targets: {}, drainTimout: 3 });` },
    message: /defineBox\(\) has no option "drainTimout"\. Did you mean "drainTimeout"\?/,
  },
  {
    what: 'a package that is not installed',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport { x } from '@lab/serial-thing/sub';\nconsole.log(x);\n${BOX}`,
    },
    message:
      /^samebox\.config\.ts:2:19: Cannot import "@lab\/serial-thing\/sub"\. .*`npm install @lab\/serial-thing`/,
    place: { line: 2, column: 19 },
  },
  {
    what: 'a file that is not there',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport { x } from './metr';\nconsole.log(x);\n${BOX}`,
      'meter.ts': '',
    },
    message:
      /^samebox\.config\.ts:2:19: Cannot import "\.\/metr"\. There is no file "\.\/metr"\. Did you mean "meter"\?/,
  },
  {
    what: 'a name that a file does not export',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport { x } from './meter';\nconsole.log(x);\n${BOX}`,
      'meter.ts': 'export const y = 1;',
    },
    message: /^samebox\.config\.ts:2:1: SyntaxError: .*meter\.ts' does not provide an export named 'x'/,
  },
  {
    what: 'an error in an imported file while it runs',
    files: {
      'samebox.config.ts': `${IMPORT}\nimport './meter';\n${BOX}`,
      'meter.ts': 'const meter: any = undefined;\n\nmeter.open();\nexport {};',
    },
    message: /^meter\.ts:3:7: TypeError: Cannot read properties of undefined.*\n {2}meter\.open\(\);\n/,
    place: { line: 3, column: 7 },
  },
  {
    what: 'something thrown that is no error',
    files: { 'samebox.config.ts': `${IMPORT}\nthrow { a: 1 };` },
    message: /^samebox\.config\.ts: a non-error was thrown$/,
  },
  {
    what: 'a config that is not there',
    files: { 'samebox.config.ts': BOX },
    config: 'samebox.confg.ts',
    message: /There is no config .*samebox\.confg\.ts\. Did you mean "samebox\.config\.ts"\?$/,
  },
  {
    what: 'a folder without a config',
    files: { 'x.ts': BOX },
    config: '.',
    message: /There is no samebox\.config\.ts/,
  },
  {
    what: 'a file of another kind',
    files: { 'x.yaml': '' },
    config: 'x.yaml',
    message: /A config is TypeScript or JavaScript/,
  },
];

test.each(CASES)('$what is INVALID_ARGUMENT with its place', async ({ files, message, place, config }) => {
  const { error } = await project(files).load(config === undefined ? {} : { config });
  expect(error.code).toBe('INVALID_ARGUMENT');
  expect(error.message).toMatch(message);
  if (place !== undefined) expect(error.details).toMatchObject(place);
  expect(error.stack ?? '').not.toMatch(/[\\/]cache[\\/]/);
});
