// Programs that sections start and end: `samebox serve` as a user has it, an empty Node, scripts of this benchmark.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { listening } from '../harness/start-up.mjs';

/** The command line program. */
export const PROGRAM = fileURLToPath(new URL('../../../dist/bin/samebox.js', import.meta.url));

/** The row that others are compared with. */
export const NODE = { name: 'node', title: 'node -e 0', kind: 'floor' };

/** The row of `samebox serve`. */
export const SERVE = { name: 'serve', title: 'samebox serve, with a cached config', kind: 'samebox' };

const CONFIG = `import { defineBox } from 'samebox/daemon';

class Bench {
  /** Does nothing. */
  noop(): void {}
}

export default defineBox({ name: 'bench', targets: { bench: () => new Bench() } });
`;

/** A file of scripts/bench. */
export const script = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** `samebox serve` with a TypeScript config that an earlier start has put into the cache. Gives what starts it. */
export async function serving(children) {
  const config = join(children.folder, 'samebox.config.ts');
  writeFileSync(config, CONFIG);
  const start = () => children.spawn(execPath, [PROGRAM, 'serve', config, '--quiet']);
  const { process } = await listening(start, children.folder);
  await ended(process);
  return start;
}

/** Ends a process. */
export async function ended(process) {
  process.kill('SIGTERM');
  if ((process.exitCode ?? process.signalCode) === null) await once(process, 'exit');
}
