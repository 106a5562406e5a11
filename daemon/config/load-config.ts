// `loadConfig`: a TypeScript or JavaScript config as a box, with what its sources say of it.
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../box/define-box';
// Every config imports it: so it is loaded with the rest of the program, not by the config.
import '../index';
import { PACKAGE_ROOT, VERSION } from '../../src/version';
import { packageSignatureData } from '../describe/package-signatures';
import { SignatureIndex } from '../describe/signature-index';
import { openCacheDir } from '../../src/cache-dir';
import { checkTypes, type TypeCheck } from './check-types';
import { evaluateConfig } from './evaluate-config';
import { findConfig } from './find-config';
import { manifestPath, readManifest } from './manifest';
import { OriginalPlaces } from './original-places';
import { runPreparer } from './run-preparer';

export type { TypeCheck, TypeWarning } from './check-types';

/** Where the config's files are prepared and kept. */
export interface LoadOptions {
  /** The cache folder. Default: the user's own, see docs/ARCHITECTURE.md. */
  readonly cacheDir?: string;
}

/** A config that was loaded. */
export interface LoadedConfig {
  /** The config, links followed. */
  readonly path: string;
  readonly box: Box;
  /** What the config's sources and samebox's own say of functions and classes. */
  readonly signatures: SignatureIndex;
  /** Every file of the project that the config is made of. */
  readonly sources: readonly string[];
  /** A stack trace or message in terms of the person's own files, not of the prepared ones that run. */
  originalText(text: string): string;
  /**
   * Runs the user's own TypeScript over the config, in a process of its own. Takes seconds the first time. Never
   * rejects.
   */
  checkTypes(): Promise<TypeCheck>;
}

/** Raised when prepared files are made differently, so that old ones are not used. */
const PREPARER = 1;

/** This package's own entry points: a config never loads a second copy. */
const ENTRIES = {
  samebox: join(__dirname, '..', '..', 'client', 'index.js'),
  'samebox/daemon': join(__dirname, '..', 'index.js'),
  'samebox/instruments': join(__dirname, '..', 'instruments', 'index.js'),
};

/**
 * Loads a config. Nothing but Node is needed: types are blanked in a process of its own, and kept by content, so that
 * the next start reads a file and no more.
 *
 * @param path a file, or a folder with a `samebox.config.*`.
 * @throws SameboxError `INVALID_ARGUMENT` that names file, line and column: for a syntax error, a module that isn't
 * there, an error while the config runs, or a default export that is no box.
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const config = findConfig(path);
  const cache = openCacheDir(options.cacheDir);
  const maker = `samebox ${VERSION}, ${PREPARER}, node ${process.versions.node}, ${PACKAGE_ROOT}`;
  const manifest =
    readManifest(manifestPath(cache, config, maker), maker) ??
    (await runPreparer(join(__dirname, 'prepare-main.js'), { config, cache, maker, entries: ENTRIES }));
  touch(manifest.folder);
  const places = new OriginalPlaces(manifest);
  const box = await evaluateConfig(config, manifest, places);
  return {
    path: config,
    box,
    signatures: new SignatureIndex([manifest.signatures, packageSignatureData()]),
    sources: manifest.files.flatMap(({ path: source, output }) => (output === undefined ? [] : [source])),
    originalText: (text) => places.inText(text),
    checkTypes: () => checkTypes({ config, cache, manifest, entries: ENTRIES, maker }),
  };
}

/** The folder is in use: it isn't removed as old. */
function touch(folder: string): void {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Somebody else's clock, or a read-only cache.
  }
}
