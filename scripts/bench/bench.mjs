// samebox beside its peers, and beside the floor that Node has: what a call takes, how many go through, what they cost.
//
//   npm run bench                                       everything: about half an hour
//   npm run bench -- --sections roundTrip,pipelined     some of it
//   npm run bench -- --markdown                         writes docs/PERFORMANCE.md's tables and charts, too
//   npm run bench -- --json result.json                 for programs; --from result.json shows it again
//
// Each contender is a server and its clients in processes of their own. All have a turn in each round, with a pause between;
// what counts are ratios within a round, and the median of these: the machine's speed changes from minute to minute. Every
// section is measured twice: with all processes pinned to one core, and free, where it is said whether the cores were awake.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { goals } from './goals.mjs';
import { killAll } from './harness/children.mjs';
import { help, optionsOf, USAGE } from './harness/options.mjs';
import { run } from './harness/run.mjs';
import { writeDocument } from './report/document.mjs';
import { report } from './report/report.mjs';
import { progress } from './report/terminal.mjs';

const { values, options } = understood();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    progress('');
    process.exit(130);
  });
process.once('exit', killAll);

const outcome =
  values.from === undefined
    ? await run(options, (text) => progress(text, values.verbose))
    : JSON.parse(readFileSync(values.from, 'utf8'));
progress('');
const result = {
  ...outcome,
  goals: [...goals(outcome.results), ...outcome.payloads.flatMap((one) => one.goals)],
};
const json = JSON.stringify(result, null, 2);
if (values.json === '-') console.log(json);
else report(result, options.sections);
if (values.json !== undefined && values.json !== '-') writeFileSync(values.json, `${json}\n`);
if (values.markdown) writeDocument(result, options.sections);
for (const { name, placement, error } of outcome.failures) {
  console.error(`${name}, ${placement}: ${error}`);
  process.exitCode = 1;
}

function understood() {
  try {
    const { values } = parseArgs({ options: USAGE });
    if (!values.help) return { values, options: optionsOf(values) };
    process.stdout.write(help());
    process.exit();
  } catch (error) {
    console.error(`${error.message}\nnpm run bench -- --help tells what there is.`);
    process.exit(2);
  }
}
