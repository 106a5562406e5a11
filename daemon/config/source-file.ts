// One file of a config, read and parsed: what kind of module it is, and where lines moved.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Program } from 'acorn';
import { parseCode, walk, type Syntax } from '../describe/extract/syntax';
import { sha256 } from './manifest';
import { originalPlace } from './mapped-place';
import { SourceError } from './source-error';
import { stripTypes, type Stripped } from './strip-types';

/** A file of a config that can be prepared. */
export interface SourceFile extends Stripped {
  readonly path: string;
  readonly sha256: string;
  /** Its text, without a byte order mark. */
  readonly source: string;
  readonly typescript: boolean;
  readonly kind: 'module' | 'commonjs';
  readonly syntax: Syntax;
}

/**
 * Reads a TypeScript or JavaScript file.
 * @param inModulePackage whether the nearest package.json says `"type": "module"`; asked only where it matters.
 * @throws SourceError if it can't be read or has a syntax error.
 */
export function readSource(path: string, inModulePackage: () => boolean): SourceFile {
  const bytes = read(path);
  const source = bytes.toString('utf8').replace(/^\ufeff/, '');
  const typescript = /\.[mc]?ts$/.test(path);
  const stripped = typescript ? stripTypes(source, path) : { code: source, types: { source, code: source } };
  const parsed = parseEither(path, source, stripped);
  const kind = path.endsWith('.cjs') ? 'commonjs' : kindOf(path, parsed, inModulePackage);
  return { path, sha256: sha256(bytes), source, typescript, ...stripped, kind, syntax: parsed };
}

/** Reads a file. @throws SourceError that says why it can't be read. */
export function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError({ message: `can't be read (${code ?? String(error)}).`, file: path });
  }
}

function kindOf(path: string, { program }: Syntax, inModulePackage: () => boolean): SourceFile['kind'] {
  if (/\.m[jt]s$/.test(path) || isModule(program)) return 'module';
  return !path.endsWith('.cts') && inModulePackage() ? 'module' : 'commonjs';
}

/** Whether a file has what only modules have: import, export, `import.meta`, `await` outside of functions. */
function isModule(program: Program): boolean {
  let found = false;
  walk(program, (node, above) => {
    if (/^(?:Import(?!Expression)|Export)\w*Declaration$/.test(node.type) || node.type === 'MetaProperty') {
      found ||= node.type !== 'MetaProperty' || node.meta.name === 'import';
    } else if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) {
      found ||= !above.some(({ type }) =>
        /Function|MethodDefinition|StaticBlock|PropertyDefinition/.test(type),
      );
    }
  });
  return found;
}

/** Parses a file as a module, or as a script if only that works. The error is the one that came further. */
function parseEither(path: string, source: string, stripped: Stripped): Syntax {
  try {
    return parseCode(stripped.code, 'module');
  } catch (asModule) {
    try {
      if (/\.m[jt]s$/.test(path)) throw asModule;
      return parseCode(stripped.code, 'script');
    } catch (asScript) {
      const first = asModule as AcornError;
      const second = asScript as AcornError;
      throw syntaxError(second.pos > first.pos ? second : first, path, source, stripped);
    }
  }
}

interface AcornError extends SyntaxError {
  readonly pos: number;
  readonly loc: { readonly line: number; readonly column: number };
}

function syntaxError(error: AcornError, path: string, source: string, { code, map }: Stripped): SourceError {
  const decorator = code[error.pos] === '@';
  const message = decorator
    ? 'Decorators are not JavaScript that Node runs: compile the file first, or do without.'
    : `${error.message.replace(/ \(\d+:\d+\)$/, '')}.`;
  if (map === undefined) return SourceError.at(message, path, source, error.pos);
  const place = originalPlace(map, error.loc.line, error.loc.column + 1);
  return place === undefined
    ? new SourceError({ message, file: path })
    : SourceError.on(message, source, { file: path, ...place });
}

/** A file's name made fit for a URL. */
export function plainName(path: string): string {
  return basename(path)
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9._-]/g, '_');
}
