// The option `--save` of the commands that give one value, and its help.
import type { Command } from 'commander';
import type * as SaveArray from './save-array';

/** What the option gives. */
export interface SaveOptions {
  readonly save?: string;
}

const HELP = `
--save writes an array to a file instead of printing it; a file of that name
is replaced, whole or not at all.
  .npy  for NumPy: every element type and shape; nested lists of numbers become
        float64.
  .png  a picture of shape (height, width): uint16 and uint8 are the pixels as
        they are, other numbers are scaled to 16-bit grey, and it is said how;
        uint8 of shape (height, width, 3) is in colour.
A stream is saved item by item, by samebox watch:
  samebox watch cam frames --save frame-%d.npy --count 10`;

/** Adds `--save` to a command. */
export function addSaveOption(command: Command): Command {
  return command.option('--save <file>', 'write an array to a file: .npy or .png').addHelpText('after', HELP);
}

/** Checking and saving, loaded when somebody wants that. */
export function saver(): typeof SaveArray {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most calls print what they get
  return require('./save-array') as typeof SaveArray;
}
