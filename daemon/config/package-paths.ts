// Which file a package name means, for `import`: Node's rules, asked from any folder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isFile } from './module-paths';

const IMPORT_CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * The absolute path of what `name` means to an `import` in the file `from`.
 * @throws what `require.resolve` throws if there is no such package, or it doesn't export that.
 */
export function resolvePackage(name: string, from: string): string {
  const require = createRequire(from);
  const [, packageName, subpath] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  if (packageName !== undefined && subpath !== undefined && !name.startsWith('#')) {
    for (const folder of require.resolve.paths(name) ?? []) {
      const root = join(folder, packageName);
      const manifest = readManifest(root);
      if (manifest === undefined) continue;
      const target = exportedPath(manifest.exports, `.${subpath}`);
      if (target !== undefined && isFile(join(root, target))) return join(root, target);
      break;
    }
  }
  return require.resolve(name);
}

/** The path within a package that its `exports` give for `subpath` when it is imported. */
export function exportedPath(exports: unknown, subpath: string): string | undefined {
  if (exports === undefined || exports === null) return undefined;
  if (!hasSubpaths(exports)) return subpath === '.' ? conditional(exports) : undefined;
  const table = exports as Record<string, unknown>;
  if (Object.hasOwn(table, subpath)) return conditional(table[subpath]);
  let best: { target: unknown; star: string; length: number } | undefined;
  for (const [pattern, target] of Object.entries(table)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    if (subpath.length < before.length + after.length || before.length < (best?.length ?? 0)) continue;
    const star = subpath.slice(before.length, subpath.length - after.length);
    best = { target, star, length: before.length };
  }
  return best === undefined ? undefined : conditional(best.target)?.replaceAll('*', best.star);
}

function hasSubpaths(exports: unknown): boolean {
  return typeof exports === 'object' && Object.keys(exports ?? {}).some((key) => key.startsWith('.'));
}

function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target.startsWith('./') ? target : undefined;
  if (Array.isArray(target)) return target.map(conditional).find((one) => one !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const path = IMPORT_CONDITIONS.has(condition) ? conditional(inner) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}

function readManifest(root: string): { exports?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports?: unknown };
  } catch {
    return undefined;
  }
}
