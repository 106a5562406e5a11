// The cost of a no-op call, against a bare `node:net` echo in the same run. All processes are pinned to one core where
// `taskset` exists: a bare echo between two cores has two modes, awake and asleep, that lie five times apart.
//
//   npm run bench                      rounds: SAMEBOX_BENCH_ROUNDS (7), seconds per measurement: SAMEBOX_BENCH_SECONDS (1)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.env.SAMEBOX_BENCH_ROUNDS ?? 7);
const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sb-bench-'));
const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

function start(script, ...args) {
  const command = [process.execPath, join(here, script), ...args];
  const [program, ...rest] = pinned ? ['taskset', '-c', '0', ...command] : command;
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, SAMEBOX_RUNTIME_DIR: folder },
  });
  child.stdout.setEncoding('utf8');
  return child;
}

async function line(child) {
  const [text] = await once(child.stdout, 'data');
  return text.trim();
}

async function measure(script, ...args) {
  const child = start(script, ...args);
  const result = JSON.parse(await line(child));
  await once(child, 'exit');
  return result;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const servers = [start('echo-server.mjs', join(folder, 'echo.sock')), start('noop-daemon.mjs', 'bench')];
const rows = { echo: [], samebox: [] };
try {
  await Promise.all(servers.map(line));
  for (let round = 0; round < ROUNDS; round++) {
    rows.echo.push(await measure('echo-client.mjs', join(folder, 'echo.sock')));
    rows.samebox.push(await measure('noop-client.mjs', 'bench'));
  }
} finally {
  for (const server of servers) server.stdin.end();
  await Promise.all(servers.map((server) => server.exitCode ?? once(server, 'exit')));
  rmSync(folder, { recursive: true });
}

const summary = Object.fromEntries(
  Object.entries(rows).map(([name, results]) => [
    name,
    {
      p50: median(results.map(({ p50 }) => p50)),
      p99: median(results.map(({ p99 }) => p99)),
      rate: median(results.map(({ rate }) => rate)),
    },
  ]),
);
const { echo, samebox } = summary;
console.log(
  `${ROUNDS} rounds, medians, ${pinned ? 'all processes pinned to one core' : 'NOT pinned: no taskset here'}`,
);
console.table({
  'bare echo (48 bytes)': { 'p50 us': echo.p50, 'p99 us': echo.p99, '128 in flight, calls/s': echo.rate },
  'samebox no-op call': {
    'p50 us': samebox.p50,
    'p99 us': samebox.p99,
    '128 in flight, calls/s': samebox.rate,
  },
  ratio: {
    'p50 us': round(samebox.p50 / echo.p50),
    'p99 us': round(samebox.p99 / echo.p99),
    '128 in flight, calls/s': round(samebox.rate / echo.rate),
  },
});

function round(value) {
  return Math.round(value * 100) / 100;
}
