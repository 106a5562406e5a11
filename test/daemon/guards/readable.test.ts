// What was thrown, made safe to look at.
import { readable } from '../../../daemon/guards/readable';
import { SameboxError } from '../../../src/errors';

test('what can be read stays what it is', () => {
  const things = [
    new Error('x'),
    new SameboxError('BUSY', 'x'),
    'text',
    5,
    null,
    undefined,
    5n,
    Symbol('x'),
    {},
  ];
  for (const thing of things) expect(readable(thing)).toBe(thing);
});

test('what throws when it is looked at is replaced by an Error', () => {
  const refuse = (): never => {
    throw new Error('keep out');
  };
  const things = [
    new Proxy({}, { get: refuse }),
    new Proxy({}, { has: refuse }),
    new Proxy({}, { ownKeys: refuse }),
    Object.defineProperty({}, 'message', { get: refuse }),
    Object.assign(() => 1, { toString: refuse }),
  ];
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const thing of [...things, revoked.proxy]) expect(readable(thing)).toBeInstanceOf(Error);
});

test('texts too long to carry are cut', () => {
  const long = 'x'.repeat(1_000_000);
  const error = readable(Object.assign(new RangeError(long), { volts: 1 })) as Error;
  expect([error.message.length, error.name]).toEqual([65536, 'RangeError']);
  expect(error.stack?.length).toBe(65536);
  expect(readable(long)).toHaveLength(65536);
});
