// What a call may do with an object, checked before anything of the object runs.
import { exposedMembers } from '../../../daemon/describe/members';
import { SignatureIndex } from '../../../daemon/describe/signature-index';
import { actionOf } from '../../../daemon/target/perform';
import { FakeCall, type FakeCallOptions } from './fake-calls';

class Meter {
  _range = 1;
  readonly seen: unknown[] = [];
  get range(): number {
    return this._range;
  }
  set range(value: number) {
    this._range = value;
  }
  get serial(): string {
    return 'A1';
  }
  set secret(value: string) {
    this.seen.push(value);
  }
  read(samples = 1, unit = 'V', ...rest: unknown[]): unknown[] {
    return [samples, unit, rest];
  }
  then(): string {
    return 'a method called then';
  }
  call(): string {
    return 'a method called call';
  }
  close(): string {
    return 'a method called close';
  }
  set(value: unknown): string {
    return `a method called set, with ${String(value)}`;
  }
  _private(): void {
    throw new Error('unreachable');
  }
}

function perform(member: string, args: readonly unknown[], options?: FakeCallOptions): unknown {
  const object = new Meter();
  const opened = { object, members: exposedMembers(object, SignatureIndex.EMPTY) };
  const value = actionOf(new FakeCall(member, args, options).call, opened)();
  return options?.operation === 'set' ? [object._range, ...object.seen] : value;
}

test('methods are called, properties read and set', () => {
  expect(perform('read', [3])).toEqual([3, 'V', []]);
  expect(perform('read', [])).toEqual([1, 'V', []]);
  expect(perform('range', [], { operation: 'get' })).toBe(1);
  expect(perform('', [{ range: 7, secret: 'x' }], { operation: 'set' })).toEqual([7, 'x']);
  expect(perform('', [new Map([['range', 7]])], { operation: 'set' })).toEqual([7]);
});

test('methods called then, call, close and set are methods like any other', () => {
  expect(perform('then', [])).toBe('a method called then');
  expect(perform('call', [])).toBe('a method called call');
  expect(perform('close', [])).toBe('a method called close');
  expect(perform('set', [1])).toBe('a method called set, with 1');
});

test('named arguments find their places, behind those given by place', () => {
  expect(perform('read', [{ unit: 'mV' }], { operation: 'named' })).toEqual([1, 'mV', []]);
  expect(perform('read', [20, new Map([['unit', 'mV']])], { operation: 'named' })).toEqual([20, 'mV', []]);
});

const REFUSED: [string, string, unknown[], FakeCallOptions, object][] = [
  ['a method that does not exist', 'raed', [], {}, { code: 'NO_METHOD', message: /Did you mean "read"\?/ }],
  ['a property that is called', 'range', [], {}, { code: 'NO_METHOD', message: /is a property: read it/ }],
  ['a method that is read', 'read', [], { operation: 'get' }, { message: /is a method: call it/ }],
  ['a property that can only be set', 'secret', [], { operation: 'get' }, { message: /can only be set/ }],
  [
    'a property that can not be set',
    '',
    [{ serial: 'B' }],
    { operation: 'set' },
    { message: /"serial" can't be set/ },
  ],
  ['a method that is set', '', [{ read: 1 }], { operation: 'set' }, { message: /"read" can't be set/ }],
  [
    'a property that does not exist',
    '',
    [{ rnage: 1 }],
    { operation: 'set' },
    { message: /Did you mean "range"\?/ },
  ],
  ['a set of something else', '', [5], { operation: 'set' }, { code: 'INVALID_ARGUMENT' }],
  ['a private name', '_private', [], {}, { code: 'NO_METHOD' }],
  ['a field', 'seen', [], { operation: 'get' }, { code: 'NO_METHOD' }],
  ['the constructor', 'constructor', [], {}, { code: 'NO_METHOD' }],
  ['what all objects inherit', 'toString', [], {}, { code: 'NO_METHOD' }],
  ['the prototype', '__proto__', [], { operation: 'get' }, { code: 'NO_METHOD' }],
  [
    'an unknown argument',
    'read',
    [{ sample: 1 }],
    { operation: 'named' },
    { message: /Did you mean "samples"\?/ },
  ],
  ['named arguments that are none', 'read', ['x'], { operation: 'named' }, { code: 'PROTOCOL' }],
];

test.each(REFUSED)('%s is refused before anything runs', (_what, member, args, options, expected) => {
  const { message, ...rest } = expected as { message?: RegExp };
  const attempt = (): unknown => perform(member, args, options);
  expect(attempt).toThrow(expect.objectContaining({ ran: 'no', ...rest }) as Error);
  if (message !== undefined) expect(attempt).toThrow(message);
});

test('a set of several properties sets none if one of them can not be set', () => {
  const object = new Meter();
  const opened = { object, members: exposedMembers(object, SignatureIndex.EMPTY) };
  const { call } = new FakeCall('', [{ range: 5, serial: 'B' }], { operation: 'set' });
  expect(() => actionOf(call, opened)).toThrow(/serial/);
  expect(object._range).toBe(1);
});
