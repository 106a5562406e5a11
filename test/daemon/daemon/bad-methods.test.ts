// Methods that do what they should not: their caller learns it, the daemon and everybody else go on.
import type { Client } from '../../../client';
import { House, rejection } from './house';

let house: House;
let client: Client;

const cyclic: Record<string, unknown> = { name: 'a' };
cyclic['self'] = cyclic;

const bad = {
  throwsError: () => {
    throw Object.assign(new RangeError('too far'), { axis: 'x', limit: 3, callback: () => 1 });
  },
  throwsText: () => {
    throw 'the lamp is off';
  },

  throwsNothing: () => Promise.reject(undefined),
  returnsFunction: () => () => 1,
  returnsNested: () => ({ gain: { table: [1, () => 1] } }),
  returnsCyclic: () => cyclic,
  returnsItself: () => bad,
  returnsSymbol: () => Symbol('x'),
  never: () => new Promise(() => undefined),
  block: () => {
    const until = performance.now() + 1000;
    while (performance.now() < until);
    return 'blocked';
  },
  fine: (value?: unknown) => value ?? 'fine',
};

beforeEach(async () => {
  house = new House();
  await house.daemon({ bad, other: { read: () => 5 } });
  client = await house.client();
});
afterEach(async () => {
  expect(await client.call('other', 'read')).toBe(5);
  expect(client.session).toBe(1);
  await house.close();
});

test('a method that throws is METHOD_FAILED with what it threw: name, message, stack and own fields', async () => {
  const error = await rejection(client.call('bad', 'throwsError'));
  expect(error).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
    message: 'bad.throwsError: RangeError: too far',
    details: { target: 'bad', member: 'throwsError' },
    cause: { name: 'RangeError', message: 'too far', axis: 'x', limit: 3 },
  });
  expect((error.cause as Error).stack).toContain('bad-methods.test');
  expect(await client.call('bad', 'fine')).toBe('fine');
});

test('a method that throws a non-error says what it threw', async () => {
  expect(await rejection(client.call('bad', 'throwsText'))).toMatchObject({
    code: 'METHOD_FAILED',
    message: 'bad.throwsText: threw "the lamp is off", which is no Error',
    cause: { name: 'NonError', message: 'the lamp is off' },
  });
  expect(await rejection(client.call('bad', 'throwsNothing'))).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
  });
});

test.each([
  ['a function', 'returnsFunction', /^result is/],
  ['a function deep within', 'returnsNested', /^result\.gain\.table\[1\] is/],
  ['something cyclic', 'returnsCyclic', /^result.*self/],
  ['the target itself', 'returnsItself', /^result/],
  ['a symbol', 'returnsSymbol', /^result is/],
])('a method that returns %s is UNENCODABLE, naming the path, and it ran', async (_what, method, message) => {
  const error = await rejection(client.call('bad', method));
  expect(error).toMatchObject({
    code: 'UNENCODABLE',
    ran: 'yes',
    details: { target: 'bad', member: method },
  });
  expect(error.message).toMatch(message);
  expect(await client.call('bad', 'fine')).toBe('fine');
});

test('a method that never settles times out, keeps its place, and is to be seen in the status', async () => {
  const call = client.call('bad', 'never', [], { timeout: 50 });
  const next = client.call('bad', 'fine', [], { timeout: 200 });
  expect(await rejection(call)).toMatchObject({ code: 'TIMEOUT', ran: 'maybe' });
  const { targets } = await client.status();
  expect(targets.find(({ name }) => name === 'bad')).toMatchObject({
    running: [`never (test, pid ${process.pid})`],
    waiting: 1,
  });
  expect(await rejection(next)).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
});

test('a method that blocks the event loop for a second is named in the log with how long', async () => {
  expect(await client.call('bad', 'block')).toBe('blocked');
  const entry = await house.log(/blocked the event loop/);
  expect(entry).toMatchObject({ level: 40, target: 'bad', method: 'block' });
  expect(entry['milliseconds']).toBeGreaterThanOrEqual(1000);
  expect(entry.msg).toMatch(/^bad\.block blocked the event loop for \d+ ms/);
});

test.each([
  ['a function', [1, { gain: { table: () => 1 } }], 'args[1].gain.table'],
  ['a symbol', [Symbol('x')], 'args[0]'],
  ['an instance of a class', [new (class Lamp {})()], 'args[0]'],
  ['a promise', [Promise.resolve(1)], 'args[0]'],
  ['something cyclic', [cyclic], 'args[0].self'],
  ['a lone surrogate', ['\ud800'], 'args[0]'],
])(
  '%s as an argument is UNENCODABLE, named by its path, before anything is sent',
  async (_what, args, path) => {
    const error = await rejection(client.call('bad', 'fine', args));
    expect(error).toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    expect(error.message).toContain(path);
    expect((await client.status()).targets.find(({ name }) => name === 'bad')?.calls).toBe(0);
  },
);

test('an unknown target or method comes with a suggestion', async () => {
  expect(await rejection(client.call('bda', 'fine'))).toMatchObject({
    code: 'NO_TARGET',
    ran: 'no',
    message: expect.stringMatching(/There is no target "bda" at lab\. Did you mean "bad"\?/),
    details: { suggestion: 'bad' },
  });
  expect(await rejection(client.call('bad', 'fien'))).toMatchObject({
    code: 'NO_METHOD',
    ran: 'no',
    message: expect.stringMatching(/bad has no method or property "fien"\. Did you mean "fine"\?/),
  });
  expect(await rejection(client.call('quite different', 'x'))).toMatchObject({ code: 'NO_TARGET' });
  expect(await rejection(client.describe('bda'))).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '__defineGetter__', '_private', ''])(
  'what is not exposed can not be called: "%s"',
  async (method) => {
    expect(await rejection(client.call('bad', method))).toMatchObject({ code: 'NO_METHOD', ran: 'no' });
    expect(await rejection(client.get('bad', method))).toMatchObject({ code: 'NO_METHOD', ran: 'no' });
  },
);

test('arguments called __proto__ are data', async () => {
  const value = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as object;
  const back = (await client.call('bad', 'fine', [value])) as object;
  expect(Object.keys(back)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(await rejection(client.set('bad', value as Record<string, unknown>))).toMatchObject({
    code: 'NO_METHOD',
  });
});

test('a result too large for the other side is TOO_LARGE, and it ran', async () => {
  const small = await house.client({ limits: { frameBytes: 1024 * 1024 } });
  const text = 'x'.repeat(2 * 1024 * 1024);
  expect(await rejection(small.call('bad', 'fine', [text]))).toMatchObject({ code: 'TOO_LARGE', ran: 'yes' });
  expect(await small.call('bad', 'fine')).toBe('fine');
});
