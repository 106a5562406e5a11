import fc from 'fast-check';
import type * as ByteWriterModule from '../../../src/cbor/byte-writer';
import type * as Decode from '../../../src/cbor/decode';
import type * as Encode from '../../../src/cbor/encode';
import type * as ShapesModule from '../../../src/cbor/shapes';
import type * as Errors from '../../../src/errors';
import { SEED } from '../../support/values';

let cbor: typeof ByteWriterModule & typeof Decode & typeof Encode;
let shapesModule: typeof ShapesModule;
let errors: typeof Errors;

/** What one test has taught it, the next one doesn't know. */
beforeEach(() => {
  jest.resetModules();
  cbor = {
    ...jest.requireActual<typeof ByteWriterModule>('../../../src/cbor/byte-writer'),
    ...jest.requireActual<typeof Decode>('../../../src/cbor/decode'),
    ...jest.requireActual<typeof Encode>('../../../src/cbor/encode'),
  };
  shapesModule = jest.requireActual('../../../src/cbor/shapes');
  errors = jest.requireActual('../../../src/errors');
});

const decodeValue: typeof cbor.decodeValue = (...all) => cbor.decodeValue(...all);

/** Enough for every name to be learnt, and for code to be made. */
const OFTEN = 2500;

function encode(value: unknown): Buffer {
  const writer = new cbor.ByteWriter();
  writer.begin();
  cbor.encodeValue(writer, value);
  return Buffer.concat(writer.take());
}

/** What comes of `bytes` when they have come before. */
function learnt(bytes: Buffer): unknown {
  for (let time = 0; time < OFTEN; time++) decodeValue(bytes);
  return decodeValue(bytes);
}

/** How an object looks to whoever gets it. */
const looks = (value: object): unknown => [
  Object.getPrototypeOf(value) === Object.prototype,
  Object.getOwnPropertyDescriptors(value),
  Reflect.ownKeys(value),
];

/** A body of one object, with names as they are: also twice the same. */
function body(...members: [name: string, value: number][]): Buffer {
  const names = members.map(([name, value]) => [...encode(name), value]);
  return Buffer.from([0xa0 | members.length, ...names.flat()]);
}

test('an object that comes again and again is the same as at first', () => {
  const value = {
    name: 'a',
    unit: 'V',
    readings: [1.5, 2.5],
    inner: { on: true, name: 'b', more: [{ x: 1 }, { x: 2, y: 3 }] },
  };
  const again = learnt(encode(value)) as typeof value;
  expect(again).toStrictEqual(value);
  expect(looks(again)).toEqual(looks(value));
  expect(looks(again.inner)).toEqual(looks(value.inner));
  again.inner.name = 'changed';
  expect(decodeValue(encode(value))).toStrictEqual(value);
});

test('objects whose names are few and come in any order, nested in each other, are told apart', () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom('a', 'b', 'c', 'aa', 'ab', 'get', '__proto__', '7', 'ä', 'a b'),
        tie('value'),
        {
          maxKeys: 6,
          noNullPrototype: true,
        },
      ),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 5, maxLength: 30 }), (values) => {
      const bodies = values.map(encode);
      for (let round = 0; round < 20; round++)
        bodies.forEach((bytes, index) => expect(decodeValue(bytes)).toStrictEqual(values[index]));
    }),
    { numRuns: 60, seed: SEED },
  );
});

test.each([
  [
    'names that are words of the language',
    ['class', 'get', 'async', 'constructor', 'hasOwnProperty', 'values', '$', '_'],
  ],
  [
    'names that are no identifiers',
    ['a-b', '1', '0', '', "'", '"', '`${x}`', '\\', ']', 'a b', '\n', '};throw 1;({'],
  ],
  ['names that are not ASCII', ['ä', 'x', '温度', '😀', 'y']],
  ['__proto__', ['a', '__proto__', 'b']],
  ['long names', ['x'.repeat(23), 'y'.repeat(24), 'z'.repeat(40), 'a'.repeat(300)]],
  ['many names', Array.from({ length: 100 }, (_, index) => `n${index}`)],
])('%s are names like others', (_, names) => {
  const bytes = encode(new Map(names.map((name, index) => [name, index])));
  // A Map's tag is three bytes long: what follows is an object.
  const again = learnt(bytes.subarray(3)) as object;
  const plain = Object.create(Object.prototype) as object;
  names.forEach((value, index) =>
    Object.defineProperty(plain, value, {
      value: index,
      enumerable: true,
      writable: true,
      configurable: true,
    }),
  );
  expect(looks(again)).toEqual(looks(plain));
});

