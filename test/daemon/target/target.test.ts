// One target without a connection: opening, queueing, running, answering, closing.
import { boxTarget } from '../../../daemon/box/box-target';
import { expose, type ExposeOptions, type TargetFactory } from '../../../daemon/box/expose';
import { callContext, insideCall } from '../../../daemon/call-context';
import { SignatureIndex } from '../../../daemon/describe/signature-index';
import { createLog } from '../../../daemon/logging/logger';
import { CONNECTION_STATE } from '../../../daemon/connection-state';
import { Target } from '../../../daemon/target/target';
import { SameboxError } from '../../../src/errors';
import { FakeCall, type Answer, type FakeCallOptions } from './fake-calls';
import { Steps } from './steps';

let now: number;
let target: Target;
let lines: string[];

function make(source: object | TargetFactory, options: ExposeOptions = {}): Target {
  lines = [];
  const { log } = createLog({ write: (line) => lines.push(line) }, 'debug');
  const definition = boxTarget('it', expose(source as TargetFactory, options));
  return (target = new Target(definition, SignatureIndex.EMPTY, log, { now: () => now }));
}

function submit(member: string, args: unknown[] = [], options?: FakeCallOptions): FakeCall {
  const fake = new FakeCall(member, args, options);
  target.submit(fake.served);
  return fake;
}

