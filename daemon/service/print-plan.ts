// A plan for people, as a dry run prints it: files with their text, commands, removals.
import type { Paint } from '../../src/serve-request';
import type { Plan, Step } from './plan';

/**
 * The text, with line ends. Each file is a line `# PATH` and then its text as it is; the other lines begin with `# run:`,
 * `# remove:`, `# note:`. A blank line stands between files, and between what is of another kind.
 */
export function planText(
  { steps, unchanged = [], problems = [], warnings = [], done }: Plan,
  paint: Paint,
): string {
  const notes = [
    ...problems.map(({ what, next }) => `# problem: ${what}\n#          ${next}`),
    ...warnings.map((warning) => `# note: ${warning}`),
  ];
  const blocks = [
    notes.map((note) => `${paint.yellow(note)}\n`).join(''),
    unchanged.map((path) => `${paint.dim(`# unchanged: ${path}`)}\n`).join(''),
  ];
  let commands = '';
  for (const step of steps) {
    if (step.kind === 'write') {
      blocks.push(commands, stepText(step, paint));
      commands = '';
    } else commands += stepText(step, paint);
  }
  blocks.push(commands);
  if (steps.length === 0) blocks.push(...done.slice(0, 1).map((line) => `${paint.dim(`# ${line}`)}\n`));
  return blocks.filter((block) => block !== '').join('\n');
}

/** What a step is called in a message: `systemctl start samebox@lab.service`. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'write':
      return `writing ${step.path}`;
    case 'remove':
      return `removing ${step.path}`;
    case 'run':
      return [...assignments(step.env), shellWords(step.command)].join(' ');
    case 'act':
      return step.says;
  }
}

/** Words as a shell takes them. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`))
    .join(' ');
}

function stepText(step: Step, paint: Paint): string {
  switch (step.kind) {
    case 'write':
      return `${paint.bold(`# ${step.path}`)}\n${step.text}`;
    case 'remove':
      return `${paint.bold(`# remove: ${step.path}`)}\n`;
    case 'run':
    case 'act':
      return `${paint.bold(`# ${step.kind === 'run' ? 'run' : 'do'}: ${stepTitle(step)}`)}\n`;
  }
}

function assignments(env: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${shellWords([value])}`);
}
