// How long a process takes from its start until it listens, or until it has ended.
import { once } from 'node:events';
import { readdirSync, rmSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Milliseconds until a process has ended by itself. @param {() => import('node:child_process').ChildProcess} begin */
export async function exited(begin) {
  const start = performance.now();
  const process = begin();
  const [code] = await once(process, 'exit');
  if (code !== 0) throw new Error(`${process.spawnargs.join(' ')} ended: ${code}`);
  return performance.now() - start;
}

/**
 * Starts a process, and waits until a socket in `folder` takes connections.
 * @returns {Promise<{ process: import('node:child_process').ChildProcess, time: number }>} milliseconds.
 */
export async function listening(begin, folder) {
  // Who is ended the moment it listens leaves its socket behind.
  for (const file of readdirSync(folder).filter(isSocket)) rmSync(join(folder, file));
  const appeared = watch(folder);
  try {
    const start = performance.now();
    const process = begin();
    const ended = once(process, 'exit').then(([code]) => {
      throw new Error(`${process.spawnargs.join(' ')} ended: ${code}`);
    });
    await Promise.race([ended, firstToAnswer(appeared, folder)]);
    ended.catch(() => undefined);
    return { process, time: performance.now() - start };
  } finally {
    appeared.close();
  }
}

const isSocket = (file) => file.endsWith('.sock');

/** A socket's file is there a moment before it listens. */
function firstToAnswer(appeared, folder) {
  return new Promise((resolve) => {
    const trying = new Set();
    appeared.on('change', (_, file) => {
      if (trying.has(file) || !isSocket(file)) return;
      trying.add(file);
      attempt(join(folder, file), resolve);
    });
  });
}

function attempt(path, onAnswer) {
  const socket = connect(path, () => {
    socket.destroy();
    onAnswer();
  });
  socket.on('error', () => setImmediate(attempt, path, onAnswer));
}
