// A process that reads published frames, looks at 16 places of each, and counts.
import { connect } from '../../../dist/client/index.js';
import { serve } from '../harness/child.mjs';
import { COUNTED, LAST } from './frames.mjs';
import { bytesOf, seedOf } from '../harness/pattern.mjs';

const client = await connect(process.argv[2]);
let reading;

serve(
  {
    /** Resolves when frames can come. */
    read: async ({ way }) => {
      const stream = await client.call('live', way);
      reading = count(stream);
    },
    /** Resolves with what came, when the last frame has come. */
    done: () => reading,
  },
  () => client.close(),
);

async function count(stream) {
  let frames = 0;
  let torn = 0;
  for await (const frame of stream) {
    const seed = seedOf(bytesOf(frame));
    if (seed === LAST) break;
    if (seed === -1) torn++;
    else if (seed < COUNTED) frames++;
  }
  return { frames, torn };
}
