// Runs a proof of scripts/ in its short form and reads its verdict.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const running = new Set<ChildProcess>();

/** What a proof gives: exit code 0 and nothing broken if every promise was kept. */
export interface Ended<V> {
  readonly code: number | null;
  readonly verdict: V;
}

/** Runs `script`, a path within scripts/, with `--short --json` and these options. */
export async function prove<V>(script: string, ...options: string[]): Promise<Ended<V>> {
  const path = join(__dirname, '../../../scripts', script);
  const child = spawn(process.execPath, [path, '--short', '--json', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  running.delete(child);
  if (!output.startsWith('{')) throw new Error(`${script} gave no verdict: ${errors}`);
  return { code, verdict: JSON.parse(output) as V };
}

/** Ends what a test left running; it ends what it has started. */
export function endProofs(): void {
  for (const child of running) child.kill();
}
