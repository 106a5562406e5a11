// One run: the sections that were asked for, at each placement.
import { cpus, loadavg, release, totalmem } from 'node:os';
import { contenders as all } from '../contenders/contenders.mjs';
import { runPayloads } from '../payloads/run.mjs';
import { measure } from './measure.mjs';
import { Probe } from './probe.mjs';

/**
 * @param {ReturnType<import('./options.mjs').optionsOf>} options
 * @param {(text: string) => void} onProgress hears what is under way.
 */
export async function run(options, onProgress) {
  const [load] = loadavg(); // What else the machine was doing.
  const free = options.placements.at(-1);
  const probe = await Probe.open(free, all()[0]);
  const outcome = { results: [], payloads: [], failures: [] };
  try {
    for (const { section, placement } of stepsOf(options, free)) {
      const step = `${section.name}, ${placement.title}`;
      onProgress(step);
      const onRound = (round) => onProgress(`${step}: round ${round + 1}`);
      try {
        await measured(
          section,
          { ...options, placement, onRound },
          placement === free ? probe : undefined,
          outcome,
        );
      } catch (error) {
        // One section that fails doesn't take the others' figures along.
        outcome.failures.push({ name: section.name, placement: placement.name, error: error.stack });
      }
    }
  } finally {
    await probe.close();
  }
  const { command } = options;
  return { machine: machine(load), command, date: new Date().toISOString(), ...outcome };
}

/** Each section at each placement where it makes sense. */
function stepsOf({ sections, placements, short }, free) {
  const steps = sections.flatMap((section) => placements.map((placement) => ({ section, placement })));
  return steps.filter(({ section, placement }) => makesSense(section, placement, free, short));
}

async function measured(section, options, probe, { results, payloads }) {
  const { name } = section;
  if (section.run !== undefined) payloads.push({ name, ...(await runPayloads(section, options)) });
  else {
    const rows = await awakeOrAsleep(probe, () => measure(section, options));
    results.push({ name, placement: options.placement.name, ...rows });
  }
}

/** In the short form one section shows that processes can be pinned. */
function makesSense({ name, only, run: payloads }, placement, free, short) {
  if (payloads !== undefined || (short && name !== 'roundTrip')) return placement === free;
  return (only ?? placement.name) === placement.name;
}

/** Looks before and after whether the cores are awake. */
async function awakeOrAsleep(probe, work) {
  await probe?.look();
  const result = await work();
  await probe?.look();
  return { ...probe?.mode(), ...result };
}

function machine(load) {
  const [first] = cpus();
  return {
    node: process.version,
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    load,
    system: `${process.platform} ${release()}`,
  };
}
