// The TypeScript compiler that a project has, if it has one.
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A TypeScript compiler. */
export interface TypeScriptCompiler {
  /** The file that Node runs. */
  readonly script: string;
  readonly version: string;
}

/** The `typescript` package that the file `from` would get, by its own bin entry: 5, 6 and 7 differ inside. */
export function findTypeScript(from: string): TypeScriptCompiler | undefined {
  try {
    const path = createRequire(from).resolve('typescript/package.json');
    const { bin, version } = JSON.parse(readFileSync(path, 'utf8')) as { bin?: unknown; version: string };
    const tsc = typeof bin === 'string' ? bin : (bin as { tsc?: string } | undefined)?.tsc;
    return tsc === undefined ? undefined : { script: join(dirname(path), tsc), version };
  } catch {
    return undefined;
  }
}

/** The nearest file of this name on the way up from a folder. */
export function findUpwards(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (at === dirname(at)) return undefined;
  }
}
