// What a person sees when the daemon is ready: where it listens, its targets, what to try.
import type { DaemonStatus } from '../../src/status';
import { programCommand } from './program-command';
import type { Paint } from '../../src/serve-request';

/** How the banner is shown. */
export interface BannerStyle {
  readonly paint: Paint;
  /** Whether to show what to try with the demo's instruments. */
  readonly demo: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether it is the only daemon: then its name need not be said. */
  readonly alone: boolean;
  /** How the program is called in another terminal. Default: found out. */
  readonly command?: string;
}

const STATE_WIDTH = 'opening'.length;
const TO_TRY: readonly (readonly [args: string, what: string])[] = [
  ['call pm readVoltage 20', 'mean of 20 readings, in V'],
  ['call stage moveTo 20', 'go to 20 mm'],
  ['watch pm readings --plot', 'live, until Ctrl-C'],
];

/** The text, with line ends. */
export function banner(
  status: DaemonStatus,
  { paint, demo, width: columns, alone, command = programCommand() }: BannerStyle,
): string {
  const own = status.targets.filter(({ name }) => name !== '$daemon');
  const width = Math.max(0, ...own.map(({ name }) => name.length));
  const lines = [
    '',
    `  ${paint.bold(status.endpoint)} is ready at ${status.path} (pid ${status.pid})`,
    '',
    ...own.map(({ name, state, type, summary, reason }) => {
      const failed = state === 'failed';
      const room = columns - width - STATE_WIDTH - 8;
      const text = oneLine(
        failed ? (reason ?? 'unknown') : (summary ?? type ?? ''),
        failed ? Infinity : room,
      );
      return `    ${paint.bold(name.padEnd(width))}  ${stateText(state, paint)}  ${failed ? paint.red(text) : text}`;
    }),
  ];
  if (demo)
    lines.push(
      '',
      '  Three commands to try in another terminal, in this folder:',
      '',
      ...toTry(alone ? command : `${command} -e ${status.endpoint}`, paint),
    );
  lines.push('', paint.dim(`  Ctrl-C ends it.`), '');
  return `${lines.join('\n')}\n`;
}

function toTry(command: string, paint: Paint): string[] {
  const width = Math.max(...TO_TRY.map(([args]) => args.length));
  return TO_TRY.map(
    ([args, what]) =>
      `    ${paint.cyan(`${command} ${args}`)}${' '.repeat(width - args.length)}  ${paint.dim(what)}`,
  );
}

function stateText(state: string, paint: Paint): string {
  const colour = state === 'ready' ? paint.green : state === 'failed' ? paint.red : paint.yellow;
  return colour(state.padEnd(STATE_WIDTH));
}

/** In at most `width` columns; the reason of a failure is never cut. */
function oneLine(text: string, width: number): string {
  const line = text.replace(/\s*\n\s*/g, ' ');
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}
