// An SCPI power meter in a booted system, on one end of a pseudo-terminal: a serial line as a service sees it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BootedSystem } from './booted-system';

const METER = [
  '/opt/node/bin/node',
  '-r',
  'ts-node/register/transpile-only',
  'test/e2e/support/scpi-meter-child.ts',
];

export class InsideMeter {
  private constructor(private readonly child: ChildProcess) {}

  /** @param link what leads to it, as udev would make it; its group is that of serial lines. */
  static async start(system: BootedSystem, link: string): Promise<InsideMeter> {
    const child = system.spawn(METER, {
      directory: '/opt/samebox',
      env: { TS_NODE_PROJECT: '/opt/samebox/tsconfig.json', DISABLE_V8_COMPILE_CACHE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout as NodeJS.ReadableStream);
    const [line] = (await once(lines, 'line')) as [string];
    const { path } = JSON.parse(line) as { path: string };
    await system.output(['chgrp', 'dialout', path]);
    await system.output(['chmod', '660', path]);
    await system.output(['ln', '-sf', path, link]);
    return new InsideMeter(child);
  }

  /** It ends when it has nothing to read any more. */
  async end(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.stdin?.end();
    await gone;
  }
}
