// A socket that systemd hands over: which one is taken, and which one is refused with a reason.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { takeListenVariables } from '../../../daemon/listen/inherited.linux';
import { OS } from '../../../src/os';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';

const linux = OS === 'linux' ? describe : describe.skip;

test('variables that name another process, or no sockets, hand nothing over; all are taken away', () => {
  const taken = (env: NodeJS.ProcessEnv): [number, NodeJS.ProcessEnv] => [takeListenVariables(env, 7), env];
  expect(taken({ LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'x' })).toEqual([1, {}]);
  expect(taken({ LISTEN_PID: '8', LISTEN_FDS: '1', HOME: '/' })).toEqual([0, { HOME: '/' }]);
  expect(taken({ LISTEN_PID: '7', LISTEN_FDS: '-1' })).toEqual([0, {}]);
  expect(taken({ LISTEN_FDS: '1' })).toEqual([0, {}]);
  expect(taken({})).toEqual([0, {}]);
});

linux('descriptor 3', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-fd-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a process says of what it was handed: `sh` knows its own pid before it becomes Node. */
  async function told(fds: (number | 'ignore')[], count: number): Promise<string> {
    const command = `LISTEN_PID=$$ LISTEN_FDS=${count} exec "$0" "$@"`;
    const program = [process.execPath, ...TYPESCRIPT, join(__dirname, 'inherited-process.ts')];
    const child = spawn('sh', ['-c', command, ...program], {
      stdio: ['ignore', 'pipe', 'inherit', ...fds],
      env: typescriptEnv(),
    });
    let text = '';
    (child.stdout as Readable).on('data', (piece: Buffer) => (text += piece.toString()));
    await once(child, 'close');
    return text;
  }

  function descriptorOf(server: Server): number {
    return (server as unknown as { _handle: { fd: number } })._handle.fd;
  }

  test('a Unix socket that listens is taken, with its path', async () => {
    const path = join(folder, 'lab.sock');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    expect(JSON.parse(await told([descriptorOf(server)], 1))).toMatchObject({ fd: 3, path });
    server.close();
  });

  test('several, a TCP socket and a file are refused with a reason', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await told([descriptorOf(server)], 1)).toMatch(/descriptor 3 is not a Unix domain socket/);
    server.close();
    const file = openSync(join(folder, 'file'), 'w');
    expect(await told([file], 1)).toMatch(/descriptor 3 is no socket/);
    expect(await told([file, file], 2)).toMatch(/there are 2 of them/);
    closeSync(file);
  });
});
