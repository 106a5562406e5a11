// What `samebox methods` shows: a target's members as a manual page.
import type { MemberDescription, TargetDescription } from '../../src/description';
import type { Paint } from './paint';
import { duration } from './quantities';
import { wrap } from './text-width';

/** How the page is shown. */
export interface MethodsStyle {
  readonly paint: Paint;
  readonly width: number;
}

const SECTIONS: readonly (readonly [kind: MemberDescription['kind'], heading: string])[] = [
  ['property', 'PROPERTIES'],
  ['method', 'METHODS'],
  ['stream', 'STREAMS'],
];
const WIDEST = 100;

/** The page's lines: what the target is, then its properties, methods and streams. */
export function methodsPage(target: TargetDescription, { paint, width }: MethodsStyle): string[] {
  const columns = Math.min(width, WIDEST);
  const type = target.type === undefined ? '' : `  ${paint.cyan(target.type)}`;
  const lines = [`${paint.bold(target.name)}${type}`, ...prose(target.documentation, '  ', columns)];
  for (const [kind, heading] of SECTIONS) {
    const members = target.members.filter((member) => member.kind === kind);
    if (members.length === 0) continue;
    lines.push('', paint.dim(heading));
    members.forEach((member, at) => {
      const page = memberLines(member, paint, columns);
      if (at > 0 && page.length > 1) lines.push('');
      lines.push(...page);
    });
  }
  if (target.members.length === 0) lines.push('', 'It has no methods, properties or streams.');
  return lines;
}

function memberLines(member: MemberDescription, paint: Paint, columns: number): string[] {
  const signature = plainSignature(member.signature).replace(member.name, () => paint.bold(member.name));
  const notes = notesOf(member);
  return [
    `  ${signature}${notes === '' ? '' : `  ${paint.dim(`(${notes})`)}`}`,
    ...prose(member.documentation, '      ', columns),
  ];
}

/** As a caller sees it: every result is awaited anyway, and an async iterable is a stream. */
function plainSignature(signature: string): string {
  return signature
    .replace(/: Promise(?:Like)?<(.*)>$/, ': $1')
    .replace(/: Async(?:Generator|Iterable|IterableIterator|Iterator)<(.*)>$/, (_, item: string) => {
      return `: stream of ${item.replace(/, (?:void|undefined|any|unknown|never)\b.*$/, '')}`;
    });
}

/** What the signature doesn't say. */
function notesOf({ kind, readable, settable, idempotent, timeout }: MemberDescription): string {
  const notes: string[] = [];
  if (kind === 'property' && settable === true) notes.push(readable === false ? 'set only' : 'can be set');
  if (idempotent === true) notes.push('idempotent');
  if (timeout !== undefined)
    notes.push(timeout === Infinity ? 'no deadline' : `deadline ${duration(timeout / 1000)}`);
  return notes.join(', ');
}

/** A doc comment: its paragraphs filled anew, its tags a line each. */
function prose(text: string | undefined, indent: string, columns: number): string[] {
  if (text === undefined || text.trim() === '') return [];
  const paragraphs = text
    .trim()
    .replace(/\n(?=@)/g, '\n\n')
    .split(/\n{2,}/)
    .map((paragraph) =>
      /^\s*(?:[-*|]|```)/m.test(paragraph) ? paragraph : paragraph.replace(/\s*\n\s*/g, ' '),
    );
  return paragraphs.flatMap((paragraph, at) => {
    const lines = wrap(paragraph, columns - indent.length).map((line) => (indent + line).trimEnd());
    return at > 0 && !paragraph.startsWith('@') ? ['', ...lines] : lines;
  });
}
