// The program `samebox`: its commands, of which only the one that is used is loaded.
import { Command, CommanderError } from 'commander';
import { VERSION } from '../../src/version';
import type * as Candidates from './completion/candidates';
import { EXIT } from './exit-codes';
import { addGlobalOptions, WITH_VALUE } from './globals';
import { TOPICS } from './help-topics';
import type { Examine } from '../../src/doctor-request';
import type { Serve } from '../../src/serve-request';
import type { ManageService } from '../../src/service-request';
import { openTerminal, type Terminal } from './terminal';

/** What the composition root gives: the daemon's side, loaded when it is used. */
export interface ProgramParts {
  readonly serve: () => Serve;
  readonly service: () => ManageService;
  readonly doctor: () => Examine;
}

/** Adds one command to the program. */
export type Define = (program: Command, terminal: Terminal, parts: ProgramParts) => void;

/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports -- a command loads what it needs, and nothing else */
const COMMANDS: Readonly<Record<string, () => Define>> = {
  serve: () => (require('./commands/serve') as typeof import('./commands/serve')).defineServe,
  list: () => (require('./commands/list') as typeof import('./commands/list')).defineList,
  methods: () => (require('./commands/methods') as typeof import('./commands/methods')).defineMethods,
  call: () => (require('./commands/call') as typeof import('./commands/call')).defineCall,
  get: () => (require('./commands/get') as typeof import('./commands/get')).defineGet,
  set: () => (require('./commands/set') as typeof import('./commands/set')).defineSet,
  watch: () => (require('./commands/watch') as typeof import('./commands/watch')).defineWatch,
  calls: () => (require('./commands/calls') as typeof import('./commands/calls')).defineCalls,
  repl: () => (require('./commands/repl') as typeof import('./commands/repl')).defineRepl,
  status: () => (require('./commands/status') as typeof import('./commands/status')).defineStatus,
  wake: () => (require('./commands/wake') as typeof import('./commands/wake')).defineWake,
  leases: () => (require('./commands/leases') as typeof import('./commands/leases')).defineLeases,
  release: () => (require('./commands/release') as typeof import('./commands/release')).defineRelease,
  logs: () => (require('./commands/logs') as typeof import('./commands/logs')).defineLogs,
  doctor: () => (require('./commands/doctor') as typeof import('./commands/doctor')).defineDoctor,
  bench: () => (require('./commands/bench') as typeof import('./commands/bench')).defineBench,
  stop: () => (require('./commands/stop') as typeof import('./commands/stop')).defineStop,
  service: () => (require('./commands/service') as typeof import('./commands/service')).defineService,
  reload: () => (require('./commands/reload') as typeof import('./commands/reload')).defineReload,
  completion: () =>
    (require('./commands/completion') as typeof import('./commands/completion')).defineCompletion,
};
/* eslint-enable */

const EXAMPLES = `
Examples:
  samebox serve samebox.config.ts     own the instruments of a config
  samebox call pm readVoltage 20      call a method; samples=20 names its argument
  samebox watch pm readings --plot    follow a stream as a plot
  samebox service install             have a box run at every boot
  samebox doctor                      what is wrong here, and what to do about it
  samebox help values                 how arguments are read, and values written as JSON
  samebox help exit-codes             what the exit codes mean`;

/** Runs the program. Resolves when the command has ended; the exit code is set then. */
export async function runProgram(argv: readonly string[], parts: ProgramParts): Promise<void> {
  const words = argv.slice(2);
  const terminal = openTerminal();
  if (words[0] === '__complete') return complete(words.slice(1), terminal, parts);
  const topic = words[0] === 'help' ? TOPICS[words[1] ?? ''] : undefined;
  if (topic !== undefined) return terminal.out.line(topic());
  const program = buildProgram(terminal, parts, commandAmong(words));
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** The program with all commands, or with the one that is used. */
export function buildProgram(terminal: Terminal, parts: ProgramParts, only?: string): Command {
  const program = new Command('samebox')
    .description('Calls instruments that a daemon on this machine owns.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(samebox --help tells more)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, terminal.err.paint.red('error:'))),
    })
    .addHelpText('after', EXAMPLES);
  addGlobalOptions(program);
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (only === undefined || name === only) load()(program, terminal, parts);
  }
  return program;
}

/** The first word that is neither an option nor its value, if it is a command. */
function commandAmong(words: readonly string[]): string | undefined {
  const first = words.find((word, at) => !word.startsWith('-') && !WITH_VALUE.has(words[at - 1] ?? ''));
  return first !== undefined && Object.hasOwn(COMMANDS, first) ? first : undefined;
}

async function complete(words: readonly string[], terminal: Terminal, parts: ProgramParts): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only completion needs it
  const { printCandidates } = require('./completion/candidates') as typeof Candidates;
  await printCandidates(words, buildProgram(terminal, parts), terminal);
}
