// What is put in front of a prepared file's first line, so that it knows where it really is.
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Program } from 'acorn';
import { walk } from '../describe/extract/syntax';
import type { Edit } from './edits';
import type { SourceFile } from './source-file';
import { namesUsed } from './specifiers';

/** What a CommonJS file requires that is prepared too. */
export const PREPARED = 'samebox-prepared:';

const COMMONJS_NAMES = ['require', '__filename', '__dirname'] as const;

/** The edits that tell a file its own place, and how far they push what stands on its first line. */
export function preludeEdits(file: SourceFile): { edits: Edit[]; shift: number } {
  const hashbang = file.code.startsWith('#!') ? [{ start: 0, end: 2, text: '//' }] : [];
  const text = file.kind === 'module' ? modulePrelude(file) : commonJsPrelude(file.path);
  if (text === '') return { edits: hashbang, shift: 0 };
  const directive = file.kind === 'commonjs' ? lastDirective(file.syntax.program) : undefined;
  const at = directive ?? 0;
  const onFirstLine = !/[\r\n]/.test(file.code.slice(0, at));
  const edit = { start: at, end: at, text: directive === undefined ? text : `;${text}` };
  return { edits: [edit, ...hashbang], shift: onFirstLine ? edit.text.length : 0 };
}

/** `import.meta` of the original; and for TypeScript that was written for CommonJS, `require` and its kin. */
function modulePrelude({ path, typescript, syntax: { program } }: SourceFile): string {
  const here = JSON.stringify(path);
  const url = JSON.stringify(pathToFileURL(path).href);
  const folder = JSON.stringify(dirname(path));
  let text = '';
  if (usesImportMeta(program)) {
    const value = (of: string): string => `{value:${of},writable:true,enumerable:true,configurable:true}`;
    text += `Object.defineProperties(import.meta,{url:${value(url)},filename:${value(here)},dirname:${value(folder)}});`;
  }
  const used = typescript ? namesUsed(program) : new Set<string>();
  const declared = declaredNames(program);
  const [require, filename, dirname_] = COMMONJS_NAMES.map((name) => used.has(name) && !declared.has(name));
  if (require)
    text += `import{createRequire as $sameboxRequire}from'node:module';const require=$sameboxRequire(${url});`;
  if (filename) text += `const __filename=${here};`;
  if (dirname_) text += `const __dirname=${folder};`;
  return text;
}

/** Prepared files are required from their own folder, all else from the original's. */
function commonJsPrelude(path: string): string {
  const here = JSON.stringify(path);
  const own = JSON.stringify(PREPARED);
  return (
    `__filename=${here};__dirname=${JSON.stringify(dirname(path))};` +
    `require=(own=>{const there=own('node:module').createRequire(${here});` +
    `return Object.assign(id=>typeof id==='string'&&id.startsWith(${own})?own(id.slice(${PREPARED.length})):there(id),there)})(require);`
  );
}

/** Where the directives (`'use strict'`) of a script end: they must stay first. */
function lastDirective(program: Program): number | undefined {
  const isDirective = (node: object): boolean => 'directive' in node && node.directive !== undefined;
  return program.body.findLast((node, index, body) => body.slice(0, index + 1).every(isDirective) && node)
    ?.end;
}

function usesImportMeta(program: Program): boolean {
  let found = false;
  walk(program, (node) => {
    found ||= node.type === 'MetaProperty' && node.meta.name === 'import';
  });
  return found;
}

/** Names that the top level of a module declares or imports. */
function declaredNames(program: Program): Set<string> {
  const names = new Set<string>();
  for (const node of program.body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (node.type === 'ImportDeclaration') for (const { local } of node.specifiers) names.add(local.name);
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.add(declaration.id.name);
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) {
        walk(id, (inner) => void (inner.type === 'Identifier' && names.add(inner.name)));
      }
    }
  }
  return names;
}
