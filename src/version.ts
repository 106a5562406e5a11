// The package's own version and place.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: two levels up from the compiled file, one from the source. */
export const PACKAGE_ROOT = findRoot(__dirname);

/** Version of this package. */
export const VERSION = (
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }
).version;

function findRoot(folder: string): string {
  try {
    readFileSync(join(folder, 'package.json'));
    return folder;
  } catch (error) {
    if (dirname(folder) === folder) throw new Error('samebox lies outside of its package', { cause: error });
    return findRoot(dirname(folder));
  }
}
