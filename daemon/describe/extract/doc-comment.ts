// Doc comments: which one belongs to a declaration, its text, and the types that JSDoc states.
import type { Comment } from 'acorn';
import { withoutComments } from './syntax';

/** What may stand between a doc comment and the name that it documents. */
const MODIFIERS =
  /^(?:\s|(?:export|default|abstract|public|private|protected|static|override|readonly|declare|async|accessor|get|set|const|let|var|function|class)\b|@[\w.]+(?:\([^)]*\))?)*/;

/** What a doc comment says. */
export interface DocComment {
  /** The text without stars, tags included. Empty for an empty comment. */
  readonly text: string;
  /** Types by parameter name, as `@param {number} [samples]` gives them. */
  readonly parameters: ReadonlyMap<string, { readonly type: string; readonly optional: boolean }>;
  /** The type of `@returns`, or of `@type` for a property. */
  readonly type?: string;
  /** Whether it says `@private` or `@protected`. */
  readonly hidden: boolean;
}

/**
 * The doc comment of the declaration at `start`, named `name`: the nearest before it, if nothing but modifiers,
 * decorators and TypeScript's overloads of the same name stand between.
 * @param code the JavaScript; where it is blank and `source` isn't, there was TypeScript.
 */
export function docCommentBefore(
  start: number,
  name: string,
  comments: readonly Comment[],
  source: string,
  code: string,
): DocComment | undefined {
  const comment = comments.findLast(({ end }) => end <= start);
  if (comment === undefined) return undefined;
  const between = withoutComments(source.slice(comment.end, start));
  const rest = between.slice(MODIFIERS.exec(between)?.[0].length ?? 0);
  if (rest !== '') {
    const overload = rest.startsWith(name) && /^\??\s*[(<]/.test(rest.slice(name.length));
    const erased = withoutComments(code.slice(comment.end, start));
    if (!overload || erased.slice(MODIFIERS.exec(erased)?.[0].length ?? 0) !== '') return undefined;
  }
  return docComment(comment.value);
}

/** Reads a doc comment: what stands between `/*` and the end mark. */
export function docComment(value: string): DocComment {
  const lines = value
    .slice(1)
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const text = lines.join('\n').trim();
  const parameters = new Map<string, { type: string; optional: boolean }>();
  for (const { type, rest } of typedTags(text, 'param|arg|argument')) {
    const [, bracket, name] = /^(\[?)\s*([\w$]+)/.exec(rest) ?? [];
    if (name !== undefined) {
      parameters.set(name, {
        type: type.replace(/^\.\.\.|=$/g, ''),
        optional: bracket === '[' || type.endsWith('='),
      });
    }
  }
  const result = typedTags(text, 'returns?|type')[0]?.type;
  return {
    text,
    parameters,
    ...(result !== undefined && { type: result }),
    hidden: /^@(?:private|protected)\b/m.test(text),
  };
}

/** The tags of these names that state a type in braces, which may hold braces itself. */
function typedTags(text: string, names: string): { type: string; rest: string }[] {
  const found: { type: string; rest: string }[] = [];
  for (const match of text.matchAll(new RegExp(`^@(?:${names})\\s*\\{`, 'gm'))) {
    const from = match.index + match[0].length;
    const end = closingBrace(text, from);
    if (end === undefined) continue;
    const type = text.slice(from, end).replace(/\s+/g, ' ').trim();
    if (type !== '') found.push({ type, rest: text.slice(end + 1).trimStart() });
  }
  return found;
}

function closingBrace(text: string, from: number): number | undefined {
  for (let at = from, depth = 1; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}
