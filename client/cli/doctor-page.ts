// What `samebox doctor` shows: a line per finding, and beneath it what to do.
import type { Finding, Level } from '../../src/doctor-request';
import type { Paint } from './paint';
import { wrap } from './text-width';

/** The longest is `shared memory`. */
const NAME_WIDTH = 13;
const INDENT = ' '.repeat(2 + NAME_WIDTH + 2);

/** How the page is shown. */
export interface DoctorStyle {
  readonly paint: Paint;
  readonly width: number;
}

/** The lines of a finding; `name` is left out where the finding before was of the same check. */
export function findingLines(
  { check, level, says, todo }: Finding,
  { paint, width }: DoctorStyle,
  named = true,
): string[] {
  const room = width - INDENT.length;
  const name = named ? check.replace('-', ' ') : '';
  const [first = '', ...rest] = wrap(says, room);
  const colour = level === 'problem' ? paint.bold : (text: string) => text;
  const lines = [`${mark(level, paint)} ${paint.dim(name.padEnd(NAME_WIDTH))}  ${colour(first)}`];
  lines.push(...rest.map((line) => INDENT + colour(line)));
  if (todo !== undefined)
    lines.push(
      ...wrap(todo, room - 2).map((line, at) => `${INDENT}${at === 0 ? paint.cyan('→') : ' '} ${line}`),
    );
  return lines;
}

/** One sentence at the end. */
export function verdict(findings: readonly Finding[], paint: Paint): string {
  const count = (level: Level): number => findings.filter((one) => one.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (problems + warnings === 0) return paint.green('All is well.');
  const said = [plural(problems, 'problem'), plural(warnings, 'warning')].filter((text) => text !== '');
  const text = `${said.join(', ')}.`;
  return problems > 0 ? paint.red(text) : paint.yellow(text);
}

function plural(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}

function mark(level: Level, paint: Paint): string {
  switch (level) {
    case 'ok':
      return paint.green('✓');
    case 'note':
      return paint.cyan('·');
    case 'warning':
      return paint.yellow('!');
    case 'problem':
      return paint.red('✗');
  }
}
