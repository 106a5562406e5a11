// The soak of scripts/soak in its short form: large payloads while clients are killed and calls are given up.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { OS } from '../../src/os';

const linux = OS === 'linux' ? describe : describe.skip; // The soak counts what /proc shows.

interface Verdict {
  readonly summary: { readonly payloads: number; readonly kills: number; readonly ways: readonly string[] };
  readonly broken: readonly unknown[];
}

let child: ChildProcess | undefined;

linux('a short soak of large payloads', () => {
  afterEach(() => child?.kill()); // It ends what it has started.

  test.each([
    ['auto', 'memfd', 1500],
    ['file', 'file', 600],
    ['never', 'inline', 600],
  ])(
    'clients are killed and calls given up at any moment (handoff %s): no content is wrong, and nothing is left behind',
    async (handoff, way, payloads) => {
      const { code, verdict } = await soak(
        '--handoff',
        handoff,
        '--payloads',
        `${payloads}`,
        '--kill-every',
        '200',
      );
      expect(verdict.broken).toEqual([]);
      expect(code).toBe(0);
      expect(verdict.summary.payloads).toBeGreaterThanOrEqual(payloads);
      expect(verdict.summary.kills).toBeGreaterThan(0);
      expect(verdict.summary.ways).toEqual([way]);
    },
    60_000,
  );
});

async function soak(...options: string[]): Promise<{ code: number | null; verdict: Verdict }> {
  const script = join(__dirname, '../../scripts/soak/payloads.mjs');
  const started = spawn(process.execPath, [script, '--short', '--json', '--seed', '1', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const exited = once(started, 'exit') as Promise<[number | null]>;
  const [output, errors, [code]] = await Promise.all([text(started.stdout), text(started.stderr), exited]);
  if (!output.startsWith('{')) throw new Error(`the soak gave no verdict: ${errors}`);
  return { code, verdict: JSON.parse(output) as Verdict };
}
