// Daemons and clients as processes of their own: what only they can show.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ChildProcess } from 'node:child_process';
import { IS_WINDOWS } from '../../src/os';
import type { Client, IncomingStream } from '../../client';
import { House, rejection } from '../daemon/daemon/house';
import { Children, kill } from './support/children';

const posix = IS_WINDOWS ? test.skip : test; // The kernel of Windows names nobody.

describe('processes', () => {
  let house: House;
  let children: Children;

  beforeEach(() => {
    house = new House();
    children = new Children();
  });
  afterEach(async () => {
    await children.end();
    await house.close();
  });

  async function start(...args: string[]): Promise<{ child: ChildProcess; client: Client }> {
    const { child, started } = await children.daemon('lab', args, { silent: true });
    expect(started).toEqual({ pid: child.pid });
    return { child, client: await house.client() };
  }

  test('a method that calls process.exit or process.abort is refused: the daemon lives', async () => {
    const { child, client } = await start();
    for (const method of ['exit', 'exitLater', 'abort'])
      expect(await rejection(client.call('bad', method))).toMatchObject({
        code: 'METHOD_FAILED',
        ran: 'yes',
        message: expect.stringMatching(
          /is refused: a target can't end the daemon\. To stop it: samebox stop/,
        ),
      });
    expect((await rejection(client.call('bad', 'exitInGetter'))).message).toMatch(/is refused/);
    const stream = (await client.call('bad', 'exitInFinally')) as IncomingStream;
    await stream.next();
    await stream.return();
    expect(await client.call('bad', 'pid')).toBe(child.pid);
    expect([client.session, child.exitCode]).toEqual([1, null]);
  });

  test('errors in a target that nobody catches are logged and counted, and the daemon goes on', async () => {
    const { child, client } = await start();
    const follow = (await client.call('$daemon', 'logs', [0, true])) as IncomingStream<string>;
    const seen: { msg: string; level: number; err?: { stack?: string } }[] = [];
    for (const method of ['strayRejection', 'strayError', 'strayOddities']) await client.call('bad', method);
    for await (const line of follow) {
      seen.push(JSON.parse(line));
      if (seen.length === 9) break;
    }
    expect(seen[0]).toMatchObject({
      level: 50,
      msg: 'A rejected promise that nobody awaits, in a target or its library: nobody awaits this',
    });
    expect(seen.find(({ msg }) => msg.endsWith('nobody catches this'))?.err?.stack).toContain(
      'daemon-process',
    );
    expect((await client.status()).counters.stray).toBe(9);
    expect(await client.call('bad', 'pid')).toBe(child.pid);
  });

  posix('the user and the process of a session are those that the kernel reports', async () => {
    const { child, client } = await start();
    const { pid, user, sessions } = await client.status();
    expect(pid).toBe(child.pid);
    expect(sessions).toMatchObject([{ pid: process.pid, user }]);
  });

  test('of two daemons that are started on one endpoint at the same instant, one runs, the other says so', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => children.daemon('lab')));
    const [winner, ...more] = all.filter(({ started }) => started.code === undefined);
    expect(more).toEqual([]);
    const losers = all.filter(({ started }) => started.code !== undefined);
    expect(losers).toHaveLength(2);
    for (const { started } of losers) {
      expect(started.code).toBe('BUSY');
      expect(started.message).toMatch(/^"lab" is already running/);
    }
    const client = await house.client();
    expect(await client.call('bad', 'pid')).toBe(winner?.child.pid);
  });

  test('a daemon that was killed can be started again at once, and its clients come back', async () => {
    const { child, client } = await start();
    const changes = client.changes();
    const running = rejection(client.call('bad', 'hang', [], { timeout: Infinity }));
    const idempotent = client.call('other', 'echo', ['again'], { idempotent: true });
    await idempotent;
    await kill(child);
    const { started } = await children.daemon('lab');
    expect(started.code).toBeUndefined();
    expect(await running).toMatchObject({ code: 'OUTCOME_UNKNOWN', ran: 'maybe' });
    expect(await client.call('bad', 'pid')).toBe(started.pid);
    expect((await changes.next()).value).toMatchObject({ state: 'reconnecting' });
    expect((await changes.next()).value).toMatchObject({ state: 'connected' });
  });

  test('a method that blocks the event loop after an await is named in the log with how long', async () => {
    const { client } = await start();
    const follow = (await client.call('$daemon', 'logs', [0, true])) as IncomingStream<string>;
    await client.call('bad', 'blockLater', [1000]);
    const entry = JSON.parse((await follow.next()).value as string);
    expect(entry).toMatchObject({ level: 40, calls: ['bad.blockLater'] });
    expect(entry.msg).toMatch(/^The event loop stood still for \d+ ms: .* Under way: bad\.blockLater\./);
    expect(entry.milliseconds).toBeGreaterThan(800);
  });

  test('a progress listener that throws ends neither its call nor the connection, and is not swallowed', async () => {
    const { client } = await start();
    const child = children.fork('throwing-client.ts', [], { silent: true });
    const said: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout as Readable }))
      said.push(JSON.parse(line));
    expect(said).toEqual([
      ['uncaught', 'a fault of the listener'],
      ['result', 'done'],
      ['session', client.session + 1, 'still here'],
    ]);
  });

  test('a log whose reader has gone does not busy the daemon', async () => {
    const { child, client } = await start('stdout');
    child.stdout?.destroy();
    for (let round = 0; round < 5; round++) await client.call('bad', 'strayRejection');
    await client.status();
    expect((await client.status()).counters.stray).toBe(5);
    expect(await client.call('bad', 'pid')).toBe(child.pid);
  });

  test.each(['daemon first', 'client first'])(
    'a process that closes its daemon and its client ends by itself (%s)',
    async (order) => {
      const child = children.fork('closing-process.ts', [order], { silent: true });
      const errors: string[] = [];
      child.stderr?.on('data', (piece: Buffer) => errors.push(piece.toString()));
      child.stdout?.resume();
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(errors).toEqual([]);
    },
  );
});
