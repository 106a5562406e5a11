// A line and column of a prepared file, brought back to the original's.
import { SourceMap, type SourceMapPayload } from 'node:module';
import type { PreparedFile } from './manifest';

/** The place (line and column from 1) in the original file of a place in its prepared one. */
export function mappedPlace(
  { shift = 0, map }: Pick<PreparedFile, 'shift' | 'map'>,
  line: number,
  column: number | undefined,
): { line: number; column: number | undefined } {
  const own = column === undefined || line > 1 ? column : Math.max(1, column - shift);
  if (map === undefined) return { line, column: own };
  return originalPlace(map, line, own ?? 1) ?? { line, column: own };
}

/** The place (line and column from 1) that a source map gives. */
export function originalPlace(
  map: string,
  line: number,
  column: number,
): { line: number; column: number } | undefined {
  const entry = new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(line - 1, column - 1);
  return 'originalLine' in entry
    ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : undefined;
}