const call = (member: string, ...args: unknown[]): Promise<Answer> => submit(member, args).answer;
const reason = new SameboxError('TIMEOUT', 'the deadline passed');
/** Lets all that is settled be heard. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  now = 0;
});

describe('opening', () => {
  test('a target that can not be opened says why, and is tried again on a call when its pause is over', async () => {
    let attempts = 0;
    make(() => {
      if (++attempts < 3) throw new Error(`no port (${attempts})`);
      return { read: () => 7 };
    });
    const refused = {
      code: 'NO_TARGET',
      ran: 'no',
      details: { target: 'it', member: 'read', state: 'failed' },
    };
    expect((await call('read')).error).toMatchObject({
      ...refused,
      message: expect.stringContaining('no port (1)'),
    });
    expect(target.summary()).toMatchObject({ state: 'failed', reason: 'no port (1)' });
    expect((await call('read')).error).toMatchObject({
      ...refused,
      message: expect.stringContaining('0.5 s'),
    });
    expect(attempts).toBe(1);
    now = 500;
    expect((await call('read')).error).toMatchObject({
      ...refused,
      message: expect.stringContaining('no port (2)'),
    });
    now = 1500;
    expect(await call('read')).toEqual({ value: 7 });
    expect([attempts, target.summary().state]).toEqual([3, 'ready']);
  });

  test('calls that come while it opens wait for it, and it is opened once', async () => {
    let opened!: (object: object) => void;
    let attempts = 0;
    make(() => {
      attempts++;
      return new Promise<object>((resolve) => (opened = resolve));
    });
    const answers = [call('read'), call('read')];
    void target.open();
    await settle();
    opened({ read: () => 1 });
    expect(await Promise.all(answers)).toEqual([{ value: 1 }, { value: 1 }]);
    expect(attempts).toBe(1);
  });

  test('a call that expires while its target opens is answered at once and never reaches it', async () => {
    let opened!: (object: object) => void;
    const steps = new Steps();
    make(() => new Promise<object>((resolve) => (opened = resolve)));
    const [first, second] = [submit('note', ['a']), submit('note', ['b'])];
    first.call.abort(reason);
    expect(first.given?.error).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
    await settle();
    opened(steps);
    expect(await second.answer).toEqual({ value: 'b' });
    expect(steps.begun).toEqual(['b']);
    expect(target.counters).toEqual({ calls: 2, errors: 1 });
  });

  test.each([
    ['throws a text', 'no port'],
    [
      'throws what can not be read',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error();
          },
          getPrototypeOf: () => {
            throw new Error();
          },
        },
      ),
    ],
    ['throws undefined', undefined],
  ])('a factory that %s fails as any other', async (_what, thrown) => {
    make(() => {
      throw thrown as Error;
    });
    expect((await call('read')).error).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
    expect((await call('read')).error).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
    expect(target.running.size).toBe(0);
  });

  test('a factory does not run as part of the call that happens to open it', async () => {
    let inside = true;
    make(() => {
      inside = insideCall();
      return { read: () => insideCall() };
    });
    expect(await call('read')).toEqual({ value: true });
    expect(inside).toBe(false);
  });

  test('names in the options that the object does not have are warned of', async () => {
    make(() => ({ read: () => 1 }), { idempotent: ['raed'] as never[] });
    await target.open();
    expect(lines.join('')).toContain('Did you mean \\"read\\"?');
  });
});

describe('running', () => {
  test('one call runs at a time, in the order in which they came', async () => {
    const steps = new Steps();
    make(steps);
    const answers = ['a', 'b', 'c'].map((name) => call('work', name));
    for (const name of ['a', 'b', 'c']) await steps._finish(name);
    expect(await Promise.all(answers)).toEqual([{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    expect([steps.begun, steps.most]).toEqual([['a', 'b', 'c'], 1]);
  });

  test('with concurrency n, n calls run at once', async () => {
    const steps = new Steps();
    make(steps, { concurrency: 3 });
    const answers = ['a', 'b', 'c', 'd'].map((name) => call('work', name));
    await steps._began('c');
    expect(target.waiting).toBe(1);
    await steps._finish('b');
    await steps._began('d');
    for (const name of ['a', 'c', 'd']) await steps._finish(name);
    await Promise.all(answers);
    expect(steps.most).toBe(3);
  });

  test('a full queue is BUSY at once, and the call did not run', async () => {
    const steps = new Steps();
    make(steps, { maxQueue: 1 });
    const running = call('work', 'a');
    await steps._began('a');
    const waiting = call('note', 'b');
    const refused = submit('note', ['c']);
    expect(refused.given?.error).toMatchObject({
      code: 'BUSY',
      ran: 'no',
      message: expect.stringContaining('maxQueue'),
    });
    await steps._finish('a');
    await Promise.all([running, waiting]);
    expect(steps.begun).toEqual(['a', 'b']);
  });

  test('a queued call that is given up never reaches the target', async () => {
    const steps = new Steps();
    make(steps);
    const running = call('work', 'a');
    await steps._began('a');
    const [queued, last] = [submit('note', ['b']), submit('note', ['c'])];
    queued.call.abort(reason);
    expect(queued.given?.error).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
    await steps._finish('a');
    await Promise.all([running, last.answer]);
    expect(steps.begun).toEqual(['a', 'c']);
  });

  test('a method that ignores its signal keeps its place: the next call never runs beside it', async () => {
    const steps = new Steps();
    make(steps);
    const deaf = submit('work', ['a']);
    const signal = await steps._began('a');
    const next = submit('note', ['b']);
    deaf.call.abort(reason);
    expect(signal.reason).toBe(reason);
    await settle();
    expect([deaf.given, next.given]).toEqual([undefined, undefined]);
    expect(steps.begun).toEqual(['a']);
    await steps._finish('a');
    expect(await next.answer).toEqual({ value: 'b' });
  });

  test.each(['then', 'Symbol.asyncIterator'])(
    'an object whose %s throws does not keep the place',
    async (what) => {
      const trap = {
        get: (_object: object, name: string | symbol) => {
          if (name === what || name === Symbol.asyncIterator) throw new Error('keep out');
          return undefined;
        },
      };
      make({ odd: () => new Proxy({}, trap), read: () => 1 });
      await call('odd');
      expect(await call('read')).toEqual({ value: 1 });
      expect(target.running.size).toBe(0);
    },
  );

  test('what a method throws, even if it can not be read, does not keep the place', async () => {
    const refuse = (): never => {
      throw new Error('keep out');
    };
    const unreadable = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
    make({
      now() {
        throw unreadable as Error;
      },
      later: () => Promise.reject(unreadable),
      read: () => 1,
    });
    expect((await call('now')).error).toMatchObject({ code: 'METHOD_FAILED', ran: 'yes' });
    expect((await call('later')).error).toMatchObject({ code: 'METHOD_FAILED', ran: 'yes' });
    expect(await call('read')).toEqual({ value: 1 });
  });

  test('a thousand calls that wait behind one and end at once do not pile up on the stack', async () => {
    const steps = new Steps();
    make(steps, { maxQueue: Infinity });
    const first = call('work', 'first');
    await steps._began('first');
    const rest = Array.from({ length: 20_000 }, (_, index) => call('note', `${index}`));
    await steps._finish('first');
    expect(await Promise.all([first, ...rest])).toHaveLength(20_001);
    expect(target.counters).toEqual({ calls: 20_001, errors: 0 });
  });

  test('a method that blocks the event loop is named in the log with how long', async () => {
    make({ block: () => (now += 1200.4) });
    await target.open();
    await call('block');
    const [entry] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => /blocked/.test(msg));
    expect(entry).toMatchObject({ level: 40, target: 'it', method: 'block', milliseconds: 1200 });
    expect(entry.msg).toMatch(/^it\.block blocked the event loop for 1200 ms/);
  });
});

describe('waitUntil', () => {
  test('a setter that can not be async keeps the place until its work is done, and fails with it', async () => {
    let done!: () => void;
    let fail!: (error: Error) => void;
    make({
      set range(_value: number) {
        callContext().waitUntil(new Promise<void>((resolve, reject) => ((done = resolve), (fail = reject))));
      },
      read: () => 1,
    });
    const set = submit('', [{ range: 1 }], { operation: 'set' });
    const read = submit('read');
    await settle();
    expect([set.given, read.given]).toEqual([undefined, undefined]);
    done();
    expect(await set.answer).toEqual({ value: undefined });
    expect(await read.answer).toEqual({ value: 1 });
    const again = submit('', [{ range: 2 }], { operation: 'set' });
    fail(new Error('out of range'));
    expect((await again.answer).error).toMatchObject({ code: 'METHOD_FAILED', message: 'it: out of range' });
  });

  test('a method that throws still keeps its place until what it waits for is done', async () => {
    let done!: () => void;
    make({
      odd() {
        callContext().waitUntil(new Promise<void>((resolve) => (done = resolve)));
        throw new Error('odd');
      },
      read: () => 1,
    });
    const odd = submit('odd');
    const read = submit('read');
    await settle();
    expect([odd.given, read.given]).toEqual([undefined, undefined]);
    done();
    expect((await odd.answer).error).toMatchObject({ code: 'METHOD_FAILED', message: 'it.odd: odd' });
    expect(await read.answer).toEqual({ value: 1 });
  });
});

describe('closing', () => {
  test('what the factory made is disposed of once, and not opened again', async () => {
    const ended: string[] = [];
    make(() => ({ read: () => 1, close: () => void ended.push('closed') }));
    await target.open();
    await target.close();
    await target.close();
    expect(ended).toEqual(['closed']);
    await expect(target.describe()).rejects.toMatchObject({ code: 'DRAINING', ran: 'no' });
    expect((await call('read')).error).toMatchObject({ code: 'DRAINING', ran: 'no' });
  });

  test('an object that was given, not made, is left as it is', async () => {
    const ended: string[] = [];
    make({ close: () => void ended.push('closed') });
    await target.open();
    await target.close();
    expect(ended).toEqual([]);
  });

  test('an object that is being opened when the target closes is disposed of as soon as it is there', async () => {
    let opened!: (object: object) => void;
    const ended: string[] = [];
    make(() => new Promise<object>((resolve) => (opened = resolve)));
    const opening = target.open();
    const closing = target.close();
    await settle();
    opened({ close: () => void ended.push('closed') });
    await Promise.all([opening, closing]);
    expect(ended).toEqual(['closed']);
  });

  test('refusing what waits spares what runs, and reaches what waits for the target to open', async () => {
    const drain = new SameboxError('DRAINING', 'shutting down');
    const steps = new Steps();
    make(steps);
    const running = submit('work', ['a']);
    await steps._began('a');
    const waiting = submit('note', ['b']);
    target.refuseWaiting(drain);
    expect(waiting.given?.error).toMatchObject({ code: 'DRAINING', ran: 'no' });
    await steps._finish('a');
    expect(await running.answer).toEqual({ value: 'a' });

    let opened!: (object: object) => void;
    make(() => new Promise<object>((resolve) => (opened = resolve)));
    const early = submit('note', ['c']);
    await settle();
    target.refuseWaiting(drain);
    expect(early.given?.error).toMatchObject({ code: 'DRAINING', ran: 'no' });
    opened(steps);
    await target.idle();
    expect(steps.begun).toEqual(['a']);
  });
});

test('a call that expired while the event loop was blocked never reaches its target', async () => {
  let steps = 0;
  make(() => ({ step: () => ++steps }));
  await call('step');
  const late = new FakeCall('step');
  late.call.deadline = 10;
  now = 10;
  target.submit(late.served);
  expect((await late.answer).error).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
  expect(await call('step')).toEqual({ value: 2 });
});

test('a target whose instrument is away says so, and why', async () => {
  let connection = { connected: true, reason: '' };
  make({
    read: () => 1,
    get [CONNECTION_STATE]() {
      return connection;
    },
  });
  await target.open();
  expect(target.summary()).toMatchObject({ state: 'ready', connected: true });
  connection = { connected: false, reason: 'there is no such port' };
  expect(target.summary()).toMatchObject({
    state: 'ready',
    connected: false,
    reason: 'there is no such port',
  });
  make({
    get [CONNECTION_STATE](): never {
      throw new Error('no status');
    },
  });
  await target.open();
  expect(target.summary()).toEqual({ name: 'it', state: 'ready' });
});
