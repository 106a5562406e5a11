// Wine: found or installed, its world of drives and registry made once, and programs of Windows run in it.
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cannot } from './cannot.mjs';
import { find, run } from './commands.mjs';
import { kept } from './kept.mjs';

const PACKAGES = ['wine', 'wine64'];
const LOOK_MS = 200;

/** No debug output, no .NET, no HTML: they would ask to be downloaded. */
const QUIET = { WINEARCH: 'win64', WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree=;mshtml=' };

/** A path of this machine as Windows programs see it: drive Z: is the root. */
export function windowsPath(path) {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** A Windows to run programs in. */
export class Wine {
  /** @throws Cannot where there is no Wine, and none can be installed. */
  static async start() {
    requireWine();
    const version = run('wine', ['--version'])
      .trim()
      .replace(/[^\w.-]+/g, '_');
    return new Wine(await kept(`prefix-${version}`, makePrefix));
  }

  constructor(prefix) {
    this.env = environment(prefix);
  }

  /**
   * Runs a program to its end, and shows what it prints. It prints to a file: a node.exe under Wine can't use a pipe that
   * was made outside.
   *
   * @returns its exit code; rejects if it takes longer than `timeout` milliseconds.
   */
  async run(command, args, { cwd, env = {}, timeout }) {
    const folder = mkdtempSync(join(tmpdir(), 'sb-wine-'));
    const output = openSync(join(folder, 'output'), 'w+');
    const child = spawn('wine', [windowsPath(command), ...args], {
      cwd,
      env: { ...this.env, ...env },
      stdio: ['ignore', output, output],
    });
    const show = shower(output);
    const looking = setInterval(show, LOOK_MS);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    const stop = () => child.kill('SIGKILL');
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      const code = await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', resolve);
      });
      show();
      if (late) throw new Error(`It took longer than ${timeout / 60_000} minutes, and was ended.`);
      return code ?? 1;
    } finally {
      clearInterval(looking);
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      closeSync(output);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function requireWine() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Cannot(
      `This is ${process.platform} on ${process.arch}: it takes Windows, or Linux on x64 with Wine.`,
    );
  if (find('wine')) return;
  const install = `apt-get install --no-install-recommends ${PACKAGES.join(' ')}`;
  if (process.getuid() !== 0 || !find('apt-get'))
    throw new Cannot(`Wine isn't installed. On Debian and its kin, as root: ${install}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=300'];
  run('apt-get', [...options, 'update'], { env });
  run('apt-get', [...options, 'install', '--yes', '--no-install-recommends', ...PACKAGES], { env });
}

function makePrefix(folder) {
  const env = environment(folder);
  run('wine', ['wineboot', '-i'], { env, stdio: 'ignore' });
  run('wine', ['winecfg', '-v', 'win10'], { env, stdio: 'ignore' });
  run('wineserver', ['-w'], { env, stdio: 'ignore' }); // Its registry is written when the last program has ended.
}

function environment(prefix) {
  const { DISPLAY: _, ...env } = process.env;
  return { ...env, ...QUIET, WINEPREFIX: prefix };
}

/** Shows, each time it is called, what has been added to a file. */
function shower(file) {
  let at = 0;
  return () => {
    const piece = Buffer.alloc(fstatSync(file).size - at);
    const length = readSync(file, piece, 0, piece.length, at);
    at += length;
    process.stdout.write(piece.subarray(0, length));
  };
}
