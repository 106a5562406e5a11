// A lost connection: what becomes of calls, what is to be seen, and the way back.
import { createServer, type Socket } from 'node:net';
import { expose } from '../../../daemon/box/expose';
import type { Client, ConnectOptions, StateChange } from '../../../client';
import { KIND } from '../../../src/frames';
import { House, rejection } from '../../daemon/daemon/house';
import { frame } from '../../daemon/session/raw-client';
import { Steps } from '../../daemon/target/steps';

export function reconnectSuite(latency: NonNullable<ConnectOptions['latency']>): void {
  let house: House;

  beforeEach(() => {
    house = new House({ latency });
  });
  afterEach(() => house.close());

  /** A daemon's end of a socket, to be cut when the test says so. It welcomes, and answers nothing. */
  class Cutter {
    sockets: Socket[] = [];
    private readonly server = createServer((socket) => {
      socket.on('error', () => undefined);
      this.sockets.push(socket);
      let bytes = 0;
      socket.on('data', (piece: Buffer) => {
        if (bytes === 0) socket.write(welcome());
        bytes += piece.length;
        this.wake?.();
      });
    });
    private wake: (() => void) | undefined;

    constructor(private readonly path: string) {}

    async listen(): Promise<void> {
      await new Promise<void>((resolve) => this.server.listen(this.path, resolve));
    }

    /** Waits until something more has come. */
    async received(): Promise<void> {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }

    /** Cuts everything, once something more has come. */
    async cutAfterBytes(): Promise<void> {
      await this.received();
      this.cut();
    }

    cut(): void {
      this.server.close();
      for (const socket of this.sockets) socket.destroy();
    }
  }

  function welcome(): Buffer {
    const body = { protocol: [1, 0], features: [], limits: {}, peer: {}, session: { id: 77 }, methods: {} };
    return frame([KIND.welcome, 0, 0], body);
  }

  async function cuttable(): Promise<{ cutter: Cutter; client: Client }> {
    const cutter = new Cutter(house.path);
    await cutter.listen();
    return { cutter, client: await house.client() };
  }

  async function next(changes: AsyncIterator<StateChange>): Promise<StateChange> {
    return (await changes.next()).value as StateChange;
  }

  test('a call that may have run when the socket breaks is CONNECTION_LOST with ran maybe, and not sent again', async () => {
    const { cutter, client } = await cuttable();
    const call = rejection(client.call('it', 'note', ['a']));
    await cutter.cutAfterBytes();
    expect(await call).toMatchObject({
      code: 'CONNECTION_LOST',
      ran: 'maybe',
      message: expect.stringContaining('it.note'),
      details: { endpoint: 'lab', target: 'it', member: 'note' },
    });
    const steps = new Steps();
    await house.daemon({ it: steps });
    expect(await client.call('it', 'note', ['b'])).toBe('b');
    expect(steps.begun).toEqual(['b']);
  });

  test('an idempotent call is sent again, before those that were never sent, in their order', async () => {
    const { cutter, client } = await cuttable();
    const changes = client.changes();
    const idempotent = { idempotent: true };
    const [a, b] = [
      client.call('it', 'note', ['a'], idempotent),
      client.call('it', 'note', ['b'], idempotent),
    ];
    await cutter.cutAfterBytes();
    expect(await next(changes)).toMatchObject({ state: 'reconnecting', reason: { code: 'CONNECTION_LOST' } });
    const c = client.call('it', 'note', ['c']);
    const steps = new Steps();
    await house.daemon({ it: steps });
    expect(await Promise.all([a, b, c])).toEqual(['a', 'b', 'c']);
    expect(steps.begun).toEqual(['a', 'b', 'c']);
  });

  test('what a daemon declares idempotent is sent again without being asked', async () => {
    const steps = new Steps();
    const targets = { it: expose(steps, { idempotent: ['work'] }) };
    const daemon = await house.daemon(targets);
    const client = await house.client();
    const call = client.call('it', 'work', ['a']);
    await steps._began('a');
    await daemon.close(0);
    steps._fail('a', new Error('the first life'));
    await house.daemon(targets);
    await steps._finish('a', 'the second life');
    expect(await call).toBe('the second life');
  });

  test('an idempotent call of a caller that wants no retry is not sent again', async () => {
    const { cutter, client } = await cuttable();
    const call = rejection(client.call('it', 'note', ['a'], { idempotent: true, retry: false }));
    await cutter.cutAfterBytes();
    expect(await call).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
  });

  test('calls that are made while the client reconnects wait for the next daemon, unless they may not', async () => {
    const { cutter, client } = await cuttable();
    const changes = client.changes();
    cutter.cut();
    await next(changes);
    const waiting = client.call('it', 'note', ['a']);
    expect(await rejection(client.call('it', 'note', ['b'], { retry: false }))).toMatchObject({
      code: 'CONNECTION_LOST',
      ran: 'no',
    });
    const steps = new Steps();
    await house.daemon({ it: steps });
    expect(await waiting).toBe('a');
    expect(steps.begun).toEqual(['a']);
  });

  test('a deadline covers connecting: a call that never left expires, and did not run', async () => {
    const { cutter, client } = await cuttable();
    const changes = client.changes();
    cutter.cut();
    await next(changes);
    expect(await rejection(client.call('it', 'note', ['a'], { timeout: 30 }))).toMatchObject({
      code: 'TIMEOUT',
      ran: 'no',
    });
    const ending = new AbortController();
    const call = rejection(client.call('it', 'note', ['b'], { timeout: Infinity, signal: ending.signal }));
    ending.abort();
    expect(await call).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    const steps = new Steps();
    await house.daemon({ it: steps });
    expect(await client.call('it', 'note', ['c'])).toBe('c');
    expect(steps.begun).toEqual(['c']);
  });

  test('arguments are what they were when the call was made, however long it waits', async () => {
    const { cutter, client } = await cuttable();
    const changes = client.changes();
    cutter.cut();
    await next(changes);
    const list = [1, 2];
    const call = client.call('it', 'echo', [list]);
    list.push(3);
    expect(await rejection(client.call('it', 'echo', [() => 1]))).toMatchObject({
      code: 'UNENCODABLE',
      ran: 'no',
    });
    await house.daemon({ it: { echo: (value: unknown) => value } });
    expect(await call).toEqual([1, 2]);
  });

  test('the state is to be seen, in order, and by all who follow it', async () => {
    const daemon = await house.daemon({});
    const client = await house.client();
    const [one, two] = [client.changes(), client.changes()];
    const seen: string[] = [];
    const following = (async () => {
      for await (const { state } of one) seen.push(state);
    })();
    // Asked for before they come: each gets its own.
    const asked = Promise.all([next(two), next(two)]);
    expect(client.state).toBe('connected');
    await daemon.close();
    await house.daemon({});
    expect((await asked).map(({ state }) => state)).toEqual(['reconnecting', 'connected']);
    expect([client.state, client.session]).toEqual(['connected', 1]);
    await client.close();
    await following;
    expect(seen).toEqual(['reconnecting', 'connected', 'closed']);
    expect(await two.next()).toMatchObject({ value: { state: 'closed' } });
    expect(await two.next()).toMatchObject({ done: true });
    expect(await client.changes().next()).toMatchObject({ done: true });
  });

  test('who stops following is not told any more', async () => {
    await house.daemon({});
    const client = await house.client();
    const changes = client.changes();
    const waiting = changes.next();
    await changes.return?.();
    expect(await waiting).toMatchObject({ done: true });
  });

  test('a reader of a stream learns that it broke, after what had come', async () => {
    class Camera {
      async *frames(): AsyncGenerator<number> {
        yield 1;
        await new Promise(() => undefined);
      }
    }
    const daemon = await house.daemon({ cam: new Camera() });
    const client = await house.client();
    const seen: unknown[] = [];
    const reading = rejection(
      (async () => {
        for await (const item of client.call('cam', 'frames')) {
          seen.push(item);
          void daemon.close();
        }
      })(),
    );
    expect(await reading).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(seen).toEqual([1]);
  });

  test('a connection that is lost again at once is not tried again at once', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.9);
    const times: number[] = [];
    let enough!: () => void;
    const sixth = new Promise<void>((resolve) => (enough = resolve));
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (times.push(performance.now()) === 6) enough();
      socket.end(welcome());
    });
    await new Promise<void>((resolve) => server.listen(house.path, resolve));
    const client = await house.client();
    await sixth;
    // Pauses of 0.9 times 20, 40, 80, 160 and 320 ms at least; without them this takes a few milliseconds.
    expect((times[5] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(200);
    await client.close();
    server.close();
    random.mockRestore();
  });

  test('a thousand clients’ worth of calls survive a restart in the middle of them', async () => {
    const counter = (): { add: (number: number) => number } => ({ add: (number) => number + 1 });
    const exposed = (): object => expose(counter(), { idempotent: ['add'], concurrency: 8 });
    let daemon = await house.daemon({ counter: exposed() });
    const clients = await Promise.all(Array.from({ length: 5 }, () => house.client({ callTimeout: 20_000 })));
    const calls = clients.flatMap((client) =>
      Array.from({ length: 200 }, (_, index) => client.call('counter', 'add', [index])),
    );
    for (let restart = 0; restart < 2; restart++) {
      await daemon.close(0);
      daemon = await house.daemon({ counter: exposed() });
    }
    const expected = clients.flatMap(() => Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await Promise.all(calls)).toEqual(expected);
  });

  test('a call that came too late for a daemon that leaves is sent to the next one, and one that it took is not', async () => {
    const { cutter, client } = await cuttable();
    const taken = rejection(client.call('motor', 'step'));
    const late = client.call('motor', 'step', ['again']);
    const hopeless = rejection(client.call('motor', 'step', [], { retry: false }));
    await cutter.received();
    const [socket] = cutter.sockets;
    socket!.end(frame([KIND.goaway, 2, 0, 'DRAINING'], { message: 'leaving' }));
    expect(await taken).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(await hopeless).toMatchObject({ code: 'CONNECTION_LOST', ran: 'no' });
    cutter.cut();
    await house.daemon({ motor: { step: (text: string) => text } });
    expect(await late).toBe('again');
  });
}
