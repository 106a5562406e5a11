// zeromq.js: a dealer over ipc, and a subscriber. zeromq sends a large buffer from where it lies.
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { contend } from '../client.mjs';

const path = process.argv[2];
const UNBOUNDED = { linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
const dealer = new Dealer(UNBOUNDED);
dealer.connect(`ipc://${path}`);

const waiting = new Map();
let last = 0;
void (async () => {
  for await (const [call, body] of dealer) waiting.get(call.readUInt32LE(0))(body);
})();

/** A socket of zeromq sends one message at a time: who sends meanwhile waits. */
let sending = Promise.resolve();
function send(frames) {
  sending = sending.then(() => dealer.send(frames));
}

/** @param {(body: Buffer) => void} onAnswer hears what comes for it, until it is taken out of `waiting`. */
function begin(method, body, onAnswer) {
  const id = ++last >>> 0;
  const call = Buffer.alloc(4);
  call.writeUInt32LE(id);
  waiting.set(id, (answer) => onAnswer(answer, id));
  send([call, method, body]);
}

function ask(method, body) {
  return new Promise((resolve) =>
    begin(method, body, (answer, id) => {
      waiting.delete(id);
      resolve(answer);
    }),
  );
}

const noop = () => ask('noop', '');

/** It has no streams: as many messages as items are wanted. */
function stream(count) {
  let came = 0;
  return new Promise((resolve) =>
    begin('stream', String(count), (item, id) => {
      JSON.parse(String(item));
      if (++came < count) return;
      waiting.delete(id);
      resolve(came);
    }),
  );
}

let subscriber;

/** Nobody tells a subscriber that its subscription has arrived: the first item that comes does. */
async function hear(onItem) {
  subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  subscriber.connect(`ipc://${path}.pub`);
  subscriber.subscribe();
  let heard = false;
  void (async () => {
    for await (const [item] of subscriber) {
      heard = true;
      const { n } = JSON.parse(String(item));
      if (n >= 0) onItem(n);
    }
  })();
  while (!heard) {
    await ask('announce', '');
    await sleep(10);
  }
}

contend(
  {
    noop,
    calls: noop,
    object: async (value) => JSON.parse(String(await ask('object', JSON.stringify(value)))),
    take: async (payload) => (await ask('take', payload))[0],
    stream,
    hear,
  },
  () => {
    dealer.close();
    subscriber?.close();
  },
);
