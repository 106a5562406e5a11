// zeromq.js: a router over ipc for calls, a publisher for what goes to all. Messages are bytes: a first frame says which call,
// a second one what it is. A message arrives whole, in memory that zeromq has taken for it; it isn't copied again.
import { Publisher, Router } from 'zeromq';
import { seedOf } from '../../harness/pattern.mjs';
import { itemOf, serveContender } from '../server.mjs';

const path = process.argv[2];
const UNBOUNDED = { linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
const router = new Router(UNBOUNDED);
const publisher = new Publisher({ linger: 0, sendHighWaterMark: 0 });
await router.bind(`ipc://${path}`);
await publisher.bind(`ipc://${path}.pub`);

/** By the method that a call names, what it is answered with. */
const METHODS = {
  noop: () => '',
  object: (text) => JSON.stringify(JSON.parse(String(text))),
  take: (payload) => Buffer.of(seedOf(payload)),
  announce: () => {
    publish({ n: -1 });
    return '';
  },
};

let sending = Promise.resolve();

/** A socket of zeromq sends one message at a time. */
function publish(item) {
  sending = sending.then(() => publisher.send(JSON.stringify(item)));
}

serveContender({ publish }, () => {
  router.close();
  publisher.close();
});

for await (const [sender, call, method, body] of router) {
  const name = String(method);
  if (name === 'stream') await sendItems(sender, call, Number(String(body)));
  else await router.send([sender, call, METHODS[name](body)]);
}

async function sendItems(sender, call, count) {
  for (let n = 0; n < count; n++) await router.send([sender, call, JSON.stringify(itemOf(n))]);
}
