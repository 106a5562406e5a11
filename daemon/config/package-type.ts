// Whether the nearest package.json makes a folder's files modules.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was found on the way up from a file. */
export interface PackageType {
  readonly isModule: boolean;
  /** The package.json that says so, if there is one. */
  readonly decidedBy: string | undefined;
  /** Where none is, on the way to it. */
  readonly absent: readonly string[];
}

/** Looks for the package.json that belongs to the file `path`. */
export function packageType(path: string): PackageType {
  const absent: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const candidate = join(folder, 'package.json');
    if (existsSync(candidate)) {
      return { isModule: typeIn(candidate) === 'module', decidedBy: candidate, absent };
    }
    absent.push(candidate);
    if (folder === dirname(folder)) return { isModule: false, decidedBy: undefined, absent };
  }
}

function typeIn(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
