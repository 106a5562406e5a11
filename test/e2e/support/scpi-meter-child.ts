// Starts the SCPI power meter as a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { TYPESCRIPT, typescriptEnv } from '../../src/native/run-typescript';

/** A running power meter. */
export interface MeterProcess {
  /** The serial port under which it is found. */
  readonly path: string;
  /** Pulls its plug: the port vanishes. */
  unplug(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts `scpi-meter.ts` with its arguments, and waits until its port can be opened. */
export async function startMeter(...args: string[]): Promise<MeterProcess> {
  const child = spawn(process.execPath, [...TYPESCRIPT, join(__dirname, 'scpi-meter.ts'), ...args], {
    env: typescriptEnv(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const { path } = JSON.parse(await nextLine(child, lines)) as { path: string };
  return {
    path,
    unplug: async () => {
      child.stdin.write('unplug\n');
      await nextLine(child, lines);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

async function nextLine(child: ChildProcess, lines: Interface): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the meter ended with ${String(code)}`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}
