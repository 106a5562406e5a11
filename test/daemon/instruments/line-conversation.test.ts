import { LineConversation, type Ask, type Outcome } from '../../../daemon/instruments/line-conversation';
import type { SyncQuery } from '../../../daemon/instruments/owed-answers';

const SYNC: SyncQuery = { query: 'ID?', answer: /^ID/ };

class Line {
  now = 0;
  readonly written: string[] = [];
  readonly talk: LineConversation;

  constructor(
    sync?: SyncQuery,
    private readonly takes = true,
  ) {
    this.talk = new LineConversation({
      now: () => this.now,
      lateWindow: 2000,
      sync,
      write: (command) => {
        this.written.push(command);
        // A port takes what is written a little later.
        if (this.takes) queueMicrotask(() => this.talk.written());
      },
    });
  }

  ask(command: string, timeout = 1000, answered = true): Ask & { outcome?: Outcome } {
    const ask: Ask & { outcome?: Outcome } = {
      command,
      answered,
      timeout,
      settle: (outcome) => (ask.outcome = outcome),
    };
    this.talk.ask(ask);
    return ask;
  }

  async at(time: number): Promise<void> {
    await Promise.resolve();
    while (this.talk.wakeAt <= time) {
      this.now = this.talk.wakeAt;
      this.talk.tick();
      await Promise.resolve();
    }
    this.now = time;
    await Promise.resolve();
  }
}

const answer = (line: string): Outcome => ({ kind: 'answer', line });

test('a query gets the line that comes after it', async () => {
  const line = new Line();
  const ask = line.ask('A?');
  await line.at(10);
  line.talk.line('a');
  expect(ask.outcome).toEqual(answer('a'));
  expect(line.written).toEqual(['A?']);
});

test('a line that comes unasked is dropped and counted', async () => {
  const line = new Line();
  line.talk.line('hello, I have booted');
  const ask = line.ask('A?');
  await line.at(10);
  line.talk.line('a');
  expect(ask.outcome).toEqual(answer('a'));
  expect(line.talk.dropped).toBe(1);
});

test('after a timeout the next query is written only when the owed line has come and been dropped', async () => {
  const line = new Line();
  const first = line.ask('A?');
  await line.at(1000);
  expect(first.outcome).toEqual({ kind: 'timeout' });
  const second = line.ask('B?');
  await line.at(2999);
  expect(line.written).toEqual(['A?']);
  line.talk.line('a');
  expect(line.written).toEqual(['A?', 'B?']);
  line.talk.line('b');
  expect(second.outcome).toEqual(answer('b'));
  expect(line.talk.dropped).toBe(1);
});

test('after a timeout the next query is written when the late window has passed', async () => {
  const line = new Line();
  line.ask('A?');
  await line.at(1000);
  line.ask('B?');
  await line.at(2999);
  expect(line.written).toEqual(['A?']);
  await line.at(3000);
  expect(line.written).toEqual(['A?', 'B?']);
});

test('the answer to a query that is cancelled after its write is owed for as long as it may take', async () => {
  const line = new Line();
  const slow = line.ask('SLOW?', 30_000);
  await line.at(10);
  line.talk.cancel(slow);
  line.ask('B?');
  await line.at(29_000);
  expect(line.written).toEqual(['SLOW?']);
  line.talk.line('slow');
  expect(line.written).toEqual(['SLOW?', 'B?']);
  expect(slow.outcome).toBeUndefined();
});

test('a command without answer does not wait for an owed line, and is done when the port has taken it', async () => {
  const line = new Line();
  line.ask('A?');
  await line.at(1000);
  const stop = line.ask('STOP', 1000, false);
  await line.at(1001);
  expect(line.written).toEqual(['A?', 'STOP']);
  expect(stop.outcome).toEqual({ kind: 'written' });
});

test('nothing is written behind what the port does not take, and whoever waits is told', async () => {
  const line = new Line(undefined, false);
  const first = line.ask('A', 1000, false);
  await line.at(1000);
  const second = line.ask('B', 500, false);
  await line.at(1500);
  expect([first.outcome, second.outcome]).toEqual([{ kind: 'blocked' }, { kind: 'blocked' }]);
  expect(line.written).toEqual(['A']);
});

test('a query that leaves the port long after it was given up can still be answered late', async () => {
  const line = new Line(undefined, false);
  line.ask('A?');
  await line.at(5000);
  line.talk.written();
  line.ask('B?');
  await line.at(7000);
  expect(line.written).toEqual(['A?']);
  line.talk.line('a');
  expect(line.written).toEqual(['A?', 'B?']);
});

test('a broken connection settles what is in progress at once, and says whether it was written', async () => {
  const line = new Line();
  const asked = line.ask('A?');
  await line.at(10);
  line.talk.lost();
  const waiting = line.ask('B?');
  line.talk.lost();
  expect([asked.outcome, waiting.outcome]).toEqual([
    { kind: 'lost', written: true },
    { kind: 'lost', written: false },
  ]);
});

