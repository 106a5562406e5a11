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
  const { sections, placements, contenders, count, seconds, sizes, short } = options;
  const free = placements.at(-1);
  const [load] = loadavg(); // What else the machine was doing.
  const probe = await Probe.open(free, all()[0]);
  const results = [];
  const payloads = [];
  try {
    for (const section of sections)
      for (const placement of placements) {
        const onRound = (round) => onProgress(`${section.name}, ${placement.title}: round ${round + 1}`);
        const measuring = { placement, contenders, count, seconds, short, onRound };
        onProgress(`${section.name}, ${placement.title}`);
        if (section.run !== undefined) {
          if (placement === free)
            payloads.push({ name: section.name, ...(await runPayloads(section, { ...measuring, sizes })) });
        } else if (makesSense(section, placement, free, short))
          results.push({
            name: section.name,
            placement: placement.name,
            ...(await awakeOrAsleep(placement === free ? probe : undefined, () =>
              measure(section, measuring),
            )),
          });
      }
  } finally {
    await probe.close();
  }
  return {
    machine: machine(load),
    command: options.command,
    date: new Date().toISOString(),
    results,
    payloads,
  };
}

/** In the short form one section shows that processes can be pinned. */
function makesSense({ name, only }, placement, free, short) {
  if (short && name !== 'roundTrip') return placement === free;
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
