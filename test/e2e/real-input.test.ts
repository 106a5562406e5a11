import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startMeter, type MeterProcess } from './support/scpi-meter-child';

const ROOT = join(__dirname, '..', '..');
const BIN = join(ROOT, 'dist/bin/samebox.js');
const CLIENTS = 20;
const QUERIES_EACH = 50;
const LATE_EVERY = 125;

const folder = mkdtempSync(join(tmpdir(), 'sb-real-'));
const env = {
  ...process.env,
  SAMEBOX_RUNTIME_DIR: folder,
  SAMEBOX_ENDPOINT: 'bench',
  XDG_CACHE_HOME: folder,
};
const meterLog = join(folder, 'meter.log');
let meter: MeterProcess;
let daemon: ChildProcess;

beforeAll(async () => {
  meter = await startMeter(
    '--late-every',
    `${LATE_EVERY}`,
    '--late-ms',
    '250,450',
    '--split',
    '--log',
    meterLog,
    '--seed',
    '36',
  );
  const config = join(ROOT, 'test/fixtures/real-input/samebox.config.ts');
  daemon = spawn(process.execPath, [BIN, 'serve', config, '--log-format', 'json'], {
    env: { ...env, METER_PATH: meter.path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect((await samebox('--wait', '20', 'list')).stdout).toContain('pm');
}, 60_000);

afterAll(async () => {
  const ended = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await ended;
  await meter.stop();
  rmSync(folder, { recursive: true });
});

function samebox(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [BIN, ...args], { env });
}

interface Outcome {
  right: number;
  wrong: [string, string][];
  late: number;
  failed: string[];
}

async function echoClient(name: string, whenReady: Promise<void>, ready: () => void): Promise<Outcome> {
  const script = join(__dirname, 'support/echo-client.mjs');
  const child = spawn(process.execPath, [script, 'bench', name, `${QUERIES_EACH}`], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  ready();
  await whenReady;
  child.stdin.write('go\n');
  const outcome = JSON.parse((await lines.next()).value as string) as Outcome;
  await once(child, 'exit');
  return outcome;
}

test('the command line reads, sets and calls an instrument on a real serial line', async () => {
  expect((await samebox('get', 'pm', 'identity', '--json')).stdout.trim()).toBe('"SAMEBOX,PM100,0001,1.0"');
  await samebox('set', 'pm', 'range', '5');
  expect((await samebox('get', 'pm', 'range', '--json')).stdout.trim()).toBe('5');
  const volts = JSON.parse(
    (await samebox('call', 'pm', 'readVoltage', 'samples=20', '--json')).stdout,
  ) as number;
  expect(volts).toBeCloseTo(0.25, 0);
  expect((await samebox('methods', 'pm')).stdout).toMatch(/readVoltage\(samples.* = 1\): number/);
});

test('20 client processes ask 1,000 questions at once, some answers come late, and every answer goes to its own question', async () => {
  let waiting = CLIENTS;
  let go!: () => void;
  const allReady = new Promise<void>((resolve) => (go = resolve));
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    echoClient(`client${index}`, allReady, () => --waiting === 0 && go()),
  );
  const outcomes = await Promise.all(clients);
  const total = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
  expect(outcomes.flatMap(({ wrong, failed }) => [...wrong, ...failed])).toEqual([]);
  expect(total(({ right, late }) => right + late)).toBe(CLIENTS * QUERIES_EACH);
  const log = readFileSync(meterLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { said?: string; late?: number });
  const lateAnswers = log.filter(({ said, late }) => said?.startsWith('client') && late !== undefined);
  expect(lateAnswers.length).toBeGreaterThan(3);
  expect(total(({ late }) => late)).toBeGreaterThanOrEqual(lateAnswers.length);
}, 120_000);
