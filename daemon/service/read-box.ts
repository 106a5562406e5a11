// What a config says of its box, asked in a process of its own: a config is a program.
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SameboxError } from '../../src/errors';
import type { BoxAnswer, BoxFacts } from './read-box-main';

const ROOT = 0;

/**
 * Reads a config. It is a program, and root doesn't run what others have written: then it is read as the user whose it is.
 * @throws SameboxError as `loadConfig`.
 */
export async function readBox(config: string): Promise<BoxFacts> {
  const { uid, gid } = statSync(config);
  const asOwner = process.geteuid?.() === ROOT && uid !== ROOT;
  const child = fork(join(__dirname, 'read-box-main.js'), [config], {
    // What the config prints is not asked for.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...(asOwner && { HOME: '/', XDG_CACHE_HOME: '' }) },
    execArgv: [],
    serialization: 'advanced', // A drainTimeout may be Infinity.
    ...(asOwner && { uid, gid, cwd: '/' }),
  });
  const answer = await new Promise<BoxAnswer>((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('message', (message) => resolve(message as BoxAnswer));
    child.once('error', (error) => reject(unreadable(config, messageOf(error))));
    child.once('close', (code, signal) => {
      const why = said.trim() || `exit code ${code ?? 'none'}, signal ${signal ?? 'none'}`;
      reject(unreadable(config, why));
    });
  });
  if ('box' in answer) return answer.box;
  const { code, message, details } = answer.error;
  throw new SameboxError(code, message, { ran: 'no', details });
}

function unreadable(config: string, why: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', `${config} could not be read by the user whose it is: ${why}`, {
    ran: 'no',
  });
}
