// What a person sees when the daemon is ready: where it listens, its targets, what to try.
import type { DaemonStatus } from '../../src/status';
import { programCommand } from './program-command';
import type { Paint } from './serve';

/** How the banner is shown. */
export interface BannerStyle {
  readonly paint: Paint;
  /** Whether to show what to try with the demo's instruments. */
  readonly demo: boolean;
  /** How the program is called in another terminal. Default: found out. */
  readonly command?: string;
}

const TO_TRY: readonly (readonly [args: string, what: string])[] = [
  ['call pm readVoltage 20', 'the mean of 20 readings, in volts'],
  ['call stage moveTo 20', 'a move that takes its time: Ctrl-C stops the stage'],
  ['watch pm readings --plot', 'a live plot: Ctrl-C ends it'],
];

/** The text, with line ends. */
export function banner(status: DaemonStatus, { paint, demo, command = programCommand() }: BannerStyle): string {
  const own = status.targets.filter(({ name }) => name !== '$daemon');
  const width = Math.max(0, ...own.map(({ name }) => name.length));
  const lines = [
    '',
    `  ${paint.bold(status.endpoint)} is ready at ${status.path} (pid ${status.pid})`,
    '',
    ...own.map(({ name, state, type, summary, reason }) => {
      const text = state === 'failed' ? paint.red(oneLine(reason ?? 'unknown')) : (summary ?? type ?? '');
      return `    ${paint.bold(name.padEnd(width))}  ${stateText(state, paint)}  ${text}`;
    }),
  ];
  if (demo) lines.push('', '  Three commands to try in another terminal, in this folder:', '', ...toTry(command, paint));
  lines.push('', paint.dim(`  Ctrl-C ends it.`), '');
  return `${lines.join('\n')}\n`;
}

function toTry(command: string, paint: Paint): string[] {
  const width = Math.max(...TO_TRY.map(([args]) => args.length));
  return TO_TRY.map(
    ([args, what]) => `    ${paint.cyan(`${command} ${args}`)}${' '.repeat(width - args.length)}  ${paint.dim(what)}`,
  );
}

function stateText(state: string, paint: Paint): string {
  const colour = state === 'ready' ? paint.green : state === 'failed' ? paint.red : paint.yellow;
  return colour(state.padEnd('opening'.length));
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
