// `samebox repl`: JavaScript with the daemon's targets at hand.
import type { Command } from 'commander';
import { connectTo, runCommand } from '../command-context';
import type { GlobalOptions } from '../globals';
import type { Define } from '../program';
import type * as Repl from '../repl/start-repl';

export const defineRepl: Define = (program, terminal) => {
  program
    .command('repl')
    .summary('JavaScript with the targets at hand')
    .description(
      'Opens a JavaScript prompt: `lab` is the client, every target has its name. Promises are awaited by themselves;\n' +
        'Tab completes targets and their members; Ctrl-C cancels a running call.',
    )
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { signal } = new AbortController();
      // The prompt hears Ctrl-C itself.
      return runCommand(
        terminal,
        options,
        async () => {
          const client = await connectTo(options, 'repl', signal);
          // eslint-disable-next-line @typescript-eslint/no-require-imports -- no other command needs a prompt
          const { runRepl } = require('../repl/start-repl') as typeof Repl;
          try {
            await runRepl(client, terminal, options);
          } finally {
            await client.close();
          }
        },
        false,
      );
    });
};
