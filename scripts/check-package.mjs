// Checks the package as its users get it: publint, then the packed tarball installed into an empty folder and used from
// CommonJS, from ES modules and from TypeScript, with a TypeScript config served by the installed command.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'sb-package-'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const env = {
  ...process.env,
  SAMEBOX_RUNTIME_DIR: join(folder, 'run'),
  XDG_CACHE_HOME: join(folder, 'cache'),
};

function run(command, args, options = {}) {
  console.log(`> ${[command === process.execPath ? 'node' : command, ...args].join(' ')}`);
  return execFileSync(command, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

function expect(what, condition) {
  if (!condition) throw new Error(`not so: ${what}`);
  console.log(`  ok: ${what}`);
}

const CONFIG = `import { defineBox, expose } from 'samebox/daemon';

export class Adder {
  /** Adds two numbers. */
  add(a: number, b = 1): number {
    return a + b;
  }
}

export default defineBox({ name: 'pack', targets: { adder: expose(() => new Adder(), { concurrency: 2 }) } });
`;

const SCRIPT_TS = `import { connect, SameboxError, type Remote } from 'samebox';
import { callContext, startDaemon } from 'samebox/daemon';
import { SerialInstrument, SimulatedPowerMeter } from 'samebox/instruments';
import type { Adder } from './samebox.config.js';

export async function sum(): Promise<number> {
  await using lab = await connect('pack');
  const adder: Remote<Adder> = lab.target<Adder>('adder');
  return adder.add(1, 2);
}
export const used: unknown[] = [SameboxError, callContext, startDaemon, SerialInstrument, SimulatedPowerMeter];
`;

const USE = `
  const lab = await connect('pack');
  console.log(await lab.target('adder').add(20, 22), typeof defineBox, typeof ScpiInstrument);
  await lab.close();
`;

try {
  run(process.execPath, [join(root, 'node_modules/publint/src/cli.js'), '--strict', root], {
    stdio: 'inherit',
  });
  const [{ filename }] = JSON.parse(
    run(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, root]),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true }));
  run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, filename)]);
  expect('the tarball has no tests', !existsSync(join(folder, 'node_modules/samebox/test')));
  expect('the licence is in it', existsSync(join(folder, 'node_modules/samebox/LICENSE')));

  writeFileSync(join(folder, 'samebox.config.ts'), CONFIG);
  const bin = join(folder, 'node_modules/.bin/samebox');
  const daemon = spawn(bin, ['serve', '--log-format', 'json'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    expect(
      'the installed command serves a TypeScript config',
      run(bin, ['--wait', '20', 'call', 'adder', 'add', '1', 'b=2', '--json']).trim() === '3',
    );
    const methods = run(bin, ['methods', 'adder']);
    expect('signatures come from the TypeScript source', /add\(a: number, b.* = 1\): number/.test(methods));
    writeFileSync(
      join(folder, 'use.cjs'),
      `const { connect } = require('samebox'); const { defineBox } = require('samebox/daemon'); const { ScpiInstrument } = require('samebox/instruments'); (async () => {${USE}})();`,
    );
    writeFileSync(
      join(folder, 'use.mjs'),
      `import { connect } from 'samebox'; import { defineBox } from 'samebox/daemon'; import { ScpiInstrument } from 'samebox/instruments';${USE}`,
    );
    expect('it works from CommonJS', run(process.execPath, ['use.cjs']).trim() === '42 function function');
    expect('it works from ES modules', run(process.execPath, ['use.mjs']).trim() === '42 function function');
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }

  writeFileSync(join(folder, 'script.ts'), SCRIPT_TS);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const common = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
    '--typeRoots',
    join(root, 'node_modules/@types'),
    '--types',
    'node',
  ];
  for (const module of ['nodenext', 'commonjs']) {
    const resolution = module === 'nodenext' ? 'nodenext' : 'bundler';
    run(process.execPath, [
      tsc,
      ...common,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      'script.ts',
    ]);
    expect(`it type-checks with module ${module}, its own types included`, true);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
