// grpc-js: a client at a Unix socket.
import { once } from 'node:events';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { contend } from '../client.mjs';
import { Bench, OPTIONS, payloads } from './service.mjs';

const channel = [
  `unix:${process.argv[2]}`,
  credentials.createInsecure(),
  { ...OPTIONS, 'grpc.enable_retries': 0 },
];
const bench = new Bench(...channel);
const bytes = new (makeGenericClientConstructor(payloads, 'Payloads'))(...channel);

const asking = (client, method) => (request) =>
  new Promise((resolve, reject) =>
    client[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
  );
const empty = {};
const noopOf = asking(bench, 'Noop');
const noop = () => noopOf(empty);
const take = asking(bytes, 'take');

async function stream(count) {
  let came = 0;
  const items = bench.Stream({ count });
  items.on('data', () => came++);
  await once(items, 'end');
  return came;
}

async function hear(onItem) {
  const items = bench.Hear(empty);
  items.on('data', ({ n }) => onItem(n)).on('error', () => undefined);
  await once(items, 'metadata');
}

contend(
  {
    noop,
    calls: noop,
    object: asking(bench, 'Object'),
    take: async (payload) => (await take(payload))[0],
    stream,
    hear,
  },
  () => {
    bench.close();
    bytes.close();
  },
);
