// Signatures and documentation out of sources, found again by the functions that run.
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import ts from 'typescript';
import { stripTypes } from '../../../daemon/config/strip-types';
import { extractCompiled, extractFile } from '../../../daemon/describe/extract/extract-file';
import { exposedMembers } from '../../../daemon/describe/members';
import {
  functionKey,
  SignatureIndex,
  type Signature,
  type SignatureData,
} from '../../../daemon/describe/signature-index';

const all = (data: SignatureData): Signature[] => Object.values(data.functions).flat();

/** `Class.name(parameter?: type = default): result`, as it was extracted. */
function shown({ className, kind, name, parameters, type, hidden }: Signature): string {
  const list = parameters.map(
    (one) =>
      `${one.rest ? '...' : ''}${one.name}${one.optional ? '?' : ''}${one.type === undefined ? '' : `: ${one.type}`}${one.default === undefined ? '' : ` = ${one.default}`}`,
  );
  const of = className === undefined ? '' : `${className}.`;
  const result = type === undefined ? '' : `: ${type}`;
  return `${hidden ? 'hidden ' : ''}${kind === 'method' ? '' : `${kind} `}${of}${name}(${list.join(', ')})${result}`;
}

const extracted = (source: string, file = 'x.ts'): string[] => all(extractFile(source, file)).map(shown);
const inClass = (member: string): string => extracted(`class A<T> extends B {\n${member}\n}`).join('; ');

describe('in TypeScript', () => {
  test.each([
    [
      'read(samples: number = 1): Promise<number> { return null!; }',
      'A.read(samples?: number = 1): Promise<number>',
    ],
    [
      'async read(a: Map<string, number>, b?: (x: number) => void) {}',
      'A.read(a: Map<string, number>, b?: (x: number) => void)',
    ],
    [
      "m({ a, b }: { a: 1; b: 2 } = { a: 1, b: 2 }, [c]: [d: ')']) {}",
      "A.m({ a, b }?: { a: 1; b: 2 } = { a: 1, b: 2 }, [c]: [d: ')'])",
    ],
    ["rest(...all: Array<[string, 'a,b)']>): void {}", "A.rest(...all?: Array<[string, 'a,b)']>): void"],
    [
      'defaults(a = (1), b = [] as string[], c = f(x) as (y: 1) => 2): void {}',
      'A.defaults(a? = (1), b? = [], c? = f(x)): void',
    ],
    [
      'generic<U extends { x: 1 }>(a: U, b: T[]): asserts a is U {}',
      'A.generic(a: U, b: T[]): asserts a is U',
    ],
    ['none(): { a: number; b: () => void } { return null!; }', 'A.none(): { a: number; b: () => void }'],
    ['bare() {}', 'A.bare()'],
    ['self(this: A<T>, a: 1): this { return this; }', 'A.self(a: 1): this'],
    ['get range(): 1 | /* two */ 2 { return 1; }', 'get A.range(): 1 | 2'],
    ['set range(value: 1 | 2) {}', 'set A.range(value: 1 | 2)'],
    ['async *readings(): AsyncGenerator<number, void> {}', 'A.readings(): AsyncGenerator<number, void>'],
    ['arrow = async <U,>(\n  a: U,\n  b = 1,\n): Promise<U> => a;', 'A.arrow(a: U, b? = 1): Promise<U>'],
    ['moved = (a: number\n): \n  number => 3;', 'A.moved(a: number): number'],
    ['fn = function (a: number): void {};', 'A.fn(a: number): void'],
    ['paren = ((a: number): number => (a));', 'A.paren(a: number): number'],
    ["'odd name'(a: 1): void {}", 'A.odd name(a: 1): void'],
    ['union(a:\n    | 1\n    | 2): void {}', 'A.union(a: 1 | 2): void'],
    [
      'commented(/* volts */ a /* x */: /* y */ number, // z)\n b: 2): void {}',
      'A.commented(a: number, b: 2): void',
    ],
    ['template(a: `x${string})`): `(` { return null!; }', 'A.template(a: `x${string})`): `(`'],
    ['trailing(a: 1, b: 2,): void {}', 'A.trailing(a: 1, b: 2): void'],
    ['private secret(): void {}', 'hidden A.secret(): void'],
    ['protected override async *secret(): void {}', 'hidden A.secret(): void'],
    ['private readonly secret = (): void => {};', 'hidden A.secret(): void'],
    ["private ['secret'](): void {}", 'hidden A.secret(): void'],
    ['/** @private */ secret(): void {}', 'hidden A.secret(): void'],
    ['public open(): void {}', 'A.open(): void'],
    [
      'constructor(a: 1) { super(); } static make(): void {} #own(): void {} x: number = 1; declare y: 2;',
      '',
    ],
  ])('%s', (member, signature) => {
    expect(inClass(member)).toBe(signature);
  });

  test('functions outside of classes and in objects are found too', () => {
    expect(
      extracted(`
        export function free(a: 1): 2 { return 2; }
        export const made = { m(a: 1): 2 { return 2; }, f: (b: 3) => b, get g(): 4 { return 4; }, 'h i': function (): 5 {} };
        const arrow = (c: 6): 7 => 7;
        export default function (d: 8): void {}
      `),
    ).toEqual(['free(a: 1): 2', 'm(a: 1): 2', 'f(b: 3)', 'get g(): 4', 'h i(): 5', 'arrow(c: 6): 7']);
  });

  test('what only a compiler can take away costs no types', () => {
    const source = `
      export enum Mode { Off, On }
      export namespace Units { export const volt = 1; }
      class A {
        constructor(private readonly port: string, public other = 'é😀') {}
        read(a: Mode = Mode.On): Promise<Mode> { return <Promise<Mode>>null!; }
      }`;
    expect(extracted(source)).toEqual(['A.read(a?: Mode = Mode.On): Promise<Mode>']);
  });
});

