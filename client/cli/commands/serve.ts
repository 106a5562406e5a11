// `samebox serve`: the daemon process itself.
import { Option, type Command } from 'commander';
import { SameboxError } from '../../../src/errors';
import { exitCodeOf } from '../exit-codes';
import type { GlobalOptions } from '../globals';
import type { Define } from '../program';
import { outliveReaders } from '../terminal';
import { errorLines } from '../report-error';
import { LOG_LEVELS, type LogLevel } from '../../../src/log-level';
import type { ServeRequest } from '../../../src/serve-request';

interface ServeOptions extends GlobalOptions {
  readonly demo?: boolean;
  readonly service?: string;
  readonly logLevel?: LogLevel;
  readonly logFormat?: 'pretty' | 'json';
}

const MORE = `
Without a config it is samebox.config.ts (.mts, .cts, .js, .mjs, .cjs) in this folder.
The first Ctrl-C or SIGTERM ends the daemon in order: running calls get their time. The second ends it at once.
A closed terminal (SIGHUP) does not end it, but with --demo it does.`;

export const defineServe: Define = (program, terminal, parts) => {
  program
    .command('serve')
    .summary('run a daemon: own the instruments of a config')
    .description('Runs a daemon in this process: it opens the targets of a config and answers calls to them.')
    .argument('[config]', 'a config, or the folder of a samebox.config.ts', '.')
    .option('--demo', 'serve simulated instruments: pm, stage, cam')
    .addOption(new Option('--log-level <level>', 'how much to log').choices(LOG_LEVELS))
    .addOption(
      new Option('--log-format <format>', 'default: pretty on a terminal, else json').choices([
        'pretty',
        'json',
      ]),
    )
    .addOption(
      new Option(
        '--service <folder>',
        'run as the Windows service that `samebox service install` made',
      ).hideHelp(),
    )
    .addHelpText('after', MORE)
    .action(async (config: string, _: unknown, command: Command) => {
      const { demo = false, service, ...options } = command.optsWithGlobals<ServeOptions>();
      const { out, err } = terminal;
      const endpoint = options.endpoint ?? (process.env['SAMEBOX_ENDPOINT'] || undefined);
      const level = options.logLevel ?? levelOf(options);
      const request: ServeRequest = {
        config,
        demo,
        ...(service !== undefined && { service }),
        ...(endpoint !== undefined && { endpoint }),
        ...(level !== undefined && { logLevel: level }),
        logFormat: options.logFormat ?? (out.isTerminal || demo ? 'pretty' : 'json'),
        banner: (out.isTerminal || demo) && options.logFormat !== 'json' && options.quiet === 0,
        coloured: out.coloured,
        paint: out.paint,
        width: out.width,
        write: (text) => out.write(text),
      };
      outliveReaders();
      try {
        leave(await parts.serve()(request));
      } catch (error) {
        const { json, verbose } = options;
        const hint = hintFor(error);
        err.line(errorLines(error, { paint: err.paint, verbose: verbose > 0, json, ...(hint && { hint }) }));
        leave(exitCodeOf(error));
      }
    });
};

/** Ends the process, whatever a target left running, when what was written has left. */
function leave(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.exit(code));
}

/** `BUSY` means here that another daemon is there. */
function hintFor(error: unknown): string | undefined {
  const { pid } = SameboxError.is(error) && error.code === 'BUSY' ? error.details : {};
  return pid === undefined ? undefined : 'Use it, end it (samebox stop), or serve elsewhere (-e NAME).';
}

/** `-v` and `-q` move the level up and down from `info`. */
function levelOf({ verbose, quiet }: GlobalOptions): LogLevel | undefined {
  if (verbose === 0 && quiet === 0) return undefined;
  const at = LOG_LEVELS.indexOf('info') - verbose + quiet;
  return LOG_LEVELS[Math.min(Math.max(at, 0), LOG_LEVELS.length - 1)];
}
