// A lost socket is not a lost call: what a client and its daemon make of it.
import { createServer, type Socket } from 'node:net';
import { expose } from '../../../daemon/box/expose';
import { callContext } from '../../../daemon/call-context';
import type { Client, ConnectOptions } from '../../../client';
import { KIND } from '../../../src/frames';
import { PROTOCOL_VERSION } from '../../../src/handshake';
import { canKeepHot } from '../../../src/latency/hot-loop';
import { OS } from '../../../src/os';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { acceptedSockets, gate, until } from '../../daemon/handoff/support';
import { House, rejection } from '../../daemon/daemon/house';
import { frame, RawClient } from '../../daemon/session/raw-client';
import { Steps } from '../../daemon/target/steps';

export function resumeSuite(latency: NonNullable<ConnectOptions['latency']>): void {
  let house: House;
  let sockets: Socket[];
  beforeEach(() => {
    sockets = acceptedSockets();
    house = new House({ latency });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.close();
  });

  /** Cuts the newest socket at the daemon's end. */
  function cut(): void {
    sockets.at(-1)?.destroy();
  }

  async function back(client: Client, count = 2): Promise<void> {
    await until(() => sockets.length === count && client.state === 'connected');
  }

  class Numbers {
    made = 0;
    signal: AbortSignal | undefined;
    hold = gate();

    async *count(to: number): AsyncGenerator<number> {
      this.signal = callContext().signal;
      for (let n = 0; n < to; n++) {
        this.made++;
        yield await Promise.resolve(n);
      }
    }
    async *frames(to: number, bytes: number): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < to; n++) {
        this.made++;
        yield await Promise.resolve(new Uint8Array(bytes).fill(n));
      }
    }
    async slow(): Promise<string> {
      const { progress } = callContext();
      progress(0.25);
      await this.hold.passed;
      progress(0.75);
      return 'done';
    }
  }

  describe('calls', () => {
    test('a call that runs when its socket is lost runs once, and its answer comes on the next socket', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const client = await house.client();
      expect(client.latency).toBe(granted(latency));
      const changes = client.changes();
      const call = client.call('it', 'work', ['a']);
      await steps._began('a');
      cut();
      await back(client);
      await steps._finish('a', 'worth waiting for');
      expect(await call).toBe('worth waiting for');
      expect(steps.begun).toEqual(['a']);
      expect((await changes.next()).value).toMatchObject({ state: 'reconnecting' });
      expect((await changes.next()).value).toMatchObject({ state: 'connected', session: 'resumed' });
      expect(client.session).toBe(1);
    });

    test('an answer that was given while nobody was there is kept', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const client = await house.client();
      const call = client.call('it', 'work', ['a']);
      await steps._began('a');
      await house.log(/connected/);
      cut();
      await house.log(/is cut off/);
      await steps._finish('a', { answer: [1, 2, 3], binary: Uint8Array.of(1, 2, 3) });
      expect(await call).toEqual({ answer: [1, 2, 3], binary: Uint8Array.of(1, 2, 3) });
      expect(steps.begun).toEqual(['a']);
    });

    test('an error that was cut off on its way comes again', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const client = await house.client();
      const call = rejection(client.call('it', 'work', ['a']));
      await steps._began('a');
      cut();
      await house.log(/is cut off/);
      steps._fail('a', new RangeError('too far'));
      expect(await call).toMatchObject({
        code: 'METHOD_FAILED',
        ran: 'yes',
        message: expect.stringContaining('too far'),
      });
    });

    test('many calls at once, and the socket cut again and again: each runs once, in order, and has its own answer', async () => {
      const seen: number[] = [];
      class Counter {
        async add(n: number): Promise<number> {
          seen.push(n);
          await new Promise((resolve) => setImmediate(resolve));
          return -n;
        }
      }
      await house.daemon({ it: expose(new Counter(), { maxQueue: 2000 }) });
      const client = await house.client();
      let done = 0;
      const calls = Array.from({ length: 2000 }, (_, n) =>
        client.call('it', 'add', [n]).finally(() => {
          if (++done % 100 === 0) cut();
        }),
      );
      expect(await Promise.all(calls)).toEqual(seen.map((n) => -n));
      expect(seen).toEqual(Array.from({ length: 2000 }, (_, n) => n));
      expect(sockets.length).toBeGreaterThan(3);
      expect(client.session).toBe(1);
    });

    test('a call that is cancelled while the socket is lost is cancelled in the daemon when it is back', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const client = await house.client();
      const giveUp = new AbortController();
      const call = rejection(client.call('it', 'work', ['a'], { signal: giveUp.signal }));
      const signal = await steps._began('a');
      const changes = client.changes();
      cut();
      await changes.next();
      giveUp.abort();
      expect(await call).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
      await until(() => signal.aborted);
    });

    test('progress goes on after the socket was lost', async () => {
      const numbers = new Numbers();
      await house.daemon({ it: numbers });
      const client = await house.client();
      const heard: number[] = [];
      const call = client.call('it', 'slow', [], { onProgress: (fraction) => heard.push(fraction) });
      await until(() => heard.length === 1);
      cut();
      await back(client);
      await client.status(); // By then the daemon knows what was heard.
      numbers.hold.open();
      expect(await call).toBe('done');
      expect(heard).toEqual([0.25, 0.75]);
    });

    test('an answer of which nothing is kept is OUTCOME_UNKNOWN, and it has run; an idempotent call is made anew', async () => {
      const steps = new Steps();
      await house.daemon({ it: expose(steps, { idempotent: ['note'] }) }, { limits: { keptBytes: 1 } });
      const client = await house.client();
      const call = rejection(client.call('it', 'work', ['a']));
      await steps._began('a');
      cut();
      await house.log(/is cut off/);
      await steps._finish('a', 'gone');
      expect(await call).toMatchObject({ code: 'OUTCOME_UNKNOWN', ran: 'yes' });

      const again = client.call('it', 'work', ['b'], { idempotent: true });
      await steps._began('b');
      cut();
      await until(() => house.entries.filter(({ msg }) => /is cut off/.test(msg)).length === 2);
      await steps._finish('b', 'first');
      await back(client, 3);
      await until(() => steps.begun.length === 3);
      await steps._finish('b', 'second');
      expect(await again).toBe('second');
    });
  });

  describe('streams', () => {
    test('a stream goes on where its consumer stood, without a gap', async () => {
      await house.daemon({ it: new Numbers() });
      const client = await house.client();
      const got: number[] = [];
      const stream = (await client.call('it', 'count', [1000])) as IncomingStream<number>;
      for await (const n of stream) {
        got.push(n);
        if (n % 250 === 100) cut();
      }
      expect(got).toEqual(Array.from({ length: 1000 }, (_, n) => n));
      expect(stream.dropped).toBe(0);
      expect(client.session).toBe(1);
    });

    test('nothing is sent of a stream before its consumer has said where he stands', async () => {
      const numbers = new Numbers();
      await house.daemon({ it: numbers });
      const hello = (session: object): Buffer =>
        frame([KIND.hello, 0, 0], { protocol: PROTOCOL_VERSION, features: ['resume'], peer: {}, session });
      const first = await RawClient.connect(house.path);
      first.write(hello({}));
      const { session } = (await first.frame(KIND.welcome)).body as {
        session: { id: number; token: Uint8Array };
      };
      first.write(frame([KIND.call, 1, 0, 'it', 'count', null, 0, 0, 1, []], [100]));
      await first.frame(KIND.result);
      first.write(frame([KIND.credit, 1, 0, 0, 3, 1e6, 0]));
      await first.frame(KIND.item);
      first.socket.destroy();
      await house.log(/is cut off/);
      const second = await RawClient.connect(house.path);
      second.write(hello(session));
      await second.frame(KIND.welcome);
      // Credit that comes before the claim moves nothing.
      second.write(frame([KIND.credit, 1, 0, 0, 10, 1e6, 0]));
      second.write(frame([KIND.claim, 1, 2, 1, 1, 1]));
      second.write(frame([KIND.call, 2, 0, '$daemon', 'logLevel', null, 0, 0, 1, []], []));
      await second.frame(KIND.result);
      const items = (): unknown[] =>
        second.frames.filter(({ head }) => head[0] === KIND.item).map(({ head }) => head[4]);
      await until(() => items().length >= 5);
      expect(items().slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    });

    test('items that are too large to be held are counted as lost', async () => {
      await house.daemon({ it: new Numbers() });
      const client = await house.client({ handoff: 'never' });
      const got: number[] = [];
      const stream = (await client.call('it', 'frames', [60, 100_000])) as IncomingStream<Uint8Array>;
      for await (const bytes of stream) {
        got.push(bytes[0] as number);
        if (got.length === 10) cut();
      }
      expect(got.length + stream.dropped).toBe(60);
      expect(got).toEqual([...got].sort((one, other) => one - other));
    });

    test('a stream that is left while the socket is lost ends in the daemon when it is back', async () => {
      const numbers = new Numbers();
      await house.daemon({ it: numbers });
      const client = await house.client();
      const changes = client.changes();
      const stream = (await client.call('it', 'count', [1e9])) as IncomingStream<number>;
      await stream.next();
      cut();
      await changes.next();
      await stream.return();
      await back(client);
      await until(async () => (await client.status()).sessions[0]?.pending === 1);
      expect(numbers.signal?.aborted).toBe(true);
    });
  });

  describe('sessions', () => {
    test('a session whose client closes is over at once, and so are its calls', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const client = await house.client();
      const call = rejection(client.call('it', 'work', ['a']));
      const signal = await steps._began('a');
      await client.close();
      expect(await call).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
      await house.log(/left/);
      expect(signal.aborted).toBe(true);
    });

    test('a session that nobody takes up within its window is over, and its calls are told', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps }, { limits: { resumeWindow: 20 } });
      const raw = await RawClient.connect(house.path);
      raw.write(
        frame([KIND.hello, 0, 0], {
          protocol: PROTOCOL_VERSION,
          features: ['resume'],
          peer: { name: 'raw' },
        }),
      );
      const { body } = await raw.frame(KIND.welcome);
      expect(body).toMatchObject({ session: { id: 1, resumed: false, window: 20, seen: 0, held: [] } });
      raw.write(frame([KIND.call, 1, 0, 'it', 'work', null, 0, 0, 1, []], ['a']));
      const signal = await steps._began('a');
      raw.socket.destroy();
      await house.log(/raw .*left/);
      expect(signal.aborted).toBe(true);
    });

    test('a token that is used with another pid, or a wrong one, gives a new session and no reason', async () => {
      await house.daemon({ it: new Steps() });
      const hello = (session: object, pid = 1): Buffer =>
        frame([KIND.hello, 0, 0], {
          protocol: PROTOCOL_VERSION,
          features: ['resume'],
          peer: { name: 'raw', pid },
          session,
        });
      const welcomed = async (
        bytes: Buffer,
      ): Promise<{ id: number; token: Uint8Array; resumed: boolean }> => {
        const raw = await RawClient.connect(house.path);
        raw.write(bytes);
        const { session } = (await raw.frame(KIND.welcome)).body as { session: never };
        raw.socket.destroy();
        return session;
      };
      const first = await welcomed(hello({}));
      expect(first.token).toHaveLength(32);
      const { id, token } = first;
      expect(await welcomed(hello({ id, token }))).toMatchObject({ id, resumed: true });
      expect(await welcomed(hello({ id, token }, 2))).toMatchObject({ resumed: false });
      const wrong = Uint8Array.from(token, (byte, index) => (index === 31 ? byte ^ 1 : byte));
      expect(await welcomed(hello({ id, token: wrong }))).toMatchObject({ resumed: false });
      expect(await welcomed(hello({ id, token: token.subarray(0, 31) }))).toMatchObject({ resumed: false });
    });

    test('a call under an id that was seen and is no longer held is not run, and known to have run', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const raw = await RawClient.greeted(house.path);
      raw.write(frame([KIND.call, 1, 0, 'it', 'note', null, 0, 0, 1, []], ['a']));
      await raw.frame(KIND.result);
      raw.write(frame([KIND.call, 2, 0, 'it', 'note', null, 1, 0, 1, []], ['b']));
      raw.write(frame([KIND.claim, 1, 0, 0, 0, 0]));
      expect((await raw.frame(KIND.error)).head.slice(1, 5)).toEqual([1, 1, 'OUTCOME_UNKNOWN', 'yes']);
      expect(steps.begun).toEqual(['a', 'b']);
    });
  });

  /** A daemon that welcomes, answers nothing, and is gone when the test says so. */
  async function doomed(window: number): Promise<() => void> {
    const token = new Uint8Array(32);
    const session = { id: 7, resumed: false, token, window, seen: 0, held: [] };
    const body = { protocol: PROTOCOL_VERSION, features: ['resume'], peer: {}, session, methods: {} };
    const accepted: Socket[] = [];
    const server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(frame([KIND.welcome, 0, 0], body)));
    });
    await new Promise<void>((resolve) => server.listen(house.path, resolve));
    return () => {
      server.close();
      for (const socket of accepted) socket.destroy();
    };
  }

  describe('a daemon that does not come back', () => {
    test('what has no deadline waits for it no longer than a session could', async () => {
      const end = await doomed(30);
      const client = await house.client();
      const written = rejection(client.call('it', 'work', ['a'], { timeout: Infinity }));
      const changes = client.changes();
      end();
      await changes.next();
      const waiting = rejection(client.call('it', 'work', ['b'], { timeout: Infinity }));
      expect(await written).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
      expect(await waiting).toMatchObject({ code: 'CONNECTION_LOST', ran: 'no' });
    });

    test('a deadline holds: what was written may have run, what was not has not', async () => {
      const end = await doomed(60_000);
      const client = await house.client();
      const written = rejection(client.call('it', 'work', ['a'], { timeout: 300 }));
      const changes = client.changes();
      end();
      await changes.next();
      const waiting = rejection(client.call('it', 'work', ['b'], { timeout: 20 }));
      expect(await waiting).toMatchObject({ code: 'TIMEOUT', ran: 'no' });
      expect(await written).toMatchObject({ code: 'TIMEOUT', ran: 'maybe' });
    });

    test('who wants no retry does not wait for it', async () => {
      const end = await doomed(60_000);
      const client = await house.client();
      const call = rejection(client.call('it', 'work', ['a'], { timeout: Infinity, retry: false }));
      end();
      expect(await call).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    });
  });
}

/** What a client gets that asks for it: nothing on one core, and no lane where memory has no name that is closed to others. */
function granted(asked: Client['latency']): Client['latency'] {
  if (!canKeepHot()) return 'normal';
  return asked === 'lane' && OS === 'darwin' ? 'low' : asked;
}
