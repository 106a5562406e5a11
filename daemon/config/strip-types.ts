// TypeScript to JavaScript by blanking the types, so that every place stays where it was.
import { transformSync } from '@swc/wasm-typescript';
import { endOfType } from '../describe/extract/type-text';
import { utf16Column } from './display-column';
import { SourceError } from './source-error';

/** TypeScript made into JavaScript. */
export interface Stripped {
  /** What runs. */
  readonly code: string;
  /** A source map where lines moved: the file has an enum, a namespace or a parameter property. */
  readonly map?: string;
  /** For reading types: a source and its JavaScript of the same length. Absent if they can't be had. */
  readonly types?: { readonly source: string; readonly code: string };
}

interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly startLine?: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Tries at blanking what can't be stripped. */
const MOST_BLANKED = 1000;

/**
 * `source` without its types. What can't be blanked (enum, namespace, parameter property) is compiled instead; its
 * types are then read from a copy in which it is blanked.
 * @throws SourceError for a syntax error, with its place.
 */
export function stripTypes(source: string, filename: string): Stripped {
  try {
    const { code } = transformSync(source, { mode: 'strip-only', filename });
    return code.length === source.length ? { code, types: { source, code } } : { code };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== 'UnsupportedSyntax') throw sourceError(failure, source, filename);
  }
  try {
    const { code, map } = transformSync(source, {
      mode: 'transform',
      filename,
      sourceMap: true,
      transform: {
        importExportAssignConfig: isCommonJs(source, filename) ? 'Classic' : 'NodeNext',
        nativeClassProperties: true,
      },
    });
    const types = blankedTypes(source, filename);
    return { code, ...(map !== undefined && { map }), ...(types && { types }) };
  } catch (error) {
    throw sourceError(failureOf(error), source, filename);
  }
}

/** Whether `import x = require('y')` becomes plain CommonJS: where `export =` needs it. */
function isCommonJs(source: string, filename: string): boolean {
  return filename.endsWith('.cts') || /^\s*export\s*=/m.test(source);
}

/** `source` with what can't be stripped blanked, and that stripped. */
function blankedTypes(source: string, filename: string): Stripped['types'] {
  for (let tries = 0; tries < MOST_BLANKED; tries++) {
    try {
      const { code } = transformSync(source, { mode: 'strip-only', filename });
      return code.length === source.length ? { source, code } : undefined;
    } catch (error) {
      const blanked = blank(source, failureOf(error));
      if (blanked === source) return undefined;
      source = blanked;
    }
  }
  return undefined;
}

/** Blanks the construct that a failure names, with the modifiers before it. */
function blank(source: string, failure: Failure): string {
  const start = offsetOf(source, failure.startLine, failure.startColumn);
  const end = offsetOf(source, failure.endLine, failure.endColumn);
  if (start === undefined || end === undefined) return source;
  const before = /(?:\b(?:public|private|protected|readonly|override|export|declare|const)\s+)*$/;
  const from = before.exec(source.slice(0, start))?.index ?? start;
  const upTo = failure.message.includes('parameter property')
    ? start
    : failure.message.includes('angle-bracket')
      ? endOfType(source, start + 1) + 1
      : end;
  return source.slice(0, from) + source.slice(from, upTo).replace(/[^\r\n]/g, ' ') + source.slice(upTo);
}

/** The offset of a line (from 1) and display column (from 0). */
function offsetOf(source: string, line: number | undefined, column = 0): number | undefined {
  const lines = source.split(/(?<=\r\n|\n|\r(?!\n))/);
  const text = line === undefined ? undefined : lines[line - 1];
  if (line === undefined || text === undefined) return undefined;
  return lines.slice(0, line - 1).join('').length + utf16Column(text, column);
}

function sourceError(failure: Failure, source: string, file: string): SourceError {
  const offset = offsetOf(source, failure.startLine, failure.startColumn);
  if (offset === undefined) return new SourceError({ message: failure.message, file });
  return SourceError.at(failure.message, file, source, offset);
}

function failureOf(error: unknown): Failure {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return error as Failure;
  }
  return { message: String(error) };
}
