// Small calls: how long one takes, how many go through, what they cost.
import { setTimeout as sleep } from 'node:timers/promises';
import { OBJECT } from '../contenders/value.mjs';
import { enterPairs } from '../harness/pairs.mjs';

const us = (key, head) => ({ key, head, unit: 'us', better: 'less' });
const rate = (key, head, unit = 'calls/s') => ({ key, head, unit, better: 'more' });
const IN_FLIGHT = [1, 16, 128];
const MANY = 128;
const CLIENTS = 8;
const SPACE_MS = 5;

export const roundTrip = {
  name: 'roundTrip',
  hot: true,
  title: 'A no-op call, one after another',
  note: 'Microseconds from the call to its answer: the median, and what one of a hundred and one of a thousand calls exceeds.',
  columns: [us('p50', 'p50'), us('p99', 'p99'), us('p999', 'p99.9')],
  base: 'echo',
  chart: 'p50',
  enter: (context) =>
    enterPairs(context, { noop: '', blocking: ', blocking caller' }, ({ client }, work) =>
      client.ask(work === 'blocking' ? 'blocking' : 'trips', { work, seconds: context.seconds }),
    ),
};

export const spaced = {
  name: 'spaced',
  hot: true,
  title: `A no-op call every ${SPACE_MS} ms`,
  note: 'Microseconds. In the pauses the cores may fall asleep: this is what a program feels that asks now and then.',
  columns: [us('p50', 'p50'), us('p99', 'p99')],
  base: 'echo',
  chart: 'p50',
  enter: (context) =>
    enterPairs(context, { noop: '' }, ({ client }, work) =>
      client.ask('spaced', { work, seconds: context.seconds * 2, pause: SPACE_MS }),
    ),
};

export const pipelined = {
  name: 'pipelined',
  hot: true,
  title: 'Calls per second of one client',
  note: 'No-op calls, by how many are in flight at once.',
  columns: IN_FLIGHT.map((count) => rate(`inFlight${count}`, `${count} in flight`)),
  base: 'echo',
  chart: 'inFlight128',
  enter: (context) => enterFloods(context, 1),
};

export const clients = {
  name: 'clients',
  title: `Calls per second of ${CLIENTS} clients`,
  note: 'No-op calls of eight processes together, by how many each has in flight at once.',
  columns: IN_FLIGHT.map((count) => rate(`inFlight${count}`, `${count} in flight each`)),
  base: 'echo',
  chart: 'inFlight16',
  warmUp: 4,
  enter: (context) => enterFloods(context, context.short ? 2 : CLIENTS),
};

function enterFloods(context, count) {
  const flooded = async (pair, work, inFlight) => {
    const all = pair.clients.map((client) =>
      client.ask('flood', { work, inFlight, seconds: context.seconds }),
    );
    return (await Promise.all(all)).reduce((sum, one) => sum + one.rate, 0);
  };
  return enterPairs(
    context,
    { calls: '' },
    async (pair, work) => {
      const figures = {};
      for (const inFlight of IN_FLIGHT) figures[`inFlight${inFlight}`] = await flooded(pair, work, inFlight);
      return figures;
    },
    count,
  );
}

export const object = {
  name: 'object',
  title: 'An object of 1 KiB, there and back',
  note:
    'Texts, numbers, truth values, a list of objects and a map, 1,024 bytes as JSON, encoded and decoded at both ends. ' +
    'gRPC has a Protobuf message for it.',
  columns: [us('p50', 'p50'), us('p99', 'p99'), rate('rate', `${MANY} in flight`)],
  base: 'jsonrpc',
  chart: 'rate',
  enter: (context) =>
    enterPairs(context, { object: '' }, async ({ client }, work) => {
      const how = { work, value: OBJECT, seconds: context.seconds };
      const { p50, p99 } = await client.ask('trips', how);
      return { p50, p99, rate: (await client.ask('flood', { ...how, inFlight: MANY })).rate };
    }),
};

export const idle = {
  name: 'idle',
  title: 'Processor time while nobody calls',
  note: 'Milliseconds per second, of both processes, from a tenth of a second after many calls. To ask for it costs some, too.',
  columns: [{ key: 'idle', head: 'idle', unit: 'ms/s', better: 'less' }],
  base: 'echo',
  chart: 'idle',
  most: 3,
  enter: (context) =>
    enterPairs(context, { calls: '' }, async (pair, work) => {
      await pair.client.ask('flood', { work, inFlight: 16, seconds: 0.1 });
      await sleep(100);
      const { cpu: used } = await pair.withCpu(() => sleep(context.seconds * 1000));
      return { idle: used / 1000 / context.seconds };
    }),
};

export const cpu = {
  name: 'cpu',
  hot: true,
  title: 'Processor time of a million calls',
  note: 'Seconds, of all threads of both processes, user and system.',
  columns: [
    { key: 'alone', head: 'one after another', unit: 's', better: 'less' },
    { key: 'many', head: `${MANY} in flight`, unit: 's', better: 'less' },
  ],
  base: 'echo',
  chart: 'many',
  enter: (context) =>
    enterPairs(context, { calls: '' }, async (pair, work) => {
      const spent = async (inFlight) => {
        const flood = () => pair.client.ask('flood', { work, inFlight, seconds: context.seconds });
        const { result, cpu: used } = await pair.withCpu(flood);
        return used / result.all;
      };
      return { alone: await spent(1), many: await spent(MANY) };
    }),
};
