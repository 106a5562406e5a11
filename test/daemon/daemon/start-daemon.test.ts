// Where a daemon will and won't listen, and whom a client will and won't talk to.
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from '../../../client';
import { defineBox } from '../../../daemon/box/define-box';
import { startDaemon } from '../../../daemon/start-daemon';
import { IS_WINDOWS } from '../../../src/os';
import { House, rejection } from './house';

/** A user id that is nobody's here. */
const OTHER = 54321;

const posix = IS_WINDOWS ? describe.skip : describe;
/** Only root can give a directory away. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;

posix('the socket’s directory', () => {
  let house: House;
  let directory: string;

  beforeEach(() => {
    house = new House();
    directory = join(house.directory, 'run');
    process.env['SAMEBOX_RUNTIME_DIR'] = directory;
  });
  afterEach(() => house.close());

  test('is made for its user alone, and so is the socket', async () => {
    await house.daemon({});
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(directory, 'lab.sock')).mode & 0o777).toBe(0o600);
  });

  test('is closed to others if it is ours and open', async () => {
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    await house.daemon({});
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
  });

  asRoot('that belongs to somebody else is refused by daemon and client, and says whose it is', async () => {
    mkdirSync(directory);
    chownSync(directory, OTHER, OTHER);
    const error = await rejection(house.daemon({}));
    expect(error).toMatchObject({
      code: 'DENIED',
      ran: 'no',
      details: { path: directory, owner: `uid ${OTHER}` },
    });
    expect(error.message).toMatch(/belongs to uid 54321, .*SAMEBOX_RUNTIME_DIR/);
    let asked = 0;
    const impostor = createServer(() => asked++).listen(join(directory, 'lab.sock'));
    expect((await rejection(connect('lab', { timeout: 0 }))).message).toContain('belongs to uid 54321');
    expect(asked).toBe(0);
    impostor.close();
  });

  test('that is a link is refused by daemon and client', async () => {
    const elsewhere = join(house.directory, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, directory);
    expect(await rejection(house.daemon({}))).toMatchObject({
      code: 'DENIED',
      message: expect.stringMatching(/is a link/),
    });
    expect((await rejection(connect('lab', { timeout: 0 }))).message).toMatch(/is a link/);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('that is a file is refused', async () => {
    writeFileSync(directory, '');
    expect(await rejection(house.daemon({}))).toMatchObject({ code: 'DENIED' });
  });

  test('with a file in the socket’s place is left as it is', async () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(directory, 'lab.sock'), 'precious');
    expect(await rejection(house.daemon({}))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(readdirSync(directory)).toEqual(['lab.sock']);
    rmSync(join(directory, 'lab.sock'));
    await house.daemon({});
  });
});

describe('startDaemon', () => {
  let house: House;

  beforeEach(() => {
    house = new House();
  });
  afterEach(() => house.close());

  test('takes what defineBox returned, and nothing else', async () => {
    expect(await rejection(startDaemon({ targets: {} } as never))).toBeInstanceOf(TypeError);
  });

  test('that fails leaves nothing behind: no guard, no listener, no file', async () => {
    await house.daemon({});
    const before = [process.exit, process.listenerCount('uncaughtException')];
    expect(await rejection(startDaemon(defineBox({ name: 'lab', targets: {} })))).toMatchObject({
      code: 'BUSY',
    });
    expect(await rejection(startDaemon(defineBox({ name: 'my lab', targets: {} })))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect([process.exit, process.listenerCount('uncaughtException')]).toEqual(before);
    const files = IS_WINDOWS ? ['lab.lock', 'lab.lock.pid'] : ['lab.sock', 'lab.sock.lock'];
    expect(readdirSync(house.directory).sort()).toEqual(files);
  });

  test('listens before its targets are open, and says when they are', async () => {
    let open!: (object: object) => void;
    const daemon = await house.daemon({ slow: () => new Promise<object>((resolve) => (open = resolve)) });
    const client = await house.client();
    expect(await client.targets()).toMatchObject([{ name: 'slow', state: 'opening' }, { name: '$daemon' }]);
    const call = client.call('slow', 'read');
    open({ read: () => 7 });
    expect(await call).toBe(7);
    await daemon.opened;
  });

  test('takes an object with a method called then for the instrument that it is', async () => {
    const odd = { then: () => 'a method', read: () => 1 };
    await house.daemon({ odd, made: () => odd });
    const client = await house.client();
    for (const target of ['odd', 'made']) expect(await client.call(target, 'then')).toBe('a method');
  });

  test('tells clients of its limits, and keeps to its own', async () => {
    await house.daemon(
      { it: { length: (text: string) => text.length } },
      { limits: { frameBytes: 1024 * 1024 } },
    );
    const client = await house.client();
    const error = await rejection(client.call('it', 'length', ['x'.repeat(2_000_000)]));
    expect(error).toMatchObject({ code: 'TOO_LARGE', ran: 'no', details: { limit: 'frameBytes' } });
    expect(await client.call('it', 'length', ['x'.repeat(500_000)])).toBe(500_000);
    expect(await client.call('it', 'length', [new Uint8Array(5_000_000)])).toBe(5_000_000);
  });

  test('BUSY is the answer to more calls of one session than it takes', async () => {
    await house.daemon(
      { it: { hang: () => new Promise(() => undefined) } },
      { limits: { callsInFlight: 10 } },
    );
    const client = await house.client();
    const calls = Array.from({ length: 11 }, () =>
      rejection(client.call('it', 'hang', [], { timeout: 200 })),
    );
    expect((await Promise.all(calls)).map(({ code }) => code).sort()).toEqual([
      'BUSY',
      ...Array<string>(10).fill('TIMEOUT'),
    ]);
  });
});
