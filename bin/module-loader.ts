// Loads modules as Node does, but without looking for what was found before, or compiling what was compiled before.
import { existsSync, readFileSync, statSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import type { Kept, KeptModule } from './kept-code';

/** What Node wraps a CommonJS module in. */
const BEFORE = '(function (exports, require, module, __filename, __dirname) { ';
const AFTER = '\n})';
/** `import()` outside of a comment line: Node alone can do that. */
const IMPORTS = /^(?!\s*(?:\*|\/\/)).*\bimport\s*\(/m;

type Body = (
  exports: unknown,
  require: NodeJS.Require,
  module: NodeJS.Module,
  filename: string,
  folder: string,
) => void;

/** A module to be run. */
interface Runnable {
  readonly script: Script;
  readonly links: Record<string, string>;
}

/**
 * Modules stand in `require.cache`, like all others: whoever asks for one in the usual way gets the same one. What isn't
 * plain CommonJS is left to Node.
 */
export class ModuleLoader {
  /** What was compiled in this process, or has required something that it hadn't before. */
  private readonly news = new Map<string, KeptModule>();
  private closed = false;

  /** @param kept what is known of modules from an earlier run, by file. */
  constructor(private readonly kept: Kept) {}

  /** What the module in `file` exports; it is run if it hasn't been. */
  load(file: string): unknown {
    const there = require.cache[file];
    if (there !== undefined) return there.exports;
    const { script, links } = this.compiled(file) ?? {};
    if (script === undefined || links === undefined) return byNode(file);
    const loaded = new Module(file, module);
    loaded.filename = file;
    require.cache[file] = loaded;
    try {
      const run = script.runInThisContext() as Body;
      run.call(loaded.exports, loaded.exports, this.requireFor(file, links), loaded, file, dirname(file));
      loaded.loaded = true;
    } catch (error) {
      Reflect.deleteProperty(require.cache, file);
      throw error;
    }
    return loaded.exports;
  }

  /** All that is known now, for the next run; `undefined` if that is nothing new. */
  learned(): Kept | undefined {
    return this.news.size === 0 ? undefined : new Map([...this.kept, ...this.news]);
  }

  /** From now on modules are loaded by Node. */
  close(): void {
    this.closed = true;
    this.news.clear();
  }

  private compiled(file: string): Runnable | undefined {
    if (this.closed || !/\.c?js$/.test(file)) return undefined;
    const stamp = stampOf(file);
    if (stamp === undefined) return undefined;
    const known = this.kept.get(file);
    if (known?.stamp === stamp) {
      const { source, code, links } = known.read();
      const script = compile(file, source, code);
      if (script?.cachedDataRejected === false) return { script, links };
    }
    const source = readFileSync(file, 'utf8');
    if (source.startsWith('#!') || IMPORTS.test(source)) return undefined;
    const script = compile(file, source);
    if (script === undefined) return undefined;
    const links = {};
    this.news.set(file, { stamp, read: () => ({ source, code: script.createCachedData(), links }) });
    return { script, links };
  }

  private requireFor(file: string, links: Record<string, string>): NodeJS.Require {
    let found: NodeJS.Require | undefined;
    const ordinary = (): NodeJS.Require => (found ??= createRequire(file));
    const own = (name: string): unknown => {
      if (isBuiltin(name)) return byNode(name);
      let target = links[name];
      // A package may have been moved: two of one version became one.
      if (target === undefined || !isThere(target)) {
        target = links[name] = ordinary().resolve(name);
        const known = this.news.has(file) || this.closed ? undefined : this.kept.get(file);
        if (known !== undefined)
          this.news.set(file, { stamp: known.stamp, read: () => ({ ...known.read(), links }) });
      }
      return this.load(target);
    };
    return Object.defineProperties(own, {
      resolve: { get: () => ordinary().resolve },
      main: { get: () => require.main },
      cache: { get: () => require.cache },
      extensions: { get: () => ordinary().extensions },
    }) as NodeJS.Require;
  }
}

function isThere(file: string): boolean {
  return require.cache[file] !== undefined || existsSync(file);
}

/** How a file is told from what it was before. npm gives all files of all packages the same time of modification. */
function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}`;
}

/** `undefined` for what is no CommonJS: Node says what is wrong with it. */
function compile(filename: string, source: string, cachedData?: Buffer): Script | undefined {
  try {
    return new Script(`${BEFORE}${source}${AFTER}`, {
      filename,
      columnOffset: -BEFORE.length,
      ...(cachedData && { cachedData }),
    });
  } catch {
    return undefined;
  }
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- builtins, JSON, native code, ES modules
const byNode = (name: string): unknown => require(name) as unknown;
