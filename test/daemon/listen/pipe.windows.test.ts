// Listening at a named pipe: a file that nobody else can open decides.
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { listenAt, type Listener } from '../../../daemon/listen';
import { resolveForListening, type Endpoint } from '../../../src/endpoint';
import { IS_WINDOWS } from '../../../src/os';
import { shortFolder } from '../../support/places';
import { ListenerChild } from './listener-child';

const windows = IS_WINDOWS ? describe : describe.skip;

windows('a daemon at a pipe', () => {
  let folder: string;
  let endpoint: Endpoint;
  let open: Listener[];
  const before = process.env['SAMEBOX_RUNTIME_DIR'];

  beforeEach(() => {
    process.env['SAMEBOX_RUNTIME_DIR'] = folder = shortFolder();
    endpoint = resolveForListening('lab');
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((listener) => listener.release()));
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['SAMEBOX_RUNTIME_DIR'];
    else process.env['SAMEBOX_RUNTIME_DIR'] = before;
  });

  async function listen(at: Endpoint = endpoint): Promise<Listener> {
    const connection = (socket: Socket): void => {
      socket.on('error', () => undefined); // Who only probes doesn't wait for the greeting.
      socket.resume(); // A pipe that isn't read has no end.
      socket.end('hello');
    };
    const listener = await listenAt(at, { connection });
    open.push(listener);
    return listener;
  }

  const running = `"lab" is already running, pid ${String(process.pid)} (pipe `;

  test('answers, with its pid beside the lock file, and leaves that file behind', async () => {
    const listener = await listen();
    expect(await text(createConnection(endpoint.path))).toBe('hello');
    expect(readFileSync(`${endpoint.lockPath}.pid`, 'utf8')).toBe(`${String(process.pid)}\n`);
    await listener.release();
    await listener.release();
    expect(readdirSync(folder)).toEqual(['lab.lock']);
    await listen();
    expect(await text(createConnection(endpoint.path))).toBe('hello');
  });

  test('keeps a second one from starting, by its name and by its path in any case', async () => {
    await listen();
    await expect(listen()).rejects.toThrow(running);
    for (const path of [endpoint.path, endpoint.path.toUpperCase().replace('PIPE', 'pipe')])
      await expect(listen(resolveForListening(path))).rejects.toThrow(/already running, pid/);
  });

  test('that is closed takes no more connections but keeps the endpoint until it is released', async () => {
    const listener = await listen();
    const connected = createConnection(endpoint.path);
    await once(connected, 'data');
    await listener.close();
    await expect(once(createConnection(endpoint.path), 'connect')).rejects.toThrow(/^connect /);
    await expect(listen()).rejects.toThrow(running);
    await listener.release();
    await listen();
    connected.destroy();
  });

  test('does not start where a stranger without its lock answers', async () => {
    const stranger = createServer((socket) => socket.end()).listen(endpoint.path);
    await once(stranger, 'listening');
    await expect(listen()).rejects.toMatchObject({ code: 'BUSY', details: { path: endpoint.path } });
    stranger.close();
    await once(stranger, 'close');
    await listen();
  });

  test('that was killed leaves nothing that keeps the next from starting, though a child of it lives', async () => {
    const daemon = await ListenerChild.start();
    expect(await daemon.tell('listen lab')).toEqual({ won: true });
    expect(await daemon.tell('spawn')).toEqual({ spawned: true });
    await daemon.kill();
    expect(existsSync(`${endpoint.lockPath}.pid`)).toBe(true);
    await listen();
    expect(readFileSync(`${endpoint.lockPath}.pid`, 'utf8')).toBe(`${String(process.pid)}\n`);
  });
});
