// Which members of an object are exposed, and what is known of them from the object alone.
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { DEFAULT_EXPOSURE, exposureOf } from '../../../daemon/box/exposure';
import { describeTarget, firstSentence, unknownNames } from '../../../daemon/describe/describe-target';
import { exposedMembers } from '../../../daemon/describe/members';
import { functionKey, SignatureIndex, type Signature } from '../../../daemon/describe/signature-index';

const NONE = SignatureIndex.EMPTY;
const names = (object: object): string[] => [...exposedMembers(object, NONE).keys()];
const signatures = (object: object): string[] =>
  describeTarget(object, exposedMembers(object, NONE), NONE).members.map(({ signature }) => signature);

class Base {
  get identity(): string {
    throw new Error('a getter was called');
  }
  set identity(value: string) {
    throw new Error(`a setter was called with ${value}`);
  }
  read(samples = 1, { fast = true } = {}, ...rest: number[]): unknown {
    return [samples, fast, rest];
  }
  close(): void {}
}

test('methods and accessors are exposed, also inherited ones; private, plain and inherited Object members are not', () => {
  class Meter extends Base {
    value = 3;
    _hidden(): void {}
    #secret(): void {}
    [Symbol.iterator](): void {}
    static make(): void {}
    arrow = async (n: number, unit = 'V'): Promise<string> => `${n}${unit}`;
    Kind = class {};
    override close(): void {
      this.#secret();
    }
  }
  expect(names(new Meter()).sort()).toEqual(['arrow', 'close', 'identity', 'read']);
});

test('own functions and accessors of plain objects are exposed', () => {
  const object = {
    a() {},
    b: (x: number) => x,
    get c() {
      throw new Error('called');
    },
    d: 5,
    _e() {},
    f: null,
  };
  expect(names(object)).toEqual(['a', 'b', 'c']);
  expect(names(Object.create(null, { m: { value: () => 1 } }) as object)).toEqual(['m']);
  expect(names(Object.create({ inherited() {} }) as object)).toEqual(['inherited']);
});

test('what comes from Node or the language itself is not exposed', () => {
  class Emitter extends EventEmitter {
    mine(): void {}
    override on(): this {
      return this;
    }
  }
  class Numbers extends Map<string, number> {
    total(): number {
      return 0;
    }
  }
  class Stream extends Readable {
    override _read(): void {}
    rate(): void {}
  }
  expect(names(new Emitter()).sort()).toEqual(['mine', 'on']);
  expect(names(new Numbers())).toEqual(['total']);
  expect(names(new Stream())).toEqual(['rate']);
  expect(names(runInNewContext('({ a() {} })') as object)).toEqual(['a']);
});

test('data hides an inherited method, and a getter alone hides an inherited setter', () => {
  class Child extends Base {
    override get identity(): string {
      return '';
    }
  }
  const child = Object.assign(new Child(), { read: 5 });
  const members = exposedMembers(child, NONE);
  expect(members.has('read')).toBe(false);
  expect(members.get('identity')).toMatchObject({ readable: true, settable: false, accessor: true });
  expect(exposedMembers(new Base(), NONE).get('identity')).toMatchObject({ readable: true, settable: true });
});

test('members with odd names are reached like others', () => {
  const odd = {
    then() {},
    call() {},
    toString() {},
    'a b'() {},
    __proto(): void {},
    hasOwnProperty() {},
    '': () => 1,
  };
  expect(names(odd)).toEqual(['then', 'call', 'toString', 'a b', 'hasOwnProperty', '']);
});

