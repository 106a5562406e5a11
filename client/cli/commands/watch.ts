// `samebox watch`: a stream's items as they come, or a property's value again and again.
import { Option, type Command } from 'commander';
import type { SlowPolicy } from '../../../src/frames';
import { addArgumentOptions, modeOf } from '../argument-options';
import { parseArguments } from '../arguments';
import { describe, runConnected, type Connected } from '../command-context';
import { milliseconds, positive, seconds } from '../globals';
import { livePlot } from '../live-plot';
import { PICTURE_WAYS, type PictureWay } from '../picture/which-terminal';
import { printItems } from '../print-result';
import type { Define } from '../program';
import { checkSaveItems, saveItems } from '../save/save-items';
import { watchSource } from '../watch-source';
import { unknownMember } from './methods';

interface WatchOptions {
  readonly plot?: boolean;
  readonly picture?: PictureWay;
  readonly save?: string;
  readonly count?: number;
  readonly slow?: SlowPolicy;
  readonly interval?: number;
  readonly window: number;
}

const MORE = `
--plot draws numbers over time, one-dimensional arrays over their index, and
two-dimensional ones as pictures: as kitty's or iTerm2's or as sixels where the
terminal can, else as half-block characters. Where there is no terminal the
values are printed. The last page stays when it ends.
--save writes every item to a file of its own, .npy or .png: %d is its number
from 0, %04d has four digits. Files of these names are replaced. No item is
left out, unless --slow says so.
A property that is no stream is read again every --interval (500 ms); a method
only if --interval is stated.
Ctrl-C ends it, and the producer with it.`;

export const defineWatch: Define = (program, terminal) => {
  const command = program
    .command('watch')
    .summary('follow a stream, or a property')
    .description('Prints the items of a stream as they come, one per line; with --plot they are drawn live.')
    .argument('<target>')
    .argument('<member>')
    .argument('[args...]')
    .option('-p, --plot', 'draw numbers and arrays live')
    .addOption(
      new Option('--picture <way>', 'how --plot draws pictures (default: as the terminal can)').choices(
        PICTURE_WAYS,
      ),
    )
    .addOption(
      new Option('--save <file>', 'write the items to files, such as frame-%d.npy').conflicts('plot'),
    )
    .option('-n, --count <items>', 'end after so many', positive)
    .addOption(
      new Option(
        '--slow <policy>',
        'if the terminal is slower than the producer (default: block; with --plot: latest)',
      ).choices(['block', 'latest', 'drop']),
    )
    .option('-i, --interval <ms>', 'read a value again and again, so often', milliseconds)
    .option('--window <seconds>', 'what a plot of numbers shows', seconds, 60)
    .addHelpText('after', MORE);
  addArgumentOptions(command).action(
    (target: string, name: string, texts: string[], options: WatchOptions, self: Command) =>
      runConnected(terminal, self.optsWithGlobals(), 'watch', async (context) => {
        const { count = Infinity, window, save, picture } = options;
        const plot = options.plot === true && drawable(context);
        if (save !== undefined) await checkSaveItems({ path: save, count });
        const { members } = await describe(context, target);
        const member = members.find((one) => one.name === name);
        if (member === undefined) throw unknownMember(target, name, members);
        const names = new Set(member.parameters.map((parameter) => parameter.name));
        const args = parseArguments(texts, modeOf(self.opts()), names);
        const { slow = plot ? 'latest' : 'block', interval } = options;
        const { items, leave } = await watchSource(context, target, member, args, { slow, interval });
        try {
          const title = `${target}.${name}`;
          if (plot) await livePlot(context, items, { title, count, window, picture });
          else if (save !== undefined) await saveItems(context, items, { name: title, path: save, count });
          else await printItems(context, items, { count });
        } finally {
          leave();
        }
      }),
  );
};

/** Whether there is a terminal to draw on. */
function drawable({ terminal: { out, err }, options }: Connected): boolean {
  if (out.isTerminal && options.json !== true) return true;
  if (options.json !== true && options.quiet === 0)
    err.line(err.paint.dim('--plot needs a terminal: the values are printed.'));
  return false;
}
