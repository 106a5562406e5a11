// What a config may say, and how what it may not is refused.
import { defineBox, isBox } from '../../../daemon/box/define-box';
import { expose, isExposed } from '../../../daemon/box/expose';
import { DEFAULT_EXPOSURE } from '../../../daemon/box/exposure';

class Counter {
  count = 0;
  add(by: number): number {
    return (this.count += by);
  }
  get(): number {
    return this.count;
  }
}

/** What a person without a type checker writes. */
const loosely = defineBox as unknown as (options: unknown) => ReturnType<typeof defineBox>;

test('a box says nothing but its targets and has defaults for the rest', async () => {
  const counter = new Counter();
  const box = defineBox({ targets: { a: counter, b: () => new Counter(), c: async () => counter } });
  expect(isBox(box)).toBe(true);
  expect(box).toMatchObject({ name: undefined, drainTimeout: 10_000, log: { level: undefined }, limits: {} });
  expect([...box.targets.keys()]).toEqual(['a', 'b', 'c']);
  expect(box.targets.get('a')).toMatchObject({ name: 'a', factory: false, exposure: DEFAULT_EXPOSURE });
  expect(await box.targets.get('a')?.open()).toBe(counter);
  expect(await box.targets.get('b')?.open()).not.toBe(await box.targets.get('b')?.open());
  expect(await box.targets.get('c')?.open()).toBe(counter);
});

test('options of expose reach the target', () => {
  const box = defineBox({
    name: '/run/lab.sock',
    drainTimeout: Infinity,
    log: { level: 'debug' },
    limits: { callsInFlight: 10 },
    targets: {
      counter: expose(() => new Counter(), {
        concurrency: Infinity,
        maxQueue: 0,
        idempotent: ['get'],
        timeouts: { add: 50, get: Infinity },
        exclusive: [],
        hide: ['add'],
        only: ['get'],
        allow: { users: ['alice'] },
        allowMethods: { add: { groups: [1001, 'optics'] } },
      }),
    },
  });
  expect(box).toMatchObject({ name: '/run/lab.sock', drainTimeout: Infinity, log: { level: 'debug' } });
  expect(box.targets.get('counter')?.exposure).toEqual({
    concurrency: Infinity,
    maxQueue: 0,
    idempotent: new Set(['get']),
    timeouts: new Map([
      ['add', 50],
      ['get', Infinity],
    ]),
    exclusive: new Set(),
    hide: new Set(['add']),
    only: new Set(['get']),
    allow: { users: ['alice'], groups: [] },
    allowMethods: new Map([['add', { users: [], groups: [1001, 'optics'] }]]),
  });
});

test('whom a box is for, its socket group and its secret are checked as they are written', () => {
  const of = (options: object): unknown => defineBox({ targets: {}, ...options });
  expect(of({ allow: {}, socket: { group: 'optics' }, secret: { file: '/etc/lab.secret' } })).toMatchObject({
    allow: { users: [], groups: [] },
    socket: { group: 'optics' },
    secret: { file: '/etc/lab.secret' },
  });
  expect(of({})).toMatchObject({ allow: undefined, socket: { group: undefined }, secret: undefined });
  expect(() => of({ allow: { user: ['alice'] } })).toThrow(/allow has no option "user".*"users"/);
  expect(() => of({ allow: { users: 'alice' } })).toThrow(/allow.users must be a list of names or numbers/);
  expect(() => of({ allow: { groups: [-1] } })).toThrow(/allow.groups: each must be a name or a number/);
  expect(() => of({ allow: ['alice'] })).toThrow(/allow must be an object/);
  expect(() => of({ socket: { group: '' } })).toThrow(/socket.group must be a name or a number/);
  expect(() => of({ socket: { mode: 0o666 } })).toThrow(/socket has no option "mode"/);
});

test.each([['hunter2hunter2hunter2'], [{ value: 'hunter2' }], [{ file: '' }], [{ file: '/a', env: 'A' }]])(
  'a secret is never written into a config, and a message does not repeat what was',
  (secret) => {
    const define = (): unknown => defineBox({ targets: {}, secret: secret as never });
    expect(define).toThrow(/secret must be \{ file: 'PATH' \} or \{ env: 'NAME' \}/);
    expect(define).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }) as Error,
    );
  },
);

test('what another copy of the package made is understood', () => {
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy
    const other = require('../../../daemon/box/expose');
    expect(other.expose).not.toBe(expose);
    const exposed = other.expose(new Counter(), { concurrency: 3 });
    expect(isExposed(exposed)).toBe(true);
    expect(defineBox({ targets: { c: exposed } }).targets.get('c')?.exposure.concurrency).toBe(3);
  });
});

