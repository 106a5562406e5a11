// A client that makes a small call every two milliseconds, whether or not the one before has been answered.
import { connect } from '../../../dist/client/index.js';
import { machineTime } from '../harness/clock.mjs';
import { serve } from '../harness/child.mjs';
import { distribution } from '../harness/statistics.mjs';

const EVERY_MS = 2;
const client = await connect(process.argv[2]);
const { touch } = client.target('small');

let timer;
let calls = [];

async function call() {
  const made = machineTime();
  await touch(made);
  return machineTime() - made;
}

serve(
  {
    begin: () => {
      calls = [];
      timer = setInterval(() => calls.push(call()), EVERY_MS);
    },
    /** Round trips in milliseconds. */
    end: async () => {
      clearInterval(timer);
      return distribution(await Promise.all(calls));
    },
  },
  () => client.close(),
);
