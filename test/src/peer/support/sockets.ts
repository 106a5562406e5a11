// Two ends of a real socket, in a directory that goes away.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_WINDOWS } from '../../../../src/os';

/** A connected pair: what the one writes, the other reads. */
export interface SocketPair {
  readonly connected: Socket;
  readonly accepted: Socket;
}

const opened: Socket[] = [];

/** Connects a pair; `closeSockets` ends it. */
export async function socketPair(): Promise<SocketPair> {
  const folder = mkdtempSync(join(tmpdir(), 'samebox-test-'));
  const server = createServer();
  try {
    const pipe = join('\\\\.\\pipe', folder);
    const path = IS_WINDOWS ? pipe : join(folder, 's');
    server.listen(path);
    await once(server, 'listening');
    const connected = connect(path);
    const [accepted] = (await once(server, 'connection')) as [Socket];
    if (connected.connecting) await once(connected, 'connect');
    opened.push(connected, accepted);
    return { connected, accepted };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends all pairs: call it after each test. */
export function closeSockets(): void {
  for (const socket of opened.splice(0)) socket.destroy();
}

/** Turns of the event loop until `condition` holds. No time is waited for. */
export async function until(condition: () => boolean, turns = 200_000): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`it did not come to this: ${condition.toString()}`);
}

/** So many turns of the event loop: enough for what is on its way to arrive. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
