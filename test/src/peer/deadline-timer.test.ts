import { DeadlineTimer } from '../../../src/peer/deadline-timer';

interface Entry {
  name: string;
  deadline: number;
  heapIndex: number;
}

const clock = { now: () => Date.now() };
const entry = (name: string, deadline: number): Entry => ({
  name,
  deadline: clock.now() + deadline,
  heapIndex: -1,
});

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate'] }));
/** Time passes, and the turn of the event loop that it ends in. */
async function pass(milliseconds: number): Promise<void> {
  jest.advanceTimersByTime(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => jest.useRealTimers());

function timer(): { deadlines: DeadlineTimer<Entry>; expired: string[] } {
  const expired: string[] = [];
  return { deadlines: new DeadlineTimer<Entry>(clock, ({ name }) => expired.push(name)), expired };
}

test('entries expire when their deadline comes, in its order, and not before', async () => {
  const { deadlines, expired } = timer();
  deadlines.insert(entry('late', 300));
  deadlines.insert(entry('early', 100));
  deadlines.insert(entry('never', Infinity));
  await pass(99);
  expect(expired).toEqual([]);
  await pass(1);
  expect(expired).toEqual(['early']);
  await pass(200);
  expect(expired).toEqual(['early', 'late']);
  expect(jest.getTimerCount()).toBe(0);
});

test('one timer serves any number of entries', async () => {
  const { deadlines, expired } = timer();
  const entries = Array.from({ length: 1000 }, (_, index) => entry(String(index), 1000 + (index % 7)));
  for (const one of entries) deadlines.insert(one);
  expect(jest.getTimerCount()).toBe(1);
  for (const one of entries.slice(1)) deadlines.remove(one);
  await pass(10_000);
  expect(expired).toEqual(['0']);
});

test('what is inserted while others expire expires in its turn', async () => {
  const expired: string[] = [];
  const deadlines: DeadlineTimer<Entry> = new DeadlineTimer<Entry>(clock, ({ name }) => {
    expired.push(name);
    if (name === 'first') deadlines.insert(entry('second', 50));
  });
  deadlines.insert(entry('first', 10));
  await pass(10);
  await pass(49);
  expect(expired).toEqual(['first']);
  await pass(1);
  expect(expired).toEqual(['first', 'second']);
});

test('a deadline further away than a timer can count is kept', async () => {
  const { deadlines, expired } = timer();
  deadlines.insert(entry('in 60 days', 60 * 86_400_000));
  await pass(59 * 86_400_000);
  expect(expired).toEqual([]);
  await pass(86_400_000);
  expect(expired).toEqual(['in 60 days']);
});

test('an entry whose expiry throws stops no other', () => {
  jest.useFakeTimers(); // The turn too: it throws within.
  const expired: string[] = [];
  const deadlines = new DeadlineTimer<Entry>(clock, ({ name }) => {
    if (name === 'bad') throw new Error('bad');
    expired.push(name);
  });
  deadlines.insert(entry('bad', 10));
  deadlines.insert(entry('same time', 10));
  expect(() => jest.advanceTimersByTime(11)).toThrow('bad');
  deadlines.insert(entry('later', 20));
  jest.advanceTimersByTime(100);
  expect(expired).toEqual(['same time', 'later']);
});

test('a stopped timer expires nothing, and what is inserted after it is served', async () => {
  const { deadlines, expired } = timer();
  deadlines.insert(entry('dropped', 10));
  deadlines.stop();
  await pass(100);
  expect(expired).toEqual([]);
  deadlines.insert(entry('new', 10));
  await pass(10);
  expect(expired).toContain('new');
});

test('what settles in the turn in which its timer comes late does not expire: answers are read before they are missed', async () => {
  const { deadlines, expired } = timer();
  const [answered, missed] = [entry('answered', 10), entry('missed', 10)];
  deadlines.insert(answered);
  deadlines.insert(missed);
  jest.advanceTimersByTime(5000); // The process stood still: the timer comes first,
  deadlines.remove(answered); // then what waited in the socket.
  await pass(0);
  expect(expired).toEqual(['missed']);
});
