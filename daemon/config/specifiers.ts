// Where a file names other modules: imports, re-exports, `import('...')` and `require('...')`.
import type { AnyNode, ImportAttribute, Program } from 'acorn';
import { skipTrivia, walk } from '../describe/extract/syntax';
import type { Edit } from './edits';

/** One place that names a module. */
export interface Specifier {
  /** What it names. */
  readonly value: string;
  readonly form: 'import' | 'require';
  /** Where the string stands, with its quotes. */
  readonly start: number;
  readonly end: number;
  /** Whether the module is needed for the file to load at all. */
  readonly required: boolean;
  /** Where import attributes stand (`with { type: 'json' }`), from the end of the string on. */
  readonly attributes?: { readonly start: number; readonly end: number };
}

/** The module names of a file that are plain strings. */
export function specifiersOf(program: Program, commonJs: boolean, code: string): Specifier[] {
  const found: Specifier[] = [];
  const add = (node: AnyNode | null | undefined, more: Omit<Specifier, 'value' | 'start' | 'end'>): void => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    found.push({ value: node.value, start: node.start, end: node.end, ...more });
  };
  walk(program, (node, above) => {
    if (
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration'
    ) {
      const attributes = attributesAfter(node.source?.end, attributesEnd(node.attributes, code));
      add(node.source, { form: 'import', required: true, ...attributes });
    } else if (node.type === 'ImportExpression') {
      const attributes = attributesAfter(node.source.end, node.options?.end);
      add(node.source, { form: 'import', required: false, ...attributes });
    } else if (node.type === 'CallExpression' && isRequire(node.callee)) {
      add(node.arguments[0], { form: 'require', required: commonJs && above.length <= TOP_LEVEL });
    }
  });
  return found;
}

/** Nodes above `const x = require('x')` that stands in no block. */
const TOP_LEVEL = 3;

function isRequire(callee: AnyNode): boolean {
  return callee.type === 'Identifier' && /^(?:__)?require$/.test(callee.name);
}

function attributesAfter(
  start: number | undefined,
  end: number | undefined,
): { attributes?: { start: number; end: number } } {
  return start === undefined || end === undefined ? {} : { attributes: { start, end } };
}

function attributesEnd(attributes: readonly ImportAttribute[], code: string): number | undefined {
  const last = attributes.at(-1);
  return last === undefined ? undefined : code.indexOf('}', last.end) + 1;
}

/**
 * Edits that take away what a TypeScript file imports and never mentions in its JavaScript: those were types, as far
 * as the compiler is concerned too, and the module may not export them. `import './x'` stays. No line is lost.
 */
export function unusedImports(program: Program, code: string): Edit[] {
  const used = namesUsed(program);
  const blank = (start: number, end: number): Edit => {
    return { start, end, text: code.slice(start, end).replace(/[^\r\n]/g, ' ') };
  };
  return program.body.flatMap((node) => {
    if (node.type !== 'ImportDeclaration' || node.specifiers.length === 0) return [];
    const unused = node.specifiers.filter(({ local }) => !used.has(local.name));
    if (unused.length === node.specifiers.length) return [blank(node.start, node.end)];
    return unused.map(({ start, end }) => {
      const next = skipTrivia(code, end);
      return blank(start, code[next] === ',' ? next + 1 : end);
    });
  });
}

/** Every name that is mentioned outside of import declarations, whatever it means there. */
export function namesUsed(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  walk(program, (node, above) => {
    if (node.type === 'Identifier' && !above.some(({ type }) => type === 'ImportDeclaration')) {
      const parent = above.at(-1);
      const property = parent?.type === 'MemberExpression' && !parent.computed && parent.property === node;
      if (!property) names.add(node.name);
    }
  });
  return names;
}
