// `samebox serve` as systemd starts it: a socket that listens already, and somebody who wants to hear how it is.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../client';
import { OS } from '../../../src/os';
import { PROGRAM, Running, World } from '../../client/cli/run-samebox';
import { listenWithoutAccepting, receiveDatagrams, type DatagramReceiver } from '../../support/unix-sockets';

const linux = OS === 'linux' ? test : test.skip;

const world = new World();
afterAll(() => world.close());

function config(answer: string): string {
  return `
import { defineBox } from 'samebox/daemon';
class Meter { read(): string { return '${answer}'; } }
export default defineBox({ name: 'lab', targets: { pm: () => new Meter() } });
`;
}

function startSupervised(fd: number, notify: string): Running {
  const command = 'LISTEN_PID=$$ LISTEN_FDS=1 WATCHDOG_PID=$$ exec "$0" "$@"';
  const child = spawn('sh', ['-c', command, process.execPath, PROGRAM, 'serve'], {
    cwd: world.folder,
    stdio: ['ignore', 'pipe', 'pipe', fd],
    env: {
      ...process.env,
      NOTIFY_SOCKET: notify,
      WATCHDOG_USEC: '400000',
      SAMEBOX_RUNTIME_DIR: world.folder,
    },
  });
  return new Running(child);
}

/** The next message that matches; beats of the watchdog come between. */
async function heard(receiver: DatagramReceiver, pattern: RegExp): Promise<string> {
  for (;;) {
    const message = await receiver.next();
    if (pattern.test(message)) return message;
  }
}

linux(
  'a daemon takes the socket over, tells how it is, reads its config again, and leaves the socket',
  async () => {
    const path = join(world.folder, 'lab.sock');
    const file = join(world.folder, 'samebox.config.ts');
    writeFileSync(file, config('old'));
    const socket = listenWithoutAccepting(path);
    const receiver = receiveDatagrams(join(world.folder, 'notify'));
    // It waits in the kernel for somebody to accept it.
    process.env['SAMEBOX_RUNTIME_DIR'] = world.folder;
    const early = connect('lab', { timeout: 20_000 });
    const daemon = startSupervised(socket.fd, join(world.folder, 'notify'));

    expect(await heard(receiver, /READY/)).toMatch(/^READY=1\nSTATUS=/);
    await heard(receiver, /WATCHDOG=1/);

    const client = await early;
    expect(client.daemon.pid).toBe(daemon.child.pid);
    expect(await client.call('pm', 'read')).toBe('old');
    await heard(receiver, /STATUS=1 target ready; 1 client$/);

    writeFileSync(file, config('new'));
    daemon.kill('SIGHUP');
    expect(await heard(receiver, /RELOADING/)).toMatch(/^RELOADING=1\nMONOTONIC_USEC=\d+\n/);
    await heard(receiver, /READY=1\nSTATUS=1 target ready/);
    expect(await client.call('pm', 'read')).toBe('new');
    expect([client.state, client.session]).toEqual(['connected', 1]);

    writeFileSync(file, 'export default {');
    daemon.kill('SIGHUP');
    expect(await heard(receiver, /READY=1\nSTATUS=The config/)).toMatch(
      /could not be read again: .*samebox\.config\.ts:1/,
    );
    expect(await client.call('pm', 'read')).toBe('new');

    // Whoever has it read again, systemd hears of it.
    writeFileSync(file, config('newest'));
    await client.call('$daemon', 'reload');
    await heard(receiver, /RELOADING/);
    await heard(receiver, /READY=1\nSTATUS=1 target ready/);
    expect(await client.call('pm', 'read')).toBe('newest');

    daemon.kill('SIGTERM');
    expect(await heard(receiver, /STOPPING/)).toMatch(/^STOPPING=1\nSTATUS=Ending/);
    expect(await daemon.ended).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(true);
    await client.close();
    receiver.close();
    socket.close();
  },
);
