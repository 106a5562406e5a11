// What can stand at the end of a command line: the hidden command `__complete`. Quick, and silent about errors.
import type { Command } from 'commander';
import type { MemberDescription, TargetDescription, TargetSummary } from '../../../src/description';
import { runningDaemons } from '../../../src/endpoint';
import { connect } from '../../connect';
import type { Terminal } from '../terminal';
import { hasSubcommands, readWords, type CompletionWords } from './words';

/** A word, and what it is. */
export type Candidate = readonly [word: string, what?: string];

/** What the daemon is asked for, so that tests can do without one. */
export interface DaemonNames {
  targets(): Promise<readonly TargetSummary[]>;
  describe(target: string): Promise<TargetDescription>;
  endpoints(): Promise<readonly string[]>;
}

/** Nobody waits longer for a key. */
const PATIENCE_MS = 1000;

/** Prints what `words` (the last of them unfinished, perhaps empty) can go on with. */
export async function printCandidates(
  words: readonly string[],
  program: Command,
  terminal: Terminal,
): Promise<void> {
  const read = readWords(words, program);
  const found = await candidates(read, program, askDaemon(read.endpoint)).catch(() => []);
  for (const [word, what = ''] of found) terminal.out.line(`${word}\t${what.replace(/\s+/g, ' ')}`);
}

/** The candidates that begin with the unfinished word. */
export async function candidates(
  words: CompletionWords,
  program: Command,
  daemon: DaemonNames,
): Promise<Candidate[]> {
  const all = await everything(words, program, daemon);
  return all.filter(
    ([word]) => word.startsWith(words.current) && (!word.startsWith('$') || words.current !== ''),
  );
}

async function everything(
  { current, command, positionals, option, optionsEnded }: CompletionWords,
  program: Command,
  daemon: DaemonNames,
): Promise<Candidate[]> {
  if (option !== undefined) {
    if (option.long === '--endpoint')
      return (await daemon.endpoints()).map((name): Candidate => [name, 'a daemon']);
    return (option.argChoices ?? []).map((choice): Candidate => [choice]);
  }
  if (current.startsWith('-') && !optionsEnded) return optionsOf(command, program);
  if (command === undefined) return commandsOf(program);
  if (hasSubcommands(command)) return commandsOf(command);
  return positional(command.name(), positionals, program, daemon);
}

async function positional(
  command: string,
  before: readonly string[],
  program: Command,
  daemon: DaemonNames,
): Promise<Candidate[]> {
  const [target, member] = before;
  if (command === 'completion') return target === undefined ? [['bash'], ['zsh'], ['fish']] : [];
  const fits = FITS[command];
  if (fits === undefined) return [];
  if (target === undefined) {
    return (await daemon.targets()).map(({ name, state, summary }): Candidate => [name, summary ?? state]);
  }
  const { members } = await daemon.describe(target);
  const asCandidate = ({ name, documentation, signature }: MemberDescription): Candidate => [
    name,
    documentation?.split(/\n\n|(?<=\.)\s/)[0] ?? signature,
  ];
  if (member === undefined || (command === 'set' && before.length % 2 === 1)) {
    return members.filter(fits).map(asCandidate);
  }
  if (command !== 'call' && command !== 'watch') return [];
  const method = members.find(({ name }) => name === member);
  return (method?.parameters ?? []).map(({ name, type = '' }): Candidate => [`${name}=`, type]);
}

/** Which members a command takes. */
const FITS: Readonly<Record<string, (member: MemberDescription) => boolean>> = {
  call: ({ kind }) => kind !== 'property',
  get: ({ kind, readable }) => kind === 'property' && readable !== false,
  set: ({ settable }) => settable === true,
  watch: ({ kind }) => kind !== 'method',
  methods: () => true,
  release: () => false, // Nothing follows its target.
  wake: () => false,
};

function commandsOf(family: Command): Candidate[] {
  return [
    ...family.commands.map((one): Candidate => [one.name(), one.summary()]),
    ['help', 'help of a command'],
  ];
}

function optionsOf(command: Command | undefined, program: Command): Candidate[] {
  const own = command === undefined || command === program ? [] : command.options;
  return [...own, ...program.options].flatMap(({ long, description, hidden }): Candidate[] =>
    long === undefined || long === null || hidden ? [] : [[long, description]],
  );
}

function askDaemon(endpoint: string | undefined): DaemonNames {
  const ask = async <T>(method: string, args: readonly unknown[]): Promise<T> => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const client = await connect(endpoint, { timeout: 0, signal, name: 'samebox completion' });
    try {
      return (await client.call('$daemon', method, args, { timeout: PATIENCE_MS, retry: false })) as T;
    } finally {
      await client.close();
    }
  };
  return {
    targets: () => ask('targets', []),
    describe: (target) => ask('describe', [target]),
    endpoints: async () => (await runningDaemons()).map(({ name }) => name),
  };
}
