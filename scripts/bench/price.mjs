// What low latency costs: the part of a core that both ends take while calls come at a pace, and how long a call takes then.
//
//   npm run build && node scripts/bench/price.mjs        seconds per row: SAMEBOX_BENCH_SECONDS (3)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineBox, startDaemon } from '../../dist/daemon/index.js';
import { connect } from '../../dist/client/index.js';

const SECONDS = Number(process.env.SAMEBOX_BENCH_SECONDS ?? 3);
/** Milliseconds between two calls; 0: one after another. */
const PACES = [100, 10, 1, 0];

/** Microseconds of processor time that this process has taken. */
function taken() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function serve(path) {
  const daemon = await startDaemon(defineBox({ targets: { bench: { noop() {}, taken } } }), {
    endpoint: path,
  });
  console.log('ready');
  process.stdin.resume().on('end', () => void daemon.close(0));
}

async function call(path, latency) {
  const client = await connect(path, { latency });
  const bench = client.target('bench');
  for (const pace of PACES) {
    const [own, other] = [taken(), await bench.taken()];
    const times = [];
    const end = performance.now() + SECONDS * 1000;
    for (let due = performance.now(); due < end; due = Math.max(due + pace, performance.now())) {
      const early = due - performance.now();
      if (early > 0.5) await new Promise((resolve) => setTimeout(resolve, early));
      const began = performance.now();
      await bench.noop();
      times.push(performance.now() - began);
    }
    const part = (from, to) => `${((to - from) / SECONDS / 1e4).toFixed(1)} %`;
    times.sort((one, another) => one - another);
    const row = {
      latency: client.latency,
      pace: pace === 0 ? 'one after another' : `every ${pace} ms`,
      'p50, us': Math.round(times[times.length >> 1] * 1000),
      client: part(own, taken()),
      daemon: part(other, await bench.taken()),
    };
    console.log(JSON.stringify(row));
  }
  await client.close();
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'sb-bench-'));
  const path = join(folder, 's');
  const run = (...args) =>
    spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const daemon = run('serve', path);
  const rows = [];
  try {
    await once(daemon.stdout, 'data');
    for (const latency of ['normal', 'low', 'lane']) {
      const client = run('call', path, latency);
      let text = '';
      client.stdout.on('data', (piece) => (text += piece));
      await once(client, 'close');
      rows.push(
        ...text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    }
  } finally {
    daemon.stdin.end();
    if (daemon.exitCode === null) await once(daemon, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(rows);
}

const [what, ...rest] = process.argv.slice(2);
await { serve, call }[what]?.(...rest);
if (what === undefined) await main();
