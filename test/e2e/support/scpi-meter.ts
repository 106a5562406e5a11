// An SCPI power meter as a program of its own, on one end of a pseudo-terminal.
//
//   --identity TEXT       what *IDN? answers
//   --late-every K        of each K answers one is late; the seed says which. Default: none
//   --late-ms MIN,MAX     by how many milliseconds. Default 700,1200
//   --split               answers come in pieces of a few bytes, as over a slow line
//   --silent              never answers
//   --log FILE            every line that comes and goes, as JSON: {"ms", "got" | "said", "late"?}
//   --seed N              of everything random. Default 1
//
// Prints {"path": "/dev/pts/N"} once it can be opened. Ends when its stdin ends; `unplug` on a line there pulls the plug.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openPseudoTerminal } from './pty';
import { ScpiMeter } from './scpi-device';

const { values } = parseArgs({
  options: {
    identity: { type: 'string', default: 'SAMEBOX,PM100,0001,1.0' },
    'late-every': { type: 'string', default: '0' },
    'late-ms': { type: 'string', default: '700,1200' },
    split: { type: 'boolean', default: false },
    silent: { type: 'boolean', default: false },
    log: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

/** Mulberry32: small, good enough, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(Number(values.seed));
const meter = new ScpiMeter({ identity: values.identity, random: randomFrom(Number(values.seed) + 1) });
const terminal = openPseudoTerminal();

function log(entry: Record<string, unknown>): void {
  if (values.log !== undefined)
    appendFileSync(values.log, `${JSON.stringify({ ms: Date.now(), ...entry })}\n`);
}

const every = Number(values['late-every']);
const [least = 0, most = least] = values['late-ms'].split(',').map(Number);
let answers = 0;
let unlucky = 0;

/** How late the next answer is, in milliseconds: one of each `every` is. */
function delay(): number {
  if (every <= 0) return 0;
  if (answers % every === 0) unlucky = Math.floor(random() * every);
  return answers++ % every === unlucky ? least + random() * (most - least) : 0;
}

async function say(answer: string): Promise<void> {
  const bytes = Buffer.from(`${answer}\n`, 'latin1');
  let from = 0;
  while (from < bytes.length) {
    const to = values.split ? from + 1 + Math.floor(random() * 4) : bytes.length;
    terminal.line.write(bytes.subarray(from, to));
    from = to;
    if (values.split) await turn();
  }
}

/** One command after the other, as an instrument with one processor does it: a late answer keeps the next waiting. */
async function serve(): Promise<void> {
  let rest = '';
  for await (const chunk of terminal.line) {
    const lines = (rest + (chunk as Buffer).toString('latin1')).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      log({ got: line });
      const answer = meter.execute(line);
      if (answer === undefined || values.silent) continue;
      const late = delay();
      if (late > 0) await sleep(late);
      await say(answer);
      log(late > 0 ? { said: answer, late: Math.round(late) } : { said: answer });
    }
  }
}

serve().catch((error: unknown) => {
  log({ ended: String(error) });
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'unplug') void terminal.unplug().then(() => console.log('{"unplugged":true}'));
  })
  .on('close', () => process.exit(0));
console.log(JSON.stringify({ path: terminal.path }));
