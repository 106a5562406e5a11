// `npm run test:windows`: the tests on the real node.exe of Windows. On Windows as they are; elsewhere under Wine, with a copy
// of the project beside dependencies that were installed for Windows. Arguments go to jest. Ends with 77 where it can't run.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cannot, SKIPPED } from './cannot.mjs';
import { dependencies, nodeExe } from './win32.mjs';
import { Wine } from './wine.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const args = [
  'node_modules/jest/bin/jest.js',
  '--config=scripts/windows/jest.config.cjs',
  '--forceExit',
  '--maxWorkers=100%', // Half of the time goes into waiting for processes.
  ...process.argv.slice(2),
];
/** Longer than they ever take. */
const TIMEOUT_MS = 20 * 60_000;
/** Folders of the project that are of no use there. */
const NOT_COPIED = new Set(['.git', 'node_modules', 'coverage', join('dist', '.tsbuildinfo')]);

async function underWine() {
  const wine = await Wine.start();
  const [node, modules] = [await nodeExe(), await dependencies(root)];
  const project = mkdtempSync(join(tmpdir(), 'sbw-'));
  try {
    cpSync(root, project, {
      recursive: true,
      filter: (path) => !NOT_COPIED.has(relative(root, path).split(sep).slice(0, 2).join(sep)),
    });
    symlinkSync(modules, join(project, 'node_modules')); // Windows programs see a folder.
    return await wine.run(node, args, { cwd: project, timeout: TIMEOUT_MS });
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

try {
  process.exitCode =
    process.platform === 'win32'
      ? (spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1)
      : await underWine();
} catch (error) {
  if (!(error instanceof Cannot)) throw error;
  console.error(`The tests of Windows were not run. ${error.message}`);
  process.exitCode = SKIPPED;
}
