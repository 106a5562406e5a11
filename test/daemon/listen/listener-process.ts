// A process that listens and releases on command: `listen PATH`, `release`, `spawn`. Forked by the tests of this folder.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { listenAt, type Listener } from '../../../daemon/listen';
import { resolveForListening } from '../../../src/endpoint';
import { SameboxError } from '../../../src/errors';

/** What it answers to a command. */
export type Answer =
  | { won: true }
  | { released: true }
  | { spawned: true }
  | { code: string; message: string; details: unknown };

let listener: Listener | undefined;

function greet(socket: Socket): void {
  socket.on('error', () => undefined); // Who only probes doesn't wait for the greeting.
  socket.resume(); // A pipe that isn't read has no end.
  socket.end(String(process.pid));
}

async function obey(command: string): Promise<Answer> {
  if (command === 'release') {
    await listener?.release();
    return { released: true };
  }
  if (command === 'spawn') {
    // Lives until this process's end closes its stdin, and a moment longer.
    spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    return { spawned: true };
  }
  const endpoint = resolveForListening(command.slice('listen '.length));
  listener = await listenAt(endpoint, { connection: greet });
  return { won: true };
}

process.on('message', (command) => {
  obey(String(command)).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      const { code, message, details } = SameboxError.from(error);
      process.send?.({ code, message, details });
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
