// samebox: a client, in one of its modes.
import { connect } from '../../../../dist/client/index.js';
import { stamp } from '../../harness/pattern.mjs';
import { contend } from '../client.mjs';
import { modeNamed } from './modes.mjs';

const [path, mode] = process.argv.slice(2);
const { connect: options, abilities } = modeNamed(mode);
const client = await connect(path, { callTimeout: 120_000, ...options });
const bench = client.target('bench');

const call = () => bench.noop();

/** Memory that lies where the daemon reads it. */
function inPlace(bytes) {
  const array = client.alloc([bytes], 'uint8');
  array.data.fill(1); // Memory costs when it is touched first: not what is measured.
  const transfer = (seed) => {
    stamp(array.data, seed);
    return bench.take(array);
  };
  return { transfer, done: () => array.release() };
}

async function stream(count) {
  let came = 0;
  for await (const _ of await bench.items(count)) came++;
  return came;
}

async function hear(onItem) {
  const items = await bench.published();
  void (async () => {
    for await (const { n } of items) onItem(n);
  })().catch(() => undefined); // The daemon has gone.
}

contend(
  {
    noop: call,
    calls: call,
    object: (value) => bench.object(value),
    take: (payload) => bench.take(payload),
    inPlace,
    stream,
    hear,
    ...abilities?.(client),
  },
  () => client.close(),
);
