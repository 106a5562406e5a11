// Which file a relative module name means, as TypeScript users write it.
import { statSync } from 'node:fs';
import { join } from 'node:path';

/** What was tried for a module name. */
export interface Lookup {
  /** The file, if one is there. */
  readonly path: string | undefined;
  /** The paths that come first and aren't there: were one made, it would be meant. */
  readonly absent: readonly string[];
}

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
const TYPESCRIPT_FOR: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

/**
 * The file that `path` means: itself, or the TypeScript that it is compiled from (`./meter.js` for `meter.ts`), or
 * with an extension, or the index of a folder.
 * @param fromTypeScript whether a TypeScript file asks: then `./meter.js` means `meter.ts` first.
 */
export function findModule(path: string, fromTypeScript: boolean): Lookup {
  const extension = /\.[mc]?js$/.exec(path)?.[0] ?? '';
  const typescript = TYPESCRIPT_FOR[extension];
  const sources = typescript === undefined ? [] : [path.slice(0, -extension.length) + typescript];
  const candidates = [
    ...(fromTypeScript ? [...sources, path] : [path, ...sources]),
    ...EXTENSIONS.map((ending) => path + ending),
    ...EXTENSIONS.slice(0, -1).map((ending) => join(path, `index${ending}`)),
  ];
  const place = candidates.findIndex(isFile);
  return { path: candidates[place], absent: place < 0 ? candidates : candidates.slice(0, place) };
}

/** Whether a file (or a link to one) is at `path`. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