test('an answer that an adapter held back while it was away is dropped', async () => {
  const line = new Line();
  line.ask('A?');
  await line.at(10);
  line.talk.lost();
  line.talk.opened();
  const second = line.ask('B?');
  await line.at(500);
  expect(line.written).toEqual(['A?']);
  line.talk.line('a');
  line.talk.line('b');
  expect(second.outcome).toEqual(answer('b'));
});

test('an answer without end fails its query only', async () => {
  const line = new Line();
  const first = line.ask('A?');
  await line.at(10);
  line.talk.overlong();
  expect(first.outcome).toEqual({ kind: 'overlong' });
  const second = line.ask('B?');
  await line.at(20);
  line.talk.line('b');
  expect(second.outcome).toEqual(answer('b'));
});

describe('with a sync query', () => {
  const known = async (line: Line, ...commands: string[]): Promise<void> => {
    for (const command of commands) {
      line.ask(command);
      await line.at(line.now + 1);
      line.talk.line('something');
    }
    line.written.length = 0;
  };

  test('lines are dropped until the sync answer has come', async () => {
    const line = new Line(SYNC);
    await known(line, 'A?');
    line.ask('A?');
    await line.at(1100);
    const second = line.ask('B?');
    await line.at(1200);
    expect(line.written).toEqual(['A?', 'ID?']);
    line.talk.line('a');
    expect(line.written).toEqual(['A?', 'ID?']);
    line.talk.line('ID of the device');
    line.talk.line('b');
    expect(second.outcome).toEqual(answer('b'));
  });

  test('a lost answer costs one exchange, not the late window, once the kind of answer is known', async () => {
    const line = new Line(SYNC);
    await known(line, 'A?');
    line.ask('A?');
    await line.at(1100);
    line.ask('B?');
    await line.at(1200);
    line.talk.line('ID of the device');
    expect(line.written).toEqual(['A?', 'ID?', 'B?']);
  });

  test('if the owed query was the sync query itself, two sync answers are awaited', async () => {
    const line = new Line(SYNC);
    line.ask('ID?');
    await line.at(1000);
    const second = line.ask('B?');
    await line.at(1200);
    line.talk.line('ID late');
    expect(line.written).toEqual(['ID?', 'ID?']);
    line.talk.line('ID sync');
    line.talk.line('b');
    expect(second.outcome).toEqual(answer('b'));
  });

  test('an owed answer that may look like a sync answer and never comes costs the late window', async () => {
    const line = new Line(SYNC);
    line.ask('NEW?');
    await line.at(1000);
    line.ask('B?');
    await line.at(1200);
    line.talk.line('ID of the device, or of something else?');
    await line.at(3199);
    expect(line.written).toEqual(['NEW?', 'ID?']);
    await line.at(3200);
    expect(line.written).toEqual(['NEW?', 'ID?', 'B?']);
  });

  test('a command is not sent to an instrument that leaves its sync query unanswered', async () => {
    const line = new Line(SYNC);
    line.ask('A?');
    await line.at(1000);
    const second = line.ask('B?');
    await line.at(4999);
    expect(second.outcome).toBeUndefined();
    await line.at(5000);
    expect(second.outcome).toEqual({ kind: 'silent', waited: 4000 });
    expect(line.written).toEqual(['A?', 'ID?']);
  });

  test('answers to all the sync queries that were sent to a busy instrument are awaited', async () => {
    const line = new Line(SYNC);
    await known(line, 'A?');
    line.ask('A?');
    await line.at(line.now + 1000);
    // Every ask finds no answer and gives up; the sync queries stay unanswered.
    for (let round = 0; round < 3; round += 1) {
      const ask = line.ask('B?');
      await line.at(line.now + 4000);
      expect(ask.outcome).toMatchObject({ kind: 'silent' });
    }
    expect(line.written).toEqual(['A?', 'ID?', 'ID?', 'ID?']);
    const last = line.ask('C?');
    await line.at(line.now + 10);
    for (const late of ['a', 'ID', 'ID', 'ID']) line.talk.line(late);
    expect(line.written).not.toContain('C?');
    line.talk.line('ID');
    expect(line.written).toContain('C?');
    line.talk.line('c');
    expect(last.outcome).toEqual(answer('c'));
  });

  test('an instrument is asked its sync query first after it was opened again', async () => {
    const line = new Line(SYNC);
    line.talk.opened();
    line.ask('A?');
    await line.at(10);
    line.talk.line('booting...');
    line.talk.line('ID of the device');
    expect(line.written).toEqual(['ID?', 'A?']);
  });

  test('a global pattern matches every time', async () => {
    const line = new Line({ query: 'ID?', answer: /ID/g });
    for (let round = 0; round < 3; round += 1) {
      line.talk.opened();
      const ask = line.ask('A?');
      await line.at(line.now + 10);
      line.talk.line('ID');
      await line.at(line.now + 10);
      line.talk.line('a');
      expect(ask.outcome).toEqual(answer('a'));
    }
  });
});
