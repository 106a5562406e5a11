// `samebox status`: everything about the daemon at this moment.
import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonStatus } from '../../../src/status';
import { callOptions, runConnected, usage, type Connected } from '../command-context';
import { jsonText } from '../json-form';
import type { Define } from '../program';
import { liveScreen } from '../live-screen';
import { statusPage } from '../status-page';

const EVERY_MS = 1000;

export const defineStatus: Define = (program, terminal) => {
  program
    .command('status')
    .summary('who is connected, what runs, counters, memory')
    .description('Tells everything about the daemon at this moment.')
    .option('-w, --watch', 'show it again every second, until Ctrl-C')
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'status', async (context) => {
        const { watch = false } = command.opts<{ watch?: boolean }>();
        if (watch && terminal.out.isTerminal && !context.options.json) return follow(context);
        do {
          const status = await ask(context);
          terminal.out.line(context.options.json ? jsonText(status) : page(context, status));
          if (watch && !context.options.json && !terminal.out.isTerminal)
            throw usage('--watch needs a terminal, or --json');
          if (watch) await pause(context);
        } while (watch && !context.signal.aborted);
      }),
    );
};

async function follow(context: Connected): Promise<void> {
  const { signal } = context;
  const screen = liveScreen(context.terminal.out);
  try {
    while (!signal.aborted) {
      screen.draw(page(context, await ask(context)));
      await pause(context);
    }
  } finally {
    screen.close();
  }
}

async function ask(context: Connected): Promise<DaemonStatus> {
  return (await context.client.call('$daemon', 'status', [], callOptions(context))) as DaemonStatus;
}

async function pause({ signal }: Connected): Promise<void> {
  await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
}

function page({ terminal: { out } }: Connected, status: DaemonStatus): string[] {
  return statusPage(status, { paint: out.paint, width: out.width, now: Date.now() });
}
