// `samebox stop`: ends the daemon in order and waits until it has ended.
import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { callOptions, runConnected } from '../command-context';
import { EXIT } from '../exit-codes';
import { jsonText } from '../json-form';
import type { Define } from '../program';

/** A process that goes on after its daemon ended (one within a larger program) is not waited for longer. */
const PROCESS_MS = 3000;
const LOOK_MS = 20;

export const defineStop: Define = (program, terminal) => {
  program
    .command('stop')
    .summary('end the daemon in order')
    .description(
      'Ends the daemon: running calls get --timeout milliseconds (default: as its config says, 10000), new ones are\n' +
        'refused. Returns when it has ended.',
    )
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'stop', async (context) => {
        const { client, options, signal } = context;
        const { name, pid } = client.daemon;
        const { out, err } = terminal;
        const changes = client.changes();
        signal.addEventListener('abort', () => void changes.return?.(), { once: true });
        const args = options.timeout === undefined ? [] : [options.timeout];
        const how = { ...callOptions(context), timeout: Infinity };
        const { running } = (await client.call('$daemon', 'stop', args, how)) as { running: number };
        const quiet = options.quiet > 0 || options.json;
        if (running > 0 && !quiet)
          err.line(`Waiting for ${running} running call${running === 1 ? '' : 's'}...`);
        for await (const { state } of changes) if (state !== 'connected') break;
        if (signal.aborted) return EXIT.interrupted;
        await client.close();
        await gone(pid);
        if (options.json) out.line(jsonText({ stopped: name, pid, running }));
        else if (!quiet) out.line(`${name} (pid ${pid}) has ended.`);
        return EXIT.ok;
      }),
    );
};

/** Resolves when there is no process `pid` any more, or it is none of ours. */
async function gone(pid: number): Promise<void> {
  const until = performance.now() + PROCESS_MS;
  while (exists(pid) && performance.now() < until) await delay(LOOK_MS);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
