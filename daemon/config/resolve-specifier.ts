// What a module name in a config's file means: a file of the project, one outside of it, or samebox itself.
import { readdirSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../src/suggest';
import { findModule, isFile } from './module-paths';
import { resolvePackage } from './package-paths';
import type { SourceFile } from './source-file';

/** What a module name means. */
export type Resolution =
  /** It stays as it is: Node's own modules, `data:` and the like. */
  | { readonly kind: 'untouched' }
  /** A file of the project, which is prepared too. */
  | { readonly kind: 'project'; readonly path: string }
  /** A file that is loaded from where it is. */
  | { readonly kind: 'external'; readonly path: string }
  /** Nothing; `why` is a sentence, with what to do next. */
  | { readonly kind: 'missing'; readonly why: string };

/** Finds what module names mean, and notes what the answers depend on. */
export class SpecifierResolver {
  /** Paths that were looked at and aren't there. */
  readonly absent = new Set<string>();
  /** Files outside of the project that were found. */
  readonly present = new Set<string>();

  /** @param entries this package's own entry points by module name. */
  constructor(private readonly entries: Readonly<Record<string, string>>) {}

  /** What `name` means in `file`. */
  resolve(name: string, file: SourceFile): Resolution {
    const entry = Object.hasOwn(this.entries, name) ? this.entries[name] : undefined;
    if (entry !== undefined) return { kind: 'external', path: entry };
    if (/^\.{1,2}(?:\/|$)/.test(name)) return this.#relative(join(dirname(file.path), name), name, file);
    if (name.startsWith('file:')) return this.#relative(fileURLToPath(name), name, file);
    if (isAbsolute(name)) return this.#relative(name, name, file);
    if (isBuiltin(name) || /^[a-z][a-z0-9+.-]+:/.test(name)) return { kind: 'untouched' };
    return this.#package(name, file);
  }

  #relative(path: string, name: string, file: SourceFile): Resolution {
    const { path: found, absent } = findModule(path, file.typescript);
    for (const one of absent) this.absent.add(one);
    if (found === undefined) {
      return { kind: 'missing', why: `There is no file ${JSON.stringify(name)}.${this.#near(path)}` };
    }
    if (/\.[jt]sx$/.test(found)) {
      return { kind: 'missing', why: `${JSON.stringify(name)} is JSX, which a config can't use.` };
    }
    return this.#found(found, true);
  }

  #package(name: string, file: SourceFile): Resolution {
    try {
      return this.#found(resolvePackage(name, file.path), false);
    } catch (error) {
      if (name.startsWith('#')) return { kind: 'missing', why: (error as Error).message };
      const install = /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
        return { kind: 'missing', why: `The package ${install} doesn't export ${JSON.stringify(name)}.` };
      }
      const why = `The package ${JSON.stringify(install)} is not installed: run \`npm install ${install}\` in ${dirname(file.path)}.`;
      return { kind: 'missing', why };
    }
  }

  /** What a file names relatively is the project's own, and so is a package outside of `node_modules`: a workspace. */
  #found(found: string, relative: boolean): Resolution {
    const path = realpathSync(found);
    const foreign = !relative && /[\\/]node_modules[\\/]/.test(path);
    const own = !foreign && !Object.values(this.entries).includes(path);
    if (own && /\.(?:[mc]?[jt]s|json)$/.test(path)) return { kind: 'project', path };
    this.present.add(path);
    return { kind: 'external', path };
  }

  #near(path: string): string {
    try {
      const folder = dirname(path);
      const files = readdirSync(folder).filter((one) => isFile(join(folder, one)));
      const names = extname(path) === '' ? files.map((one) => one.replace(/\.[^.]*$/, '')) : files;
      return didYouMean(basename(path), names);
    } catch {
      return ' Nor is there its folder.';
    }
  }
}
