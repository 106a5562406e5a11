// Programs of this machine, run one after another.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the program `name` is, if it is in the PATH. */
export function find(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // In the next one, perhaps.
    }
  }
  return undefined;
}

/** Runs a program to its end. @throws Error with what it printed, if it fails. */
export function run(command, args, options = {}) {
  console.log(`> ${[command, ...args].join(' ')}`);
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  if (error) throw error;
  if (status === 0) return stdout;
  const said = [stdout, stderr].filter(Boolean).join('\n');
  throw new Error(`${command} failed (${signal ?? `exit code ${status}`}):\n${said}`);
}
