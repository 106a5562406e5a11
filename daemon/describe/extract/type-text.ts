// Type annotations, read out of TypeScript at the places that acorn found in the stripped JavaScript.
import { oneLine } from '../parse-function';
import { skipTrivia } from './syntax';

/** A stretch of the source that was read as a type. */
export interface TypeText {
  /** The type on one line, without comments. */
  readonly type: string | undefined;
  /** Whether a `?` stands before it. */
  readonly optional: boolean;
  /** Where it ends in the source. */
  readonly end: number;
}

const OPENING = '([{<';
const CLOSING = ')]}>';

/** The annotation of a parameter or property whose pattern ends at `from`: `?: Array<[string, number]>`. */
export function annotationAt(source: string, from: number): TypeText {
  let at = skipTrivia(source, from);
  const optional = source[at] === '?';
  if (optional || source[at] === '!') at = skipTrivia(source, at + 1);
  if (source[at] !== ':') return { type: undefined, optional, end: at };
  const end = endOfType(source, at + 1);
  return { type: cleanType(source.slice(at + 1, end)), optional, end };
}

/**
 * The result type of a function.
 * @param from where its last parameter ends, or after its opening parenthesis if it has none.
 * @param bodyStart where its body begins.
 */
export function resultTypeAt(source: string, from: number, bodyStart: number): string | undefined {
  let at = skipTrivia(source, from);
  if (source[at] === ',') at = skipTrivia(source, at + 1);
  if (source[at] !== ')') return undefined;
  at = skipTrivia(source, at + 1);
  if (source[at] !== ':' || at >= bodyStart) return undefined;
  return cleanType(source.slice(at + 1, bodyStart).replace(/=>(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*\n)*$/, ''));
}

/** Where the type that starts at `from` ends: at a `,`, `)`, `=` or `;` outside of all brackets and strings. */
export function endOfType(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const char = source[at] ?? '';
    if (char === '"' || char === "'" || char === '`') at = endOfString(source, at);
    else if (char === '/' && /[/*]/.test(source[at + 1] ?? '')) at = skipTrivia(source, at) - 1;
    else if (char === '=' && source[at + 1] === '>') at++;
    else if (OPENING.includes(char)) depth++;
    else if (depth === 0 && ',)=;'.includes(char)) return at;
    else if (CLOSING.includes(char)) depth--;
    if (depth < 0) return at;
  }
  return source.length;
}

function endOfString(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === source[from]) return at;
  }
  return source.length;
}

function cleanType(text: string): string | undefined {
  const strings = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\*[^]*?\*\/|\/\/[^\n]*/g;
  const type = oneLine(text.replace(strings, (_, string: string | undefined) => string ?? ' '));
  return type === '' ? undefined : type.replace(/^\| /, '');
}
