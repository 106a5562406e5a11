// Runs a prepared config and takes its box, or says where in the person's files it failed.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, type SameboxError } from '../../src/errors';
import { isBox, type Box } from '../box/define-box';
import { boxOf } from './box-of';
import type { Manifest } from './manifest';
import type { OriginalPlaces } from './original-places';
import { configError } from './run-preparer';

/**
 * Runs a prepared config.
 * @throws SameboxError `INVALID_ARGUMENT` that names the place, if it throws or exports no box.
 */
export async function evaluateConfig(
  config: string,
  manifest: Manifest,
  places: OriginalPlaces,
): Promise<Box> {
  let found: Box | string;
  try {
    // The cache keeps one folder per content: a changed config is another module to Node.
    const url = pathToFileURL(join(manifest.folder, manifest.entry)).href;
    found = await boxOf((await import(url)) as Record<string, unknown>, isBox);
  } catch (error) {
    throw await evaluationError(config, error, manifest, places);
  }
  if (typeof found === 'string') throw configError({ message: found, file: config });
  return found;
}

async function evaluationError(
  config: string,
  error: unknown,
  manifest: Manifest,
  places: OriginalPlaces,
): Promise<SameboxError> {
  const place =
    (error instanceof Error && error.stack !== undefined ? places.first(error.stack) : undefined) ??
    (error instanceof SyntaxError ? await syntaxPlace(manifest, places) : undefined);
  places.inError(error);
  const message = explained(error);
  if (place === undefined) return configError({ message, file: config }, error);
  const { file, line, column = 1, text } = place;
  return configError({ message, file, line, column, ...(text !== undefined && { text }) }, error);
}

function explained(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : messageOf(error);
  const name = /does not provide an export named '(.*)'$/.exec(message)?.[1];
  return name === undefined ? message : `${message}. If ${name} is a type, write: import type { ${name} }`;
}

/**
 * Where this Node finds a syntax error: syntax that is newer than it gets here, and its error names no place. So Node
 * is asked to check each file.
 */
async function syntaxPlace(
  manifest: Manifest,
  places: OriginalPlaces,
): Promise<ReturnType<OriginalPlaces['first']>> {
  for (const { output } of manifest.files) {
    if (output === undefined) continue;
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['--check', join(manifest.folder, output)], (_, __, stderr) =>
        resolve(stderr),
      );
    });
    const place = places.first(said);
    if (place !== undefined) {
      const caret = /\n( *)\^/.exec(said)?.[1]?.length;
      return { ...place, column: caret === undefined ? place.column : caret + 1 };
    }
  }
  return undefined;
}
