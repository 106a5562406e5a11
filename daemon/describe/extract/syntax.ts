// Reading JavaScript with acorn: the tree, its doc comments, and a walk over it.
import { parse, type AnyNode, type Comment, type Program } from 'acorn';

/** A parsed file. */
export interface Syntax {
  readonly program: Program;
  /** Doc comments, in order. */
  readonly docComments: readonly Comment[];
}

/**
 * Parses a module, or a script that may use what CommonJS allows.
 * @throws SyntaxError with `pos` and `loc`, as acorn makes it.
 */
export function parseCode(code: string, sourceType: 'module' | 'script'): Syntax {
  const comments: Comment[] = [];
  const program = parse(code, {
    ecmaVersion: 'latest',
    sourceType,
    allowHashBang: true,
    allowReturnOutsideFunction: sourceType === 'script',
    preserveParens: true,
    onComment: comments,
  });
  return { program, docComments: comments.filter((c) => c.type === 'Block' && c.value.startsWith('*')) };
}

/** Calls `visit` for every node, parents first, with the nodes above it: the nearest last. */
export function walk(root: AnyNode, visit: (node: AnyNode, above: readonly AnyNode[]) => void): void {
  const above: AnyNode[] = [];
  const enter = (node: AnyNode): void => {
    visit(node, above);
    above.push(node);
    for (const child of childrenOf(node)) enter(child);
    above.pop();
  };
  enter(root);
}

function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
}

/** The expression within parentheses. */
export function unwrapped<T extends AnyNode>(node: T): AnyNode {
  return node.type === 'ParenthesizedExpression' ? unwrapped(node.expression) : node;
}

/** The position of the next character that is neither white space nor in a comment. */
export function skipTrivia(text: string, from: number): number {
  const trivia = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/y;
  trivia.lastIndex = from;
  trivia.exec(text);
  return trivia.lastIndex;
}

/** `text` with comments replaced by blanks of the same length. Strings are not looked into. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
}
