// One frame to many processes: what it costs the daemon, for one reader and for eight; and what a bare socket takes that tells as many
// of something.
import { overRounds, rounds } from '../../harness/rounds.mjs';
import { median } from '../../harness/statistics.mjs';

const READERS = 8;
const SHORT_READERS = 2;
const WINDOW_MS = 1500;
const MOST_FRAMES = 60;
const FEWEST_FRAMES = 6;
const COPIES = 15;
const SHORTEST_MS = 20;
const LONGEST_MS = 2560;

/** @param {import('../run.mjs').Run} run */
export async function fanOut({ children, daemon, endpoint, count, short, onRound }) {
  const number = short ? SHORT_READERS : READERS;
  const readers = await Promise.all(
    Array.from({ length: number }, () => children.start('payloads/samebox-reader.mjs', [endpoint])),
  );
  const bare = await bareSocket(children, number);
  await daemon.ask('prepareFrames');
  const outcome = [];
  for (const way of ['copied', 'inPlace']) {
    const interval = short ? SHORTEST_MS : await slowEnough(daemon, readers, way);
    const frames = short ? FEWEST_FRAMES : framesOf(interval);
    const publish = async (few) => {
      const result = await publishTo(daemon, few, { way, frames, interval });
      if (result.torn > 0) throw new Error('a reader got a frame with a wrong content');
      return result;
    };
    const takes = {
      copy: async () => median(await daemon.ask('copyFrames', { frames: COPIES, interval })),
      one: () => publish(readers.slice(0, 1)),
      all: () => publish(readers),
      bareOne: () => bare.ask('publish', { readers: 1, frames, interval }),
      bareAll: () => bare.ask('publish', { readers: number, frames, interval }),
    };
    const results = await rounds(count, Object.keys(takes), (name) => takes[name](), onRound);
    outcome.push({ way, interval, frames, readers: number, ...compare(results, number) });
  }
  return outcome;
}

async function bareSocket(children, readers) {
  const path = children.socketPath('bare-frames');
  const bare = await children.start('payloads/bare-publisher.mjs', [path]);
  for (let reader = 0; reader < readers; reader++) await children.start('payloads/bare-reader.mjs', [path]);
  return bare;
}

const framesOf = (interval) =>
  Math.max(FEWEST_FRAMES, Math.min(MOST_FRAMES, Math.round(WINDOW_MS / interval)));

/** Milliseconds between frames that leave all readers the time to get each of them. */
async function slowEnough(daemon, readers, way) {
  for (let interval = SHORTEST_MS; interval < LONGEST_MS; interval *= 2) {
    const { made, delivered, torn } = await publishTo(daemon, readers, {
      way,
      frames: framesOf(interval),
      interval,
    });
    if (made === 1 && delivered === 1 && torn === 0) return interval;
  }
  return LONGEST_MS;
}

async function publishTo(daemon, readers, { way, frames, interval }) {
  await Promise.all(readers.map((reader) => reader.ask('read', { way })));
  const { made, cpu, active } = await daemon.ask('publish', { frames, interval });
  const received = await Promise.all(readers.map((reader) => reader.ask('done')));
  await daemon.ask('finishFrames');
  if (made === 0) throw new Error('no frame was published');
  const sum = (key) => received.reduce((total, reader) => total + reader[key], 0);
  return {
    cpu,
    active,
    made: made / frames,
    delivered: sum('frames') / (made * readers.length),
    torn: sum('torn'),
  };
}

function compare(results, readers) {
  const slope = (all, one, key) => ((all[key] - one[key]) / (readers - 1)) * 1000;
  const ofSamebox = (key) => (round) => slope(round.all, round.one, key);
  return {
    copy: overRounds(results, (round) => round.copy),
    delivered: Math.min(...[...results.one, ...results.all].map(({ delivered }) => delivered)),
    cpu: {
      one: overRounds(results, (round) => round.one.cpu),
      all: overRounds(results, (round) => round.all.cpu),
      oneInCopies: overRounds(results, (round) => round.one.cpu / round.copy),
      /** What is left when a millisecond is taken off. */
      copiesAndOne: overRounds(results, (round) => (round.one.cpu - 1) / round.copy),
      /** Microseconds per further reader. */
      perReader: overRounds(results, ofSamebox('cpu')),
    },
    /** The same of a bare socket. */
    barePerReader: overRounds(results, (round) => slope(round.bareAll, round.bareOne, 'cpu')),
    active: {
      one: overRounds(results, (round) => round.one.active),
      all: overRounds(results, (round) => round.all.active),
      perReader: overRounds(results, ofSamebox('active')),
    },
  };
}
