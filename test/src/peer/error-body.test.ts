import fc from 'fast-check';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { encodeValue } from '../../../src/cbor/encode';
import { SameboxError } from '../../../src/errors';
import { FLAG, KIND, type ErrorHead } from '../../../src/frames';
import { errorFromWire, errorToWire } from '../../../src/peer/error-body';
import { goawayBody, readGoaway } from '../../../src/peer/goaway';
import { anyValue } from '../../support/values';

const head = (code: string, ran: string): ErrorHead => [KIND.error, 1, FLAG.yours, code, ran, []];

function bytes(value: unknown): Buffer {
  const writer = new ByteWriter();
  encodeValue(writer, value);
  return Buffer.concat(writer.take());
}

const cross = (error: SameboxError): SameboxError =>
  errorFromWire(head(error.code, error.ran), bytes(errorToWire(error)), []);
const causedBy = (cause: unknown): SameboxError => new SameboxError('METHOD_FAILED', 'it failed', { cause });
const thrown = (cause: unknown): Record<string, unknown> =>
  cross(causedBy(cause)).cause as Record<string, unknown>;

test('an error arrives with its code, ran, message, details, and what was thrown', () => {
  const cause = Object.assign(new RangeError('too far'), { axis: 2, limits: [0, 25] });
  const error = new SameboxError('METHOD_FAILED', 'stage.moveTo: too far', {
    cause,
    details: { target: 'stage' },
  });
  const arrived = cross(error);
  expect(arrived).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
    message: error.message,
    details: error.details,
  });
  expect(arrived.cause).toMatchObject({ name: 'RangeError', message: 'too far', axis: 2, limits: [0, 25] });
  expect((arrived.cause as Error).stack).toBe(cause.stack);
  expect(arrived.cause).toBeInstanceOf(Error);
});

const hostile = new Proxy(new Error('behind a proxy'), {
  get: () => {
    throw new Error('trap');
  },
  ownKeys: () => {
    throw new Error('trap');
  },
});
const cyclic = Object.assign(new Error('cyclic'), { self: {}, plain: 1 });
cyclic.self = cyclic;
let reads = 0;
const fickle = {
  get value(): unknown {
    return reads++ % 2 === 0 ? 1 : () => 1;
  },
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

const odd: [string, unknown, object][] = [
  ['a string', 'broken', { name: 'NonError', message: 'broken' }],
  ['null', null, { name: 'NonError', message: 'null' }],
  ['a symbol', Symbol('s'), { name: 'NonError', message: 'Symbol(s)' }],
  ['a function', Object.assign(() => 1, { toString: () => 'f' }), { name: 'NonError' }],
  [
    'a function that cannot be a string',
    Object.assign(() => 1, {
      toString: () => {
        throw new Error('no');
      },
    }),
    { name: 'NonError' },
  ],
  ['a lone surrogate', 'x\ud800', { message: 'x\ufffd' }],
  ['a proxy that throws at everything', hostile, { name: 'Error', message: '' }],
  ['a revoked proxy', revoked.proxy, { name: 'Error', message: '' }],
  [
    'an object without a prototype',
    Object.assign(Object.create(null) as object, { message: 'bare', n: 1 }),
    { message: 'bare', n: 1 },
  ],
  ['fields that refer to themselves', cyclic, { message: 'cyclic', plain: 1 }],
  ['a field of __proto__', JSON.parse('{"message":"m","__proto__":{"polluted":true}}'), { message: 'm' }],
  [
    'a message that is no text',
    { message: { toString: () => 'no' }, name: 5 },
    { name: 'Error', message: '' },
  ],
  [
    'an error of errors',
    new AggregateError([new Error('a')], 'both'),
    { name: 'AggregateError', message: 'both' },
  ],
  [
    'a getter that throws',
    {
      message: 'm',
      get bad(): never {
        throw new Error('no');
      },
      good: 1,
    },
    { message: 'm', good: 1 },
  ],
];
test.each(odd)('%s can be thrown', (_name, cause, expected) => {
  const arrived = thrown(cause);
  expect(arrived).toMatchObject(expected);
  expect((arrived as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a field that reads differently the second time does no harm', () => {
  for (let times = 0; times < 4; times++) expect(() => bytes(errorToWire(causedBy(fickle)))).not.toThrow();
});

test('huge texts and fields are cut: the body of any error fits into any frame', () => {
  const cause = Object.assign(new Error('m'.repeat(1e6)), { name: 'n'.repeat(1e6), stack: '€'.repeat(1e6) });
  for (let field = 0; field < 1000; field++) Object.assign(cause, { [`field${field}`]: 'f'.repeat(1000) });
  const details = { huge: new Uint8Array(1e7), list: Array.from({ length: 1e5 }, () => 'x'), small: 1 };
  const error = new SameboxError('METHOD_FAILED', '€'.repeat(1e7), { cause, details });
  const body = bytes(errorToWire(error));
  expect(body.length).toBeLessThan(1024 * 1024);
  expect(errorFromWire(head('METHOD_FAILED', 'yes'), body, []).details).toEqual({ small: 1 });
});

test('unknown codes and odd ran values are INTERNAL and maybe, and keep the code', () => {
  const error = errorFromWire(head('NEW_CODE', 'perhaps'), bytes({ message: 'm' }), []);
  expect(error).toMatchObject({
    code: 'INTERNAL',
    ran: 'maybe',
    details: { code: 'NEW_CODE' },
    message: 'm',
  });
});

test('whatever the body of an error or a goaway holds, it is read as a SameboxError', () => {
  const field = (name: string): fc.Arbitrary<object> => anyValue.map((value) => ({ [name]: value }));
  const body = fc.oneof(
    anyValue,
    fc
      .tuple(field('message'), field('details'), field('thrown'))
      .map((parts) => parts.reduce((all, part) => ({ ...all, ...part }))),
    fc
      .tuple(field('name'), field('message'), field('stack'), field('fields'))
      .map((parts) => ({ thrown: parts.reduce((all, part) => ({ ...all, ...part })) })),
  );
  fc.assert(
    fc.property(body, (value) => {
      const encoded = bytes(value);
      expect(errorFromWire(head('METHOD_FAILED', 'yes'), encoded, [])).toBeInstanceOf(SameboxError);
      expect(readGoaway('DRAINING', encoded)).toMatchObject({ code: 'DRAINING' });
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (random) => {
      expect(errorFromWire(head('BUSY', 'no'), Buffer.from(random), [])).toMatchObject({
        code: 'BUSY',
        ran: 'no',
      });
      expect(readGoaway('?', Buffer.from(random))).toMatchObject({ code: 'PROTOCOL' });
    }),
  );
});

test('a conversion that the body asks for is never made', () => {
  const error = errorFromWire(
    head('METHOD_FAILED', 'yes'),
    bytes({ thrown: { message: { toString: 1 }, name: [] } }),
    [],
  );
  expect(error.cause).toMatchObject({ name: 'Error', message: '' });
});

test('a goaway says why, with facts, whatever they are', () => {
  const reason = new SameboxError('INCOMPATIBLE', 'too old\ud800', {
    details: { theirs: '2.0', odd: () => 1, message: 'not this' },
  });
  const { value } = goawayBody(reason) as { value: unknown };
  expect(readGoaway('INCOMPATIBLE', bytes(value))).toMatchObject({
    code: 'INCOMPATIBLE',
    message: 'too old\ufffd',
    details: { theirs: '2.0' },
  });
});
