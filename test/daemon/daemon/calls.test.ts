// What a call promises, from a client through a socket to a target and back.
import { getMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { expose } from '../../../daemon/box/expose';
import { callContext } from '../../../daemon/call-context';
import type { Client } from '../../../client';
import { VERDICT_MS } from '../../../src/peer/caller';
import { aborted, Steps } from '../target/steps';
import { House, rejection } from './house';

let house: House;
let steps: Steps;
let client: Client;

beforeEach(async () => {
  house = new House();
  steps = new Steps();
});
afterEach(() => house.close());

async function start(targets: Record<string, object> = {}): Promise<void> {
  await house.daemon({ it: steps, ...targets });
  client = await house.client();
}

describe('order', () => {
  test('calls of one session to one target start in the order in which they were made, one at a time', async () => {
    await start();
    const names = Array.from({ length: 50 }, (_, index) => `${index}`);
    const calls = names.map((name) => client.call('it', 'work', [name]));
    for (const name of names) await steps._finish(name);
    expect(await Promise.all(calls)).toEqual(names);
    expect([steps.begun, steps.most]).toEqual([names, 1]);
  });

  test('a call with a large argument does not lose its turn to a small one', async () => {
    const seen: number[] = [];
    await start({ sink: { take: (bytes: Uint8Array) => void seen.push(bytes.length) } });
    const sizes = [3_000_000, 1, 500_000, 2];
    await Promise.all(sizes.map((size) => client.call('sink', 'take', [new Uint8Array(size)])));
    expect(seen).toEqual(sizes);
  });

  test('targets never wait for each other', async () => {
    await start({ other: { read: () => 5 } });
    const slow = client.call('it', 'work', ['a']);
    expect(await client.call('other', 'read')).toBe(5);
    await steps._finish('a');
    await slow;
  });

  test('with concurrency n, n calls of any sessions run at once', async () => {
    const wide = new Steps();
    await start({ wide: expose(wide, { concurrency: 2 }) });
    const second = await house.client();
    const calls = [client.call('wide', 'work', ['a']), second.call('wide', 'work', ['b'])];
    await Promise.all([wide._began('a'), wide._began('b')]);
    calls.push(client.call('wide', 'work', ['c']));
    expect((await client.status()).targets).toContainEqual(
      expect.objectContaining({ name: 'wide', waiting: 1 }),
    );
    for (const name of ['a', 'b', 'c']) await wide._finish(name);
    await Promise.all(calls);
    expect(wide.most).toBe(2);
  });

  test('a full queue answers BUSY at once, and the call did not run', async () => {
    const narrow = new Steps();
    await start({ narrow: expose(narrow, { maxQueue: 2 }) });
    const calls = ['a', 'b', 'c'].map((name) => client.call('narrow', 'work', [name]));
    const error = await rejection(client.call('narrow', 'work', ['d']));
    expect(error).toMatchObject({ code: 'BUSY', ran: 'no', details: { target: 'narrow', member: 'work' } });
    for (const name of ['a', 'b', 'c']) await narrow._finish(name);
    await Promise.all(calls);
    expect(narrow.begun).toEqual(['a', 'b', 'c']);
  });
});

describe('cancelling', () => {
  test('an abort reaches the method as its signal, with the reason, and the caller gets the verdict', async () => {
    await start();
    const ending = new AbortController();
    const call = client.call('it', 'heed', ['a'], { signal: ending.signal });
    const signal = await steps._began('a');
    ending.abort();
    expect(await rejection(call)).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
    expect(signal.reason).toMatchObject({ code: 'CANCELLED' });
  });

  test('a queued call that is cancelled never reaches the target', async () => {
    await start();
    const running = client.call('it', 'work', ['a']);
    await steps._began('a');
    const ending = new AbortController();
    const queued = client.call('it', 'note', ['b'], { signal: ending.signal });
    await client.status(); // Now it has come.
    ending.abort();
    expect(await rejection(queued)).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    await steps._finish('a');
    await running;
    expect(steps.begun).toEqual(['a']);
  });

  test('a queued call that expires never reaches the target', async () => {
    await start();
    const running = client.call('it', 'work', ['a']);
    const queued = client.call('it', 'note', ['b'], { timeout: 30 });
    expect(await rejection(queued)).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
    await steps._finish('a');
    await running;
    expect(steps.begun).toEqual(['a']);
  });

  test('a method that ignores its signal keeps its place; its caller is told maybe, soon', async () => {
    await start();
    const call = client.call('it', 'work', ['a'], { timeout: 20 });
    const signal = await steps._began('a');
    const next = client.call('it', 'note', ['b']);
    const before = performance.now();
    expect(await rejection(call)).toMatchObject({ code: 'TIMEOUT', ran: 'maybe' });
    // Not a measurement: far from the ten seconds that a call has by default.
    expect(performance.now() - before).toBeLessThan(VERDICT_MS + 2000);
    expect((await aborted(signal)) as object).toMatchObject({ code: 'TIMEOUT' });
    expect(steps.begun).toEqual(['a']);
    await steps._finish('a');
    expect(await next).toBe('b');
  });

  test('a signal that has aborted before makes no call', async () => {
    await start();
    const call = client.call('it', 'note', ['a'], { signal: AbortSignal.abort() });
    expect(await rejection(call)).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    await client.status();
    expect(steps.begun).toEqual([]);
  });

  test('a signal may serve a hundred calls, and keeps no listener of those that are done', async () => {
    await start();
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    await Promise.all(Array.from({ length: 100 }, () => client.call('it', 'note', ['x'], { signal })));
    expect([add, remove].map(({ mock }) => mock.calls.length)).toEqual([100, 100]);
    expect(getMaxListeners(signal)).toBe(Infinity); // Else Node would warn of a leak from the eleventh on.
  });

  test('when a client goes, its queued calls are removed and its running ones are told', async () => {
    await start();
    const other = await house.client();
    const calls = ['a', 'b'].map((name) => rejection(client.call('it', 'work', [name])));
    const signal = await steps._began('a');
    await client.close();
    expect(await aborted(signal)).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await Promise.all(calls)).toMatchObject([{ code: 'CANCELLED' }, { code: 'CANCELLED' }]);
    await steps._finish('a');
    expect(await other.call('it', 'note', ['c'])).toBe('c');
    expect(steps.begun).toEqual(['a', 'c']);
  });
});

