// Type errors of a config as warnings, from the user's own TypeScript in a process of its own.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../src/errors';
import { findTypeScript, findUpwards, type TypeScriptCompiler } from './find-typescript';
import { sha256, type Manifest } from './manifest';
import { parseDiagnostics, refusedSettings, type TypeWarning } from './type-diagnostics';
import { writeWhole } from '../../src/write-whole';

export type { TypeWarning } from './type-diagnostics';

/** What came of looking for type errors. */
export interface TypeCheck {
  /** Whether it was done: there may be no TypeScript, or nothing typed. */
  readonly checked: boolean;
  /** Why it wasn't done. */
  readonly reason?: string;
  readonly warnings: readonly TypeWarning[];
}

/** What to check. */
export interface TypeCheckJob {
  readonly config: string;
  readonly cache: string;
  readonly maker: string;
  readonly manifest: Manifest;
  /** This package's entry points by module name. */
  readonly entries: Readonly<Record<string, string>>;
}

const LONGEST_MS = 120_000;

/** Looks for type errors in a config and the files of its project. Never rejects. */
export async function checkTypes(job: TypeCheckJob): Promise<TypeCheck> {
  try {
    return await check(job);
  } catch (error) {
    return { checked: false, reason: messageOf(error), warnings: [] };
  }
}

async function check({ config, cache, maker, manifest, entries }: TypeCheckJob): Promise<TypeCheck> {
  if (!manifest.files.some(({ path }) => /\.[mc]?ts$/.test(path))) {
    return { checked: false, reason: 'No file of the config is TypeScript.', warnings: [] };
  }
  const compiler = findTypeScript(config) ?? findTypeScript(__filename);
  if (compiler === undefined) {
    const reason =
      'TypeScript is not installed beside the config: `npm install -D typescript` to have types checked.';
    return { checked: false, reason, warnings: [] };
  }
  const folder = dirname(config);
  const base = findUpwards(folder, 'tsconfig.json');
  const settings = base === undefined ? '' : readFileSync(base, 'utf8');
  const state = [maker, compiler.script, compiler.version, config, base, settings, manifest.files];
  const key = sha256(JSON.stringify(state)).slice(0, 32);
  const cached = join(cache, `types-${key}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, 'utf8')) as TypeCheck;
  const project = join(cache, `types-${key}.tsconfig.json`);
  writeWhole(project, JSON.stringify(tsconfigFor(config, base, entries)));
  let output = await run(compiler, project, folder);
  if (base !== undefined && refusedSettings(output)) {
    // Settings that this compiler no longer takes: then those that matter, without the rest.
    const strict = !/"strict"\s*:\s*false/.test(settings);
    writeWhole(project, JSON.stringify(tsconfigFor(config, undefined, entries, strict)));
    output = await run(compiler, project, folder);
  }
  const own = new Set(manifest.files.map(({ path }) => path));
  const warnings = parseDiagnostics(output, folder, (file) => own.has(file));
  const result: TypeCheck = { checked: true, warnings };
  writeWhole(cached, JSON.stringify(result));
  return result;
}

/**
 * The project that is checked: the user's own settings, if there are some, for the way in which samebox loads files
 * (names as a bundler takes them, `await` and `import.meta` anywhere), with samebox's types from this package.
 */
export function tsconfigFor(
  config: string,
  base: string | undefined,
  entries: Readonly<Record<string, string>>,
  strict = true,
): object {
  const roots = typeRoots(dirname(config));
  const nodeTypes = roots.some((root) => existsSync(join(root, 'node')));
  const own = base === undefined ? { strict, target: 'es2022', lib: ['es2023', 'esnext.disposable'] } : {};
  const paths = Object.entries(entries).map(([name, path]) => [name, [path.replace(/\.js$/, '.d.ts')]]);
  return {
    ...(base !== undefined && { extends: base }),
    files: [config],
    include: [],
    references: [],
    compilerOptions: {
      ...own,
      module: 'esnext',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      esModuleInterop: true,
      allowJs: true,
      checkJs: false,
      skipLibCheck: true,
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      tsBuildInfoFile: null,
      rootDir: null,
      customConditions: null,
      paths: Object.fromEntries(paths) as object,
      typeRoots: roots,
      ...(base === undefined && { types: nodeTypes ? ['node'] : [] }),
    },
  };
}

/** Where type packages may be: the folders of `@types` on the way up from the config, and this package's. */
function typeRoots(folder: string): string[] {
  const roots: string[] = [];
  for (const from of [folder, __dirname]) {
    for (let at = from; at !== dirname(at); at = dirname(at)) {
      const root = join(at, 'node_modules', '@types');
      if (existsSync(root) && !roots.includes(root)) roots.push(root);
    }
  }
  return roots;
}

async function run({ script }: TypeScriptCompiler, project: string, cwd: string): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const options = { cwd, env, timeout: LONGEST_MS, maxBuffer: 64 * 1024 * 1024, windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, '-p', project, '--pretty', 'false'], options, (error, stdout) => {
      // A compiler that found errors ends with 1 or 2; one that was killed has no code.
      if (error !== null && typeof error.code !== 'number') {
        reject(
          new Error(
            error.killed === true ? 'TypeScript took too long.' : `TypeScript failed: ${error.message}`,
          ),
        );
      } else resolve(stdout);
    });
  });
}
