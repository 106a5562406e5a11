// The signature of one function: names and defaults from JavaScript, types from TypeScript or JSDoc.
import type { Comment, Pattern } from 'acorn';
import type { ParameterDescription } from '../../../src/description';
import { parameterOf } from '../parse-function';
import type { Signature } from '../signature-index';
import { docCommentBefore, type DocComment } from './doc-comment';
import type { NamedFunction } from './functions';
import { skipTrivia } from './syntax';
import { annotationAt, endOfType, resultTypeAt } from './type-text';

/** A file as it was written and as it was parsed: both of one length, or the same. */
export interface Texts {
  readonly source: string;
  readonly code: string;
  readonly docComments: readonly Comment[];
}

/** Words that may stand before a member's name, at the end of what precedes it. */
const MODIFIERS =
  /(?:\b(?:public|private|protected|static|override|readonly|abstract|declare|async|get|set)\s+)+\*?\s*\[?\s*$/;

/** What the source says of a function. */
export function signatureOf(found: NamedFunction, texts: Texts): Signature {
  const { name, kind, className, node } = found;
  const doc = docCommentBefore(found.declaration, name, texts.docComments, texts.source, texts.code);
  const parameters = node.params.map((parameter) => describeParameter(parameter, texts.source, doc));
  const type = resultType(found, texts) ?? (kind === 'set' ? undefined : doc?.type);
  const hidden = doc?.hidden === true || isHidden(found, texts.source);
  return {
    name,
    ...(className !== undefined && { className }),
    kind,
    parameters: kind === 'set' && doc?.type !== undefined ? parameters.map(withType(doc.type)) : parameters,
    ...(type !== undefined && { type }),
    ...(doc !== undefined && doc.text !== '' && { documentation: doc.text }),
    ...(hidden && { hidden }),
  };
}

function describeParameter(
  pattern: Pattern,
  source: string,
  doc: DocComment | undefined,
): ParameterDescription {
  const plain = parameterOf(pattern, source);
  const annotation = annotationAt(source, patternEnd(pattern));
  const stated = doc?.parameters.get(plain.name);
  const type = annotation.type ?? stated?.type;
  const optional = plain.optional || annotation.optional || stated?.optional === true;
  return { ...plain, ...(type !== undefined && { type }), optional };
}

function withType(type: string): (parameter: ParameterDescription) => ParameterDescription {
  return (parameter) => ({ type, ...parameter });
}

/** Where the pattern itself ends, in front of its annotation and default. */
function patternEnd(pattern: Pattern): number {
  if (pattern.type === 'AssignmentPattern') return pattern.left.end;
  return pattern.type === 'RestElement' ? pattern.argument.end : pattern.end;
}

function resultType({ node }: NamedFunction, { source, code }: Texts): string | undefined {
  const last = node.params.at(-1);
  if (last !== undefined) {
    const end =
      last.type === 'AssignmentPattern' ? endOfType(source, last.end) : annotationAt(source, last.end).end;
    return resultTypeAt(source, end, node.body.start);
  }
  const open = openParenthesis(code, node.id?.end ?? node.start);
  return source[open] === '(' ? resultTypeAt(source, open + 1, node.body.start) : undefined;
}

function openParenthesis(code: string, from: number): number {
  let at = skipTrivia(code, from);
  while (at < code.length && code[at] !== '(') at = skipTrivia(code, at + 1);
  return at;
}

function isHidden({ nameStart }: NamedFunction, source: string): boolean {
  const before = MODIFIERS.exec(source.slice(Math.max(0, nameStart - 200), nameStart))?.[0];
  return before !== undefined && /\b(?:private|protected)\b/.test(before);
}