describe('deadlines', () => {
  test('the remaining budget travels: a method knows how long it has', async () => {
    await start({ clock: { remaining: () => callContext().remaining() } });
    const [short, usual, never] = await Promise.all([
      client.call('clock', 'remaining', [], { timeout: 700 }),
      client.call('clock', 'remaining'),
      client.call('clock', 'remaining', [], { timeout: Infinity }),
    ]);
    expect(short).toBeLessThanOrEqual(701);
    expect(usual).toBeGreaterThan(700);
    expect(usual).toBeLessThanOrEqual(10_001);
    expect(never).toBe(Infinity);
  });

  test('a method’s own default deadline holds where the caller states none', async () => {
    const own = { quick: () => callContext().remaining(), endless: () => callContext().remaining() };
    await start({ own: expose(own, { timeouts: { quick: 300, endless: Infinity } }) });
    const remaining = (method: string, timeout?: number): Promise<unknown> =>
      client.call('own', method, [], timeout === undefined ? {} : { timeout });
    expect(await remaining('quick')).toBeLessThanOrEqual(301);
    expect(await remaining('endless')).toBe(Infinity);
    expect(await remaining('quick', 5000)).toBeGreaterThan(301);
  });

  test('the connection’s default holds for methods without one of their own', async () => {
    await start({ own: { remaining: () => callContext().remaining() } });
    const patient = await house.client({ callTimeout: Infinity });
    expect(await patient.call('own', 'remaining')).toBe(Infinity);
  });

  test.each([Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, 2 ** 40])(
    'a timeout of %d milliseconds is as good as none',
    async (timeout) => {
      await start();
      expect(await client.call('it', 'note', ['a'], { timeout })).toBe('a');
      expect(await client.call('it', 'note', ['b'])).toBe('b');
    },
  );

  test('a timeout of 0 never reaches the target', async () => {
    await start();
    expect(await rejection(client.call('it', 'note', ['a'], { timeout: 0 }))).toMatchObject({
      code: 'TIMEOUT',
    });
    expect(steps.begun).toEqual([]);
  });
});