test.each(['pm', '_', 'A-1.b_2', 'constructor', 'then', 'x'.repeat(64)])(
  'a target may be named %s',
  (name) => {
    expect([...defineBox({ targets: { [name]: {} } }).targets.keys()]).toEqual([name]);
  },
);

test.each(['', '1', 'a b', 'ä', '-a', 'a/b', 'x'.repeat(65), '\n', 'a\u0000'])(
  'a target may not be named %j',
  (name) => {
    expect(() => defineBox({ targets: { [name]: {} } })).toThrow(
      /A target can't be named .*a name is a letter or _/,
    );
  },
);

test('names that start with $ are reserved', () => {
  expect(() => defineBox({ targets: { $daemon: {} } })).toThrow(
    /"\$daemon": names that start with \$ are samebox's own/,
  );
});

test.each<[string, unknown, RegExp]>([
  ['nothing', undefined, /what defineBox\(\) is given must be an object, not undefined/],
  ['a list', [], /not an array/],
  ['no targets', {}, /defineBox\(\) needs targets/],
  ['targets that are none', { targets: 'pm' }, /targets must be an object, not a string \("pm"\)/],
  ['a misspelt option', { target: {}, targets: {} }, /no option "target". Did you mean "targets"\?/],
  ['a wrong name', { name: 5, targets: {} }, /name must be a name such as "lab", or a path, not 5/],
  ['an empty name', { name: '', targets: {} }, /name must be/],
  ['a wrong drain time', { drainTimeout: -1, targets: {} }, /drainTimeout must be a number of milliseconds/],
  ['a wrong log level', { log: { level: 'loud' }, targets: {} }, /one of trace, .*not a string \("loud"\)/],
  ['a wrong limit', { limits: { depth: 'x' }, targets: {} }, /limits\.depth must be a whole number/],
  ['a limit of none', { limits: { sessions: 0 }, targets: {} }, /limits\.sessions must be .* at least 1/],
  [
    'a limit that no client would accept',
    { limits: { frameBytes: 1000 }, targets: {} },
    /limits\.frameBytes must be a whole number of at least 1048576/,
  ],
  [
    'a class as target',
    { targets: { c: Counter } },
    /Target "c" is the class Counter itself: write \(\) => new Counter/,
  ],
  [
    'a promise as target',
    { targets: { c: Promise.resolve({}) } },
    /is a promise: write \(\) => in front of it/,
  ],
  ['a string as target', { targets: { c: '/dev/ttyUSB0' } }, /Target "c" is a string \("\/dev\/ttyUSB0"\)/],
  ['null as target', { targets: { c: null } }, /Target "c" is null/],
])('%s is refused by name', (_, options, message) => {
  expect(() => loosely(options)).toThrow(TypeError);
  expect(() => loosely(options)).toThrow(message);
});

test.each<[unknown, RegExp]>([
  [{ concurency: 2 }, /no option "concurency". Did you mean "concurrency"\?/],
  [{ concurrency: 0 }, /concurrency must be a whole number of at least 1, or Infinity, not 0/],
  [{ concurrency: 1.5 }, /not 1.5/],
  [{ maxQueue: '3' }, /maxQueue .* not a string/],
  [{ idempotent: 'get' }, /idempotent must be a list of names, such as \["read"\], not a string/],
  [{ timeouts: { get: '5s' } }, /timeouts\.get must be a number of milliseconds/],
  [{ timeouts: ['get'] }, /timeouts must be an object, not an array/],
  [{ only: [1] }, /only must be a list of names/],
  [null, /must be an object, not null/],
])('expose refuses %j', (options, message) => {
  expect(() => expose(new Counter(), options as never)).toThrow(message);
});

test('what expose returned is not exposed again', () => {
  expect(() => expose(expose(new Counter()))).toThrow(/expose it once/);
});

test.each<[string, () => unknown, RegExp]>([
  [
    'nothing',
    () => undefined,
    /returned undefined: it must return the object; a function body in \{ \} needs `return`/,
  ],
  ['a number', () => 5, /returned 5/],
  ['a class', () => Counter, /returned the class Counter/],
  ['what expose returned', () => expose({}), /write expose\(\(\) => \.\.\.\) around the function/],
])('a factory that gives %s fails to open', async (_, factory, message) => {
  await expect(
    loosely({ targets: { c: factory } })
      .targets.get('c')
      ?.open(),
  ).rejects.toThrow(message);
});

test('a factory that throws rejects with what it threw', async () => {
  const thrown = new Error('no such port');
  const box = defineBox({
    targets: {
      c: (): Counter => {
        throw thrown;
      },
    },
  });
  await expect(box.targets.get('c')?.open()).rejects.toBe(thrown);
});