describe('documentation', () => {
  const docs = (source: string, file = 'x.ts'): (string | undefined)[] =>
    all(extractFile(source, file)).map(({ documentation }) => documentation);

  test('is the doc comment without its stars', () => {
    const source =
      'class A {\n  /**\n   * Reads `a * b`.\n   *\n   *   indented\n   * @param a volts\n   */\n  read() {}\n}';
    expect(docs(source)).toEqual(['Reads `a * b`.\n\n  indented\n@param a volts']);
  });

  test('belongs to the nearest declaration only', () => {
    expect(
      docs(`abstract class A {
        /** Of a field. */
        abstract field: string;
        none() {}
        /** Of none. */
        /* plain */ // line
        public async some(): Promise<void> {}
        /** First overload. */
        over(a: string): void;
        over(a: number): void;
        over(a: unknown): void {}
        /***/
        empty() {}
        /** Arrow. */
        private arrow = () => 1;
      }`),
    ).toEqual([undefined, 'Of none.', 'First overload.', undefined, 'Arrow.']);
  });

  test('of classes is found by name', () => {
    const source = `/** One. */\nexport class One {}\n/** Two. */\nexport const Two = class {};\n/** Three. */\nexport default class Three {}\nclass Four {}`;
    expect(extractFile(source, 'x.ts').classes).toEqual({ One: 'One.', Two: 'Two.', Three: 'Three.' });
    expect(extractFile('/** P. */ class __proto__ {}', 'x.ts').classes).toHaveProperty(['__proto__']);
  });

  test('gives the types of JavaScript', () => {
    const source = `class A {
      /**
       * @param {{ a: number }} [options] how
       * @param {...number} rest
       * @param {string=} unit
       * @param {unclosed
       * @returns {Promise<number>} volts
       */
      read(options, unit = 'V', ...rest) {}
      /** @type {number} */
      get range() {}
      /** @type {number} */
      set range(value) {}
      /** @protected */
      own() {}
    }`;
    expect(extracted(source, 'x.js')).toEqual([
      "A.read(options?: { a: number }, unit?: string = 'V', ...rest?: number): Promise<number>",
      'get A.range(): number',
      'set A.range(value: number)',
      'hidden A.own()',
    ]);
  });
});

