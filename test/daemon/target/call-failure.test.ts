// Whatever a target throws, its caller gets an error that can be read.
import { callFailure } from '../../../daemon/target/call-failure';
import { SameboxError } from '../../../src/errors';
import { errorToWire } from '../../../src/peer/error-body';

function hostile(): object {
  const refuse = (): never => {
    throw new Error('keep out');
  };
  return new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
}

const getter = (name: string): Error =>
  Object.defineProperty(new Error('plain'), name, {
    enumerable: true,
    get() {
      throw new Error('keep out');
    },
  });

const CASES: [string, unknown, RegExp][] = [
  ['an Error', new Error('the lamp is off'), /^pm\.read: the lamp is off$/],
  ['an error of a class', new RangeError('too far'), /^pm\.read: RangeError: too far$/],
  ['a text', 'the lamp is off', /^pm\.read: threw "the lamp is off", which is no Error$/],
  ['null', null, /^pm\.read: threw "null"/],
  ['undefined', undefined, /^pm\.read: threw "undefined"/],
  ['a symbol', Symbol('lamp'), /^pm\.read: threw "Symbol\(lamp\)"/],
  ['a plain object', { volts: 3 }, /^pm\.read: a non-error was thrown$/],
  ['an object without a prototype', Object.create(null), /^pm\.read: a non-error was thrown$/],
  ['a function', () => 1, /^pm\.read: threw ".*=> 1"/],
  [
    'a function whose text throws',
    Object.assign(() => 1, { toString: () => hostile() }),
    /^pm\.read: something/,
  ],
  ['a proxy that throws at every look', hostile(), /^pm\.read: something that cannot be read was thrown$/],
  [
    'an Error whose message throws',
    getter('message'),
    /^pm\.read: something that cannot be read was thrown$/,
  ],
  ['an Error whose name throws', getter('name'), /^pm\.read: plain$/],
  ['an Error whose stack throws', getter('stack'), /^pm\.read: plain$/],
  ['an Error with a field that throws', getter('volts'), /^pm\.read: plain$/],
  ['an Error with a message of 10 MB', new Error('x'.repeat(1e7)), /^pm\.read: x{1000}/],
];

test.each(CASES)('a method that throws %s fails with a message that says so', (_what, thrown, message) => {
  const error = callFailure('pm', 'read', thrown, undefined);
  expect(error).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
    details: { target: 'pm', member: 'read' },
  });
  expect(error.message).toMatch(message);
  expect(error.message.length).toBeLessThan(100_000);
  expect(() => errorToWire(error)).not.toThrow();
});

test('an argument that a method refuses is INVALID_ARGUMENT, and it ran', () => {
  const refusal = new SameboxError('INVALID_ARGUMENT', 'range: 0 to 7', { ran: 'no' });
  expect(callFailure('pm', 'read', refusal, undefined)).toMatchObject({
    code: 'INVALID_ARGUMENT',
    ran: 'yes',
    message: 'range: 0 to 7',
  });
});

test('an error of samebox that a method got elsewhere is its own failure, with the error as cause', () => {
  // A DRAINING of another daemon, passed on as it is, would make the client send the call again.
  const elsewhere = new SameboxError('DRAINING', 'the other daemon is shutting down');
  expect(callFailure('pm', 'read', elsewhere, undefined)).toMatchObject({
    code: 'METHOD_FAILED',
    ran: 'yes',
    cause: elsewhere,
  });
});

test('what the daemon itself refuses keeps its code and says that it did not run', () => {
  const unknown = new SameboxError('NO_TARGET', 'There is no target "pn".');
  expect(callFailure('$daemon', 'describe', unknown, undefined)).toMatchObject({
    code: 'NO_TARGET',
    ran: 'no',
  });
});

test('a method that throws after it was given up failed for that reason, not for what it threw', () => {
  const given = new SameboxError('TIMEOUT', 'the deadline passed');
  expect(callFailure('pm', 'read', new Error('interrupted'), given)).toMatchObject({
    code: 'TIMEOUT',
    ran: 'yes',
    message: 'the deadline passed',
  });
});
