// What a config says of its box, asked in a process of its own, which has no rights if this one is root's.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { SameboxError } from '../../src/errors';
import type { BoxAnswer, BoxFacts } from './read-box-main';

const ROOT = 0;
/** `nobody`, on every system: who has no rights anywhere. */
const NOBODY = 65_534;

/**
 * Reads a config as the service will: a config is a program, and root doesn't run programs that others may have written.
 *
 * @param unprivileged whether the service will have no rights: then this process gives up root's for it.
 * @throws SameboxError as `loadConfig`.
 */
export async function readBox(config: string, unprivileged: boolean): Promise<BoxFacts> {
  const drop = unprivileged && process.geteuid?.() === ROOT;
  const child = fork(join(__dirname, 'read-box-main.js'), [config], {
    // What the config prints is not asked for.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...(drop && { HOME: '/', XDG_CACHE_HOME: '' }) },
    execArgv: [],
    serialization: 'advanced', // A drainTimeout may be Infinity.
    ...(drop && { uid: NOBODY, gid: NOBODY, cwd: '/' }),
  });
  const answer = await new Promise<BoxAnswer>((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('message', (message) => resolve(message as BoxAnswer));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const why = said.trim() || `exit code ${code ?? 'none'}, signal ${signal ?? 'none'}`;
      reject(new SameboxError('INVALID_ARGUMENT', `${config} could not be read: ${why}`, { ran: 'no' }));
    });
  });
  if ('box' in answer) return answer.box;
  const { code, message, details } = answer.error;
  throw new SameboxError(code, message, { ran: 'no', details });
}
