import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createConnection, createServer, Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenAt, type Listener } from '../../../daemon/listen';
import { resolveForListening, socketPathLimit, type Endpoint } from '../../../src/endpoint';
import { tryFlock } from '../../../src/native/flock.unix';
import { IS_WINDOWS, OS } from '../../../src/os';
import { ListenerChild } from './listener-child';

const posix = IS_WINDOWS ? describe.skip : describe;

posix('listening at a socket', () => {
  let folder: string;
  let endpoint: Endpoint;
  let open: Listener[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'samebox-listen-'));
    endpoint = resolveForListening(join(folder, 'lab.sock'));
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((listener) => listener.release()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function listen(at = endpoint): Promise<Listener> {
    const connection = (socket: Socket): void => {
      socket.on('error', () => undefined); // Who only probes doesn't wait for the greeting.
      socket.end('hello');
    };
    const listener = await listenAt(at, { connection });
    open.push(listener);
    return listener;
  }
  const refused = (code: string, message: RegExp): Error =>
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

  test('a daemon answers at its socket, with its pid in the lock file, and leaves nothing behind', async () => {
    const listener = await listen();
    const [greeting] = (await once(createConnection(endpoint.path), 'data')) as [Buffer];
    expect(greeting.toString()).toBe('hello');
    expect(readFileSync(endpoint.lockPath, 'utf8')).toBe(`${String(process.pid)}\n`);
    await listener.release();
    await listener.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the socket is closed to others from its first moment, whatever the mask of the process', async () => {
    const modes: number[] = [];
    const real = Server.prototype.listen as (...args: unknown[]) => Server;
    const spy = jest.spyOn(Server.prototype, 'listen').mockImplementation(function (
      this: Server,
      ...args: unknown[]
    ) {
      const server = Reflect.apply(real, this, args);
      modes.push(lstatSync(endpoint.path).mode & 0o777);
      return server;
    });
    const mask = process.umask(0);
    try {
      await listen();
    } finally {
      process.umask(mask);
      spy.mockRestore();
    }
    expect(modes).toEqual([0o700]);
    expect(lstatSync(endpoint.path).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(mask);
  });

  test('a second one in the same process is told that the first is running', async () => {
    await listen();
    await expect(listen()).rejects.toThrow(
      `"${endpoint.path}" is already running, pid ${String(process.pid)} (socket ${endpoint.path})`,
    );
  });

  test('a closed listener takes no more connections but keeps the endpoint until it is released', async () => {
    const listener = await listen();
    const connected = createConnection(endpoint.path);
    await once(connected, 'data');
    await listener.close();
    expect(existsSync(endpoint.path)).toBe(false);
    await expect(listen()).rejects.toThrow(refused('BUSY', /already running/));
    await listener.release();
    await listen();
    connected.destroy();
  });

  test('a stale socket is removed, and one that answers is left alone', async () => {
    const stranger = createServer((socket) => socket.end()).listen(`${endpoint.path}.made`);
    await once(stranger, 'listening');
    linkSync(`${endpoint.path}.made`, endpoint.path);
    await expect(listen()).rejects.toThrow(
      refused('BUSY', new RegExp(`is already running, pid ${String(process.pid)} `)),
    );
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    expect(existsSync(endpoint.lockPath)).toBe(false);
    stranger.close();
    await once(stranger, 'close');
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    await listen();
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'data')],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('elsewhere', path)],
  ])('%s at the socket’s path is an error, and stays', async (_, make) => {
    make(endpoint.path);
    const before = lstatSync(endpoint.path);
    await expect(listen()).rejects.toThrow(refused('INVALID_ARGUMENT', /is something at .*not a socket/));
    expect(lstatSync(endpoint.path).ino).toBe(before.ino);
    expect(existsSync(endpoint.lockPath)).toBe(false);
  });

  test('a lock file that is a link or a directory is refused, and stays', async () => {
    writeFileSync(join(folder, 'precious'), 'data');
    symlinkSync(join(folder, 'precious'), endpoint.lockPath);
    await expect(listen()).rejects.toThrow(refused('DENIED', /lock file .* is a link/));
    rmSync(endpoint.lockPath);
    mkdirSync(endpoint.lockPath);
    await expect(listen()).rejects.toThrow(refused('DENIED', /lock file .* is a directory/));
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('data');
  });

  test('whoever holds the lock without having written its pid is still running', async () => {
    const fd = openSync(endpoint.lockPath, 'w');
    expect(tryFlock(fd)).toBe('locked');
    await expect(listen()).rejects.toThrow(`"${endpoint.path}" is already running (socket ${endpoint.path})`);
    closeSync(fd);
    await listen();
  });

  test('a name that is served in another directory of its user is already running', async () => {
    const other = await listen(resolveForListening(join(folder, 'other.sock')));
    const named = { ...endpoint, label: 'lab', name: 'lab', elsewhere: [other.endpoint.path] };
    await expect(listen(named)).rejects.toThrow(
      `"lab" is already running, pid ${String(process.pid)} (socket ${other.endpoint.path})`,
    );
  });

  test('the longest path that is allowed really is there; one byte more is refused', async () => {
    const longest = join(folder, 'x'.repeat(socketPathLimit(OS) - folder.length - 1));
    await listen(resolveForListening(longest));
    expect(lstatSync(longest).isSocket()).toBe(true);
    expect(() => resolveForListening(`${longest}x`)).toThrow(
      refused('INVALID_ARGUMENT', /takes at most \d+/),
    );
  });

  test('a directory that vanished is an error that names the path', async () => {
    rmSync(folder, { recursive: true });
    await expect(listen()).rejects.toThrow(
      refused('INVALID_ARGUMENT', /There is no directory .*samebox-listen-/),
    );
  });

  test('a child of a killed daemon does not keep its lock', async () => {
    const daemon = await ListenerChild.start();
    expect(await daemon.tell(`listen ${endpoint.path}`)).toEqual({ won: true });
    expect(await daemon.tell('spawn')).toEqual({ spawned: true });
    await daemon.kill();
    await listen();
  });
});
