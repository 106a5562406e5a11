// A client of the demo box in a process of its own, to be killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { World } from './run-samebox';

const CLIENT = join(__dirname, '../../../dist/client/index.js');

/** Starts a process that connects as `lab` and runs `body`; resolves when it has run it. It stays until it is killed. */
export async function startClient(world: World, options: object, body: string): Promise<ChildProcess> {
  const script = `
    const { connect } = require(${JSON.stringify(CLIENT)});
    connect('demo', ${JSON.stringify(options)}).then(async (lab) => {
      ${body}
      console.log('done');
    });`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, SAMEBOX_RUNTIME_DIR: world.folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the client ended by itself'))),
  ]);
  return child;
}

/** Ends a process without a word, as `kill -9` does. */
export async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