test('of a name that comes twice in an object, the last value counts', () => {
  const bytes = body(['a', 1], ['b', 2], ['a', 3]);
  expect(decodeValue(bytes)).toEqual({ a: 3, b: 2 });
  expect(Object.entries(learnt(bytes) as object)).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('a map with other keys after names that are known is a Map', () => {
  learnt(encode({ a: 1, b: 2, c: 3 }));
  const bytes = Buffer.concat([
    Buffer.from([0xa3]),
    encode('a'),
    encode(1),
    encode('b'),
    encode(2),
    encode(5),
    encode(6),
  ]);
  expect(decodeValue(bytes)).toEqual(
    new Map<unknown, unknown>([
      ['a', 1],
      ['b', 2],
      [5, 6],
    ]),
  );
});

test('more names than can be kept are read as they are, and those that come after them', () => {
  const wrong: unknown[] = [];
  for (let round = 0; round < 100_000; round++) {
    const name = `name_${round}`;
    const value = decodeValue(body([name, 1], ['second', 2])) as Record<string, number>;
    if (value[name] !== 1 || value['second'] !== 2 || Object.keys(value).length !== 2) wrong.push(value);
  }
  expect(wrong).toEqual([]);
  const value = { a: 1, b: { c: [2] } };
  expect(learnt(encode(value))).toStrictEqual(value);
});

test('a full tree learns no more, and is forgotten when too much is not in it', () => {
  const shapes = new shapesModule.Shapes();
  const { outside } = shapes;
  let names = 0;
  while (shapes.count < 1024) outside.inside.with(`name${names++}`);
  const isKnown = (name: string): boolean => outside.inside.with(name) !== undefined;
  expect(Array.from({ length: names }, (_, n) => isKnown(`name${n}`)).filter(Boolean)).toHaveLength(1024);
  for (let more = 0; more < 10_000; more++) outside.inside.with('more');
  expect([isKnown('more'), shapes.count, shapes.outside === outside]).toEqual([false, 1024, true]);
  for (let more = 0; more < 60_000; more++) outside.inside.with('more');
  expect(shapes.outside).not.toBe(outside);
  for (let more = 0; more < 100; more++) shapes.outside.inside.with('more');
  expect(shapes.outside.inside.with('more')).toBeDefined();
});

test('a body that is cut, or changed, is refused or read, also where its names are known', () => {
  const whole = encode({ name: 'a', unit: 'V', inner: { on: true, list: [1.5] } });
  learnt(whole);
  for (let length = 0; length < whole.length; length++) expectValueOrError(whole.subarray(0, length), false);
  for (let at = 0; at < whole.length; at++)
    for (let byte = 0; byte < 256; byte++) {
      const changed = Buffer.from(whole);
      changed[at] = byte;
      expectValueOrError(changed, true);
    }
});

function expectValueOrError(bytes: Buffer, valid: boolean): void {
  try {
    decodeValue(bytes);
    expect(valid).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(errors.SameboxError);
  }
}

test('known names cost what others cost', () => {
  const value = { first: 1, second: { third: [2] } };
  const bytes = encode(value);
  const least = (items: number): boolean => {
    try {
      decodeValue(bytes, [], { depth: 8, items });
      return true;
    } catch {
      return false;
    }
  };
  const limits = Array.from({ length: 200 }, (_, items) => items);
  const before = limits.find(least);
  learnt(bytes);
  expect([before !== undefined, limits.find(least)]).toEqual([true, before]);
});

test('a program that allows no code to be made reads the same', () => {
  const { Function: real } = globalThis;
  let asked = 0;
  globalThis.Function = function () {
    asked++;
    throw new EvalError('Code generation from strings disallowed for this context');
  } as unknown as FunctionConstructor;
  try {
    const value = { only: 1, here: { and: 'nowhere', else: [2] } };
    expect(learnt(encode(value))).toStrictEqual(value);
    expect(asked).toBeGreaterThan(0);
  } finally {
    globalThis.Function = real;
  }
});
