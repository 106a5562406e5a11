// An SCPI power meter in a booted system, on one end of a pseudo-terminal: a serial line as a service sees it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BootedSystem } from './booted-system';

const METER = ['-r', 'ts-node/register/transpile-only', 'test/e2e/support/scpi-meter.ts'];
const ENVIRONMENT = {
  TS_NODE_PROJECT: 'tsconfig.json',
  TS_NODE_COMPILER_OPTIONS: '{"rootDir":"/opt/samebox"}',
  DISABLE_V8_COMPILE_CACHE: '1',
};

export class InsideMeter {
  private constructor(private readonly child: ChildProcess) {}

  /** @param link what leads to its line, as udev would make it. The line's group is that of serial lines. */
  static async start(system: BootedSystem, link: string): Promise<InsideMeter> {
    const child = system.spawn(['/opt/node/bin/node', ...METER], {
      directory: '/opt/samebox',
      env: ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit').then(([code]) => {
      throw new Error(`the meter ended with ${String(code)}`);
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const [line] = (await Promise.race([once(lines, 'line'), gone])) as [string];
    gone.catch(() => undefined);
    const { path } = JSON.parse(line) as { path: string };
    await system.output(['chgrp', 'dialout', path]);
    await system.output(['chmod', '660', path]);
    await system.output(['ln', '--symbolic', path, link]);
    return new InsideMeter(child);
  }

  /** It ends when it has nothing to read any more. */
  async end(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.stdin?.end();
    await gone;
  }
}