test('parameters are read from the function where no source is known', () => {
  class Odd extends Object {
    #x = 1;
    plain(
      a: unknown,
      b = [1, 2],
      { c, d = 2 }: Record<string, unknown> = {},
      [e]: unknown[] = [],
      ...f: unknown[]
    ) {
      return [a, b, c, d, e, f, this.#x];
    }
    async *stream(n = 3): AsyncGenerator<number> {
      yield n;
    }
    'quoted name'(a: number): number {
      return a;
    }
    async = function (async: number) {
      return async;
    };
    bound = Base.prototype.read.bind(undefined);
    native = Math.max;
    proxied = new Proxy(() => 1, {});
    get = (get: number) => get;
    superb(x: unknown) {
      return [super.valueOf(), x];
    }
  }
  expect(signatures(new Odd()).sort()).toEqual([
    'async(async)',
    'bound(...args)',
    'get(get)',
    'native(...args)',
    'plain(a, b = [1, 2], { c, d = 2 } = {}, [e] = [], ...f)',
    'proxied(...args)',
    'quoted name(a)',
    'stream(n = 3)',
    'superb(x)',
  ]);
  const members = exposedMembers(new Odd(), NONE);
  expect(members.get('plain')?.parameters()).toEqual(['a', 'b', '{ c, d = 2 }', '[e]', '...f']);
  expect(members.get('plain')?.parameters()).toBe(members.get('plain')?.parameters());
  expect(members.get('stream')).toMatchObject({ kind: 'stream', accessor: false });
});

test('hostile objects are described as far as they let themselves be', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = new Proxy(
    { a() {} },
    {
      getPrototypeOf() {
        throw new Error('no');
      },
      get() {
        throw new Error('no');
      },
    },
  );
  const endless: object = new Proxy({ a() {} }, { getPrototypeOf: () => endless });
  const closed = new Proxy(
    { a() {} },
    {
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  expect(names(revoked.proxy)).toEqual([]);
  expect(names(throwing)).toEqual(['a']);
  expect(names(endless)).toEqual(['a']);
  expect(names(closed)).toEqual([]);
  class Renamed {
    static get name(): string {
      throw new Error('no');
    }
    x() {}
  }
  expect(signatures(new Renamed())).toEqual(['x()']);
});

test('options of expose choose members and are shown with them', () => {
  const exposure = exposureOf({
    idempotent: ['read'],
    timeouts: { read: 50 },
    exclusive: ['close'],
    hide: ['identity'],
  });
  const members = exposedMembers(new Base(), NONE, exposure);
  expect([...members.keys()].sort()).toEqual(['close', 'read']);
  expect(members.get('read')).toMatchObject({ timeout: 50, idempotent: true, exclusive: false });
  expect(members.get('read')?.describe()).toMatchObject({ timeout: 50, idempotent: true });
  expect(members.get('close')).toMatchObject({ timeout: undefined, idempotent: false, exclusive: true });
  expect([...exposedMembers(new Base(), NONE, exposureOf({ only: ['close', '_x'] })).keys()]).toEqual([
    'close',
  ]);
});

test('names in the options that the object lacks are told, with a suggestion', () => {
  const exposure = exposureOf({ idempotent: ['raed', 'read'], hide: ['zzz'] });
  expect(unknownNames('pm', exposedMembers(new Base(), NONE).keys(), exposure)).toEqual([
    'Target "pm": idempotent names "raed", which the object doesn\'t have. Did you mean "read"?',
    'Target "pm": hide names "zzz", which the object doesn\'t have.',
  ]);
  expect(unknownNames('pm', [], DEFAULT_EXPOSURE)).toEqual([]);
});

describe('with signatures from the sources', () => {
  const about = (fn: unknown, signature: Partial<Signature> & { name: string }): [string, Signature[]] => [
    functionKey(String(fn)),
    [{ kind: 'method', parameters: [], ...signature }],
  ];
  const getter = Object.getOwnPropertyDescriptor(Base.prototype, 'identity')?.get;
  const index = new SignatureIndex([
    {
      functions: Object.fromEntries([
        about(Base.prototype.read, {
          name: 'read',
          className: 'Base',
          parameters: [
            { name: 'samples', type: 'number', default: '1', optional: true, rest: false },
            { name: 'mode', type: 'Mode', optional: true, rest: false },
            { name: 'more', type: 'number[]', optional: true, rest: true },
          ],
          type: 'Promise<AsyncIterable<number>>',
          documentation: 'Reads. Slowly.',
        }),
        about(getter, { name: 'identity', kind: 'get', type: 'Promise<string>' }),
        about(Base.prototype.close, { name: 'close', hidden: true }),
      ]),
      classes: { Base: 'A base. Of all.' },
    },
  ]);

  test('members are shown as their source states them, and private ones are not exposed', () => {
    const base = new Base();
    const described = describeTarget(base, exposedMembers(base, index), index);
    expect(described).toMatchObject({ type: 'Base', summary: 'A base.', documentation: 'A base. Of all.' });
    expect(described.members).toEqual([
      expect.objectContaining({
        kind: 'property',
        signature: 'identity: Promise<string>',
        readable: true,
        settable: true,
      }),
      expect.objectContaining({
        kind: 'stream',
        signature:
          'read(samples: number = 1, mode?: Mode, ...more: number[]): Promise<AsyncIterable<number>>',
        documentation: 'Reads. Slowly.',
      }),
    ]);
  });

  test('an override without documentation has that of what it overrides', () => {
    class Child extends Base {
      override read(samples = 2): unknown {
        return samples;
      }
    }
    const read = exposedMembers(new Child(), index).get('read')?.describe();
    expect(read).toMatchObject({ signature: 'read(samples = 2)', documentation: 'Reads. Slowly.' });
  });
});

test.each([
  ['Reads. Then rests.', 'Reads.'],
  ['Reads e.g. volts\nover 2.5 s, i.e. slowly. Done', 'Reads e.g. volts over 2.5 s, i.e. slowly.'],
  ['No stop\n\nMore.', 'No stop'],
  ['One\n@param x two', 'One'],
  ['', ''],
])('the first sentence of %j is %j', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});