describe('a signature is found by the function that runs', () => {
  const body = fc.constantFrom(
    '{ return 1; }',
    '{ const s: string = "}"; return s as unknown as number; }',
    '{\n    // it\'s )\n    return `${[1].map((x: number): number => x).join("/*")}`;\n  }',
    '{ /* é😀 */ const r = /[/}"]/u; return r!; }',
    '{ function inner(this: void, a: "\\"") { return a; } return inner; }',
  );
  const parameter = fc.constantFrom(
    'a: number',
    'b?: string',
    'c = 1',
    "d: '😀)' = '😀)'",
    '{ e }: { e: 1 }',
    '...f: any[]',
  );
  const member = fc.record({
    modifier: fc.constantFrom(
      '',
      'public ',
      'private ',
      'protected ',
      'override ',
      '/** Doc é. */ ',
      '// line\n  ',
    ),
    form: fc.constantFrom('', 'async ', '*', 'async *', 'get ', 'set '),
    key: fc.constantFrom('n', "'n q'", "['n c']", 'async', 'get', 'of', 'ñ'),
    parameters: fc.uniqueArray(parameter, { maxLength: 3 }),
    result: fc.constantFrom('', ': any', ': Promise<Map<string, () => void>>', ': { a: 1 } | "{"'),
    body,
  });
  const classes = fc.array(member, { minLength: 1, maxLength: 5 }).map((members) =>
    members
      .map(({ modifier, form, key, parameters, result, body: text }) => {
        const list = [...parameters].sort(
          (a, b) => Number(a.startsWith('...')) - Number(b.startsWith('...')),
        );
        const given = form === 'get ' ? '' : form === 'set ' ? 'v: number' : list.join(', ');
        return `  ${modifier}${form}${key}(${given})${form === 'set ' ? '' : result} ${text}`;
      })
      .join('\n'),
  );

  test('for every member of any class', () => {
    fc.assert(
      fc.property(classes, fc.boolean(), (members, unstrippable) => {
        const extra = unstrippable ? 'enum E { A }\n' : '';
        const source = `${extra}class Made<T> extends Base {\n${members}\n}\n`;
        const { code } = stripTypes(source, 'x.ts');
        const made = runInNewContext(`class Base {}\n${code}\nMade`) as { prototype: object };
        const data = unstrippable ? extractCompiled(source, 'x.ts', code) : extractFile(source, 'x.ts');
        for (const [name, at] of Object.entries(Object.getOwnPropertyDescriptors(made.prototype))) {
          const fn = (at.value ?? at.get ?? at.set) as unknown;
          if (name === 'constructor') continue;
          const found = data.functions[functionKey(Function.prototype.toString.call(fn))];
          expect(found?.map((one) => [one.name, one.className])).toContainEqual([name, 'Made']);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('also when another compiler wrote it anew', () => {
    const source = `
      /** A line. */
      export class Line {
        constructor(private readonly port: string) {}
        /** Asks. */
        async query(text: string, timeout: number = 5): Promise<string> { return this.port + text + timeout; }
        get open(): boolean { return true; }
        protected own(): void {}
      }`;
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const index = new SignatureIndex([extractCompiled(source, 'line.ts', outputText)]);
    const exports: { Line?: new (port: string) => object } = {};
    runInNewContext(outputText, { exports });
    const line = new exports.Line!('p');
    const members = [...exposedMembers(line, index).values()].map((one) => one.describe());
    expect(members.map(({ signature }) => signature)).toEqual([
      'query(text: string, timeout: number = 5): Promise<string>',
      'open: boolean',
    ]);
    expect(members[0]?.documentation).toBe('Asks.');
    expect(index.documentationOf('Line')).toBe('A line.');
  });

  test('functions of one text are told apart by class and name', () => {
    const source = `class A { /** a */ get(x: 1) {} }\nclass B { /** b */ get(x: 2) {} }`;
    const index = new SignatureIndex([extractFile(source, 'x.ts')]);
    const fn = runInNewContext(`({ get(x   ) {} }).get`) as unknown;
    expect(index.of(fn, 'get', 'B')?.documentation).toBe('b');
    expect(index.of(fn, 'get', 'A')?.documentation).toBe('a');
    expect(index.of(fn, 'get')?.documentation).toBe('a');
    expect(index.of(() => 1, 'get')).toBeUndefined();
  });
});

test('any text is extracted or is a syntax error with a place', () => {
  const pieces = fc.constantFrom(
    'class A {',
    '}',
    '(',
    ')',
    ': ',
    'x',
    '/** d */',
    '=>',
    ' = ',
    '<',
    '>',
    "'",
    '`',
    '${',
    'enum E',
    '\n',
    'é😀',
    '/*',
    '*/',
    ',',
    '?',
    'get ',
    'async ',
    '@d ',
    'private ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
      try {
        extractFile(parts.join(''), 'x.ts');
      } catch (error) {
        expect(['SourceError', 'SyntaxError']).toContain((error as Error).name);
      }
    }),
    { numRuns: 500 },
  );
});
