// Which file a config path means.
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SameboxError } from '../../src/errors';
import { didYouMean } from '../../src/suggest';

const NAMES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `samebox.config.${extension}`);

/**
 * The config that `path` means: a file, or the `samebox.config.*` of a folder. Links are followed.
 * @throws SameboxError `INVALID_ARGUMENT` if there is none, or it is no TypeScript or JavaScript.
 */
export function findConfig(path: string): string {
  const absolute = resolve(path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) throw noConfig(absolute, `There is no config ${absolute}.${near(absolute)}`);
  if (stat.isDirectory()) {
    const name = NAMES.find((one) => statSync(join(absolute, one), { throwIfNoEntry: false })?.isFile());
    if (name === undefined)
      throw noConfig(absolute, `There is no samebox.config.ts (or .js) in ${absolute}.`);
    return realpathSync(join(absolute, name));
  }
  if (!/\.[mc]?[jt]s$/.test(absolute)) {
    throw noConfig(absolute, `A config is TypeScript or JavaScript (.ts or .js): ${absolute} is not.`);
  }
  return realpathSync(absolute);
}

function near(path: string): string {
  try {
    return didYouMean(basename(path), readdirSync(dirname(path)));
  } catch {
    return ` Nor is there the folder ${dirname(path)}.`;
  }
}

function noConfig(file: string, message: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, { details: { file } });
}
