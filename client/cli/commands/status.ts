// `samebox status`: everything about the daemon at this moment.
import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonStatus, LimitStatus } from '../../../src/status';
import { callOptions, runConnected, usage, type Connected } from '../command-context';
import { jsonText } from '../json-form';
import { limitsPage } from '../limits-page';
import type { Define } from '../program';
import { liveScreen } from '../live-screen';
import { statusPage } from '../status-page';

const EVERY_MS = 1000;

interface StatusOptions {
  readonly watch?: boolean;
  readonly limits?: boolean;
}

/** What is asked for, as it came and as people read it. */
interface Answer {
  readonly value: unknown;
  readonly page: () => string[];
}

export const defineStatus: Define = (program, terminal) => {
  program
    .command('status')
    .summary('who is connected, what runs, counters, memory')
    .description('Tells everything about the daemon at this moment.')
    .option('-w, --watch', 'show it again every second, until Ctrl-C')
    .option('-l, --limits', 'every limit instead, how much of it is in use, and by whom')
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'status', async (context) => {
        const { watch = false, limits = false } = command.opts<StatusOptions>();
        const ask = limits ? askLimits : askStatus;
        if (watch && terminal.out.isTerminal && !context.options.json) return follow(context, ask);
        do {
          const { value, page } = await ask(context);
          terminal.out.line(context.options.json ? jsonText(value) : page());
          if (watch && !context.options.json && !terminal.out.isTerminal)
            throw usage('--watch needs a terminal, or --json');
          if (watch) await pause(context);
        } while (watch && !context.signal.aborted);
      }),
    );
};

async function follow(context: Connected, ask: (context: Connected) => Promise<Answer>): Promise<void> {
  const { signal } = context;
  const screen = liveScreen(context.terminal.out);
  try {
    while (!signal.aborted) {
      screen.draw((await ask(context)).page());
      await pause(context);
    }
  } finally {
    screen.close();
  }
}

async function askStatus(context: Connected): Promise<Answer> {
  const { paint, width } = context.terminal.out;
  const value = (await context.client.call('$daemon', 'status', [], callOptions(context))) as DaemonStatus;
  return { value, page: () => statusPage(value, { paint, width, now: Date.now() }) };
}

async function askLimits(context: Connected): Promise<Answer> {
  const { paint, width } = context.terminal.out;
  const value = (await context.client.call('$daemon', 'limits', [], callOptions(context))) as LimitStatus[];
  return { value, page: () => limitsPage(value, { paint, width }) };
}

async function pause({ signal }: Connected): Promise<void> {
  await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
}
