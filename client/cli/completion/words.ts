// An unfinished command line, read: which command, which options, what stands before the cursor.
import type { Command, Option } from 'commander';

/** What is known of an unfinished command line. */
export interface CompletionWords {
  /** The unfinished word, perhaps empty. */
  readonly current: string;
  readonly command: Command | undefined;
  /** Finished words that are neither the command, options nor values of options. */
  readonly positionals: readonly string[];
  /** The option whose value is unfinished. */
  readonly option: Option | undefined;
  /** Whether `--` stands before the cursor. */
  readonly optionsEnded: boolean;
  readonly endpoint: string | undefined;
}

/** Reads the words behind the program's name; the last one is unfinished. */
export function readWords(words: readonly string[], program: Command): CompletionWords {
  let command: Command | undefined;
  let endpoint: string | undefined;
  let option: Option | undefined;
  let optionsEnded = false;
  const positionals: string[] = [];
  for (const word of words.slice(0, -1)) {
    if (option !== undefined) {
      if (option.long === '--endpoint') endpoint = word;
      option = undefined;
    } else if (word === '--') optionsEnded = true;
    else if (word.startsWith('-') && !optionsEnded) {
      const [name = '', value] = word.split('=', 2);
      const known = [...(command?.options ?? []), ...program.options].find(
        ({ short, long }) => name === short || name === long,
      );
      if (known?.long === '--endpoint' && value !== undefined) endpoint = value;
      if (value === undefined && known !== undefined && (known.required || known.optional)) option = known;
    } else if (command === undefined || hasSubcommands(command))
      command = commandNamed(word, command ?? program);
    else positionals.push(word);
  }
  return { current: words.at(-1) ?? '', command, positionals, option, optionsEnded, endpoint };
}

/** Whether the command is itself a family of others: `samebox service`. */
export function hasSubcommands({ commands, parent }: Command): boolean {
  return commands.length > 0 && parent !== null;
}

/** The one of that name; else the family itself. */
function commandNamed(word: string, family: Command): Command {
  return family.commands.find((one) => one.name() === word || one.aliases().includes(word)) ?? family;
}
