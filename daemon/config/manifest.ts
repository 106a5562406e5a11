// What the cache knows of a prepared config: its files by content, and where the prepared ones are.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignatureData } from '../describe/signature-index';

/** One file of a prepared config. */
export interface PreparedFile {
  /** Where the person's file is. */
  readonly path: string;
  /** Digest of its bytes. */
  readonly sha256: string;
  /** The name of the prepared file in the folder of the manifest; absent for what only decides (package.json). */
  readonly output?: string;
  /** Characters put in front of its first line. */
  readonly shift?: number;
  /** A source map, if lines moved. */
  readonly map?: string;
}

/** A prepared config. */
export interface Manifest {
  /** What the cache entry was made with: another one is not used. */
  readonly maker: string;
  /** The folder of the prepared files. */
  readonly folder: string;
  /** The prepared config within it. */
  readonly entry: string;
  readonly files: readonly PreparedFile[];
  /** Paths that must not exist: if one does, a name means another file now. */
  readonly absent: readonly string[];
  /** Files outside of the project that names were resolved to: they must exist. */
  readonly present: readonly string[];
  readonly signatures: SignatureData;
}

/** The name of a config's manifest in the cache. */
export function manifestPath(cache: string, config: string, maker: string): string {
  return join(cache, `config-${sha256(`${maker}\n${config}`).slice(0, 32)}.json`);
}

/** The manifest of a config if every file is still as it was, else nothing. */
export function readManifest(path: string, maker: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    return manifest.maker === maker && isCurrent(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function isCurrent({ folder, files, absent, present }: Manifest): boolean {
  return (
    files.every(({ path, sha256: was }) => sha256(readFileSync(path)) === was) &&
    files.every(({ output }) => output === undefined || existsSync(join(folder, output))) &&
    !absent.some((path) => existsSync(path)) &&
    present.every((path) => existsSync(path))
  );
}

/** A digest in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