describe('progress', () => {
  test('a caller that listens hears how far its call is, and nobody else does', async () => {
    const move = async (): Promise<string> => {
      const { progress } = callContext();
      for (const fraction of [0, 0.5, 1]) {
        callContext().progress(fraction, `at ${fraction}`);
        await heard(fraction);
      }
      expect(typeof progress).toBe('function');
      return 'there';
    };
    let hear: (fraction: number) => void = () => undefined;
    const heard = (fraction: number): Promise<void> =>
      new Promise((resolve) => (hear = (now) => (now === fraction ? resolve() : undefined)));
    await start({ stage: { move } });
    const seen: unknown[] = [];
    const onProgress = (fraction: number, message?: string): void => {
      seen.push([fraction, message]);
      hear(fraction);
    };
    expect(await client.call('stage', 'move', [], { onProgress })).toBe('there');
    expect(seen).toEqual([
      [0, 'at 0'],
      [0.5, 'at 0.5'],
      [1, 'at 1'],
    ]);
  });

  test('a burst of progress costs a slow caller one item at a time, the latest', async () => {
    const burst = async (): Promise<void> => {
      for (let step = 0; step <= 1000; step++) callContext().progress(step / 1000);
    };
    await start({ stage: { burst } });
    const seen: number[] = [];
    await client.call('stage', 'burst', [], { onProgress: (fraction) => seen.push(fraction) });
    expect(seen.length).toBeLessThan(10);
    expect(seen[0]).toBe(0);
  });

  test('a message that can not cross does not fail the call', async () => {
    const odd = (): string => {
      callContext().progress(0.5, (() => 1) as never);
      callContext().progress(Number.NaN);
      return 'done';
    };
    await start({ stage: { odd } });
    expect(await client.call('stage', 'odd', [], { onProgress: () => undefined })).toBe('done');
  });
});

describe('setters', () => {
  test('set waits for what its setters began, and fails with it', async () => {
    class Meter {
      set range(value: number) {
        callContext().waitUntil(
          value < 0 ? Promise.reject(new RangeError('range: 0 to 7')) : steps.work(`${value}`),
        );
      }
    }
    await start({ pm: new Meter() });
    const set = client.set('pm', { range: 3 });
    let done = false;
    void set.then(() => (done = true));
    await steps._began('3');
    await client.status();
    expect(done).toBe(false);
    await steps._finish('3');
    await set;
    expect(await rejection(client.set('pm', { range: -1 }))).toMatchObject({
      code: 'METHOD_FAILED',
      ran: 'yes',
      message: expect.stringContaining('range: 0 to 7'),
    });
  });
});

describe('who calls', () => {
  test('a method knows the session that calls it', async () => {
    await start({ who: { calls: () => ({ ...callContext().session, signal: undefined }).id } });
    const other = await house.client();
    expect([await client.call('who', 'calls'), await other.call('who', 'calls')]).toEqual([1, 2]);
  });

  test('named arguments are bound by the names of the method’s parameters', async () => {
    class Meter {
      read(samples = 1, unit = 'V'): string {
        return `${samples} ${unit}`;
      }
    }
    await start({ pm: new Meter() });
    expect(await client.call('pm', 'read', { unit: 'mV' })).toBe('1 mV');
    expect(await client.call('pm', 'read', { unit: 'mV', samples: 20 })).toBe('20 mV');
    expect(await client.callNamed('pm', 'read', [3], { unit: 'uV' })).toBe('3 uV');
    expect(await rejection(client.call('pm', 'read', { sample: 20 }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      ran: 'no',
      message: expect.stringContaining('Did you mean "samples"?'),
    });
  });
});

test('what callContext() gives can be taken apart', async () => {
  const steps: unknown[] = [];
  await house.daemon({
    it: {
      go(): number {
        const { progress, remaining, waitUntil } = callContext();
        progress(0.5, 'half');
        waitUntil(Promise.resolve().then(() => steps.push('waited')));
        return remaining();
      },
    },
  });
  const client = await house.client();
  const left = await client.call('it', 'go', [], {
    onProgress: (...step) => steps.push(step),
    timeout: 5000,
  });
  expect(left).toBeGreaterThan(0);
  expect(steps).toEqual(expect.arrayContaining([[0.5, 'half'], 'waited']));
});

test('arguments that are too many are refused, and options among them are explained', async () => {
  await house.daemon({ it: { read: (samples = 1) => samples, all: (...every: number[]) => every.length } });
  const client = await house.client();
  expect(await client.call('it', 'all', [1, 2, 3])).toBe(3);
  expect(await rejection(client.call('it', 'read', [20, { timeout: 500 }]))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    ran: 'no',
    message: expect.stringContaining('at most 1 (samples), but was given 2. Options of a call go to'),
  });
});
