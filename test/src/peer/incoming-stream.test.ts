import { SameboxError } from '../../../src/errors';
import { Loan } from '../../../src/handoff/loan';
import { IncomingStream } from '../../../src/peer/incoming-stream';
import { turns } from './support/sockets';

function stream(slow: 'block' | 'latest' | 'drop' = 'block'): {
  stream: IncomingStream<number>;
  credits: [number, number][];
  left: () => number;
  over: () => number;
} {
  const credits: [number, number][] = [];
  let left = 0;
  let over = 0;
  const inlet = {
    credit: (items: number, bytes: number) => credits.push([items, bytes]),
    leave: () => left++,
    over: () => over++,
  };
  return { stream: new IncomingStream<number>(inlet, slow), credits, left: () => left, over: () => over };
}

test('nothing is granted before the first item is asked for', async () => {
  const { stream: items, credits } = stream();
  await turns(2);
  expect(credits).toEqual([]);
  void items.next();
  expect(credits).toHaveLength(1);
});

test('items are read in order, and the stream ends after the last', async () => {
  const { stream: items } = stream();
  const reading = (async () => {
    const read = [];
    for await (const value of items) read.push(value);
    return read;
  })();
  [10, 20, 30].forEach((value, sequence) => items.push(sequence, value, 8));
  items.end(3);
  expect(await reading).toEqual([10, 20, 30]);
  expect(items.dropped).toBe(0);
});

test('several reads at once are served in their order', async () => {
  const { stream: items } = stream();
  const reads = [items.next(), items.next(), items.next()];
  items.push(0, 1, 1);
  items.push(1, 2, 1);
  items.end(2);
  expect(await Promise.all(reads)).toEqual([
    { done: false, value: 1 },
    { done: false, value: 2 },
    { done: true, value: undefined },
  ]);
});

test('gaps in the sequence and items after the last are counted as dropped', () => {
  const { stream: items } = stream('drop');
  void items.next();
  items.push(4, 0, 1);
  void items.next();
  items.push(7, 0, 1);
  expect(items.dropped).toBe(6);
  items.end(10);
  expect(items.dropped).toBe(8);
});

test('with latest and drop one item is granted, when it is asked for', async () => {
  const { stream: items, credits } = stream('latest');
  void items.next();
  expect(credits.map(([count]) => count)).toEqual([1]);
  items.push(0, 0, 1);
  await turns(2);
  expect(credits.map(([count]) => count)).toEqual([1]);
  void items.next();
  expect(credits.map(([count]) => count)).toEqual([1, 2]);
});

test('what has arrived is read before the error, and the error is thrown once', async () => {
  const { stream: items } = stream();
  void items.next();
  items.push(0, 1, 1);
  items.push(1, 2, 1);
  items.fail(new SameboxError('METHOD_FAILED', 'broken'));
  expect(await items.next()).toEqual({ done: false, value: 2 });
  await expect(items.next()).rejects.toMatchObject({ code: 'METHOD_FAILED' });
  expect(await items.next()).toEqual({ done: true, value: undefined });
});

test('leaving the loop tells the producer once, and what still comes is dropped', async () => {
  const { stream: items, left } = stream();
  const reading = (async () => {
    for await (const value of items) if (value === 1) break;
  })();
  items.push(0, 1, 1);
  await reading;
  await items.return();
  items.push(1, 2, 1);
  items.fail(new SameboxError('INTERNAL', 'late'));
  expect(await items.next()).toEqual({ done: true, value: undefined });
  expect(left()).toBe(1);
});

test('a stream that has ended is not left', async () => {
  const { stream: items, left } = stream();
  items.end(0);
  await items.return();
  expect(left()).toBe(0);
});

test('waiting reads end when the stream is left', async () => {
  const { stream: items } = stream();
  const read = items.next();
  await items.return();
  expect(await read).toEqual({ done: true, value: undefined });
});

test('an idle limit ends a read that waits too long; one beyond what timers count is none', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const inlet = { credit: () => undefined, leave: jest.fn(), over: jest.fn() };
  const patient = new IncomingStream<number>(inlet, 'block', 2 ** 40);
  const impatient = new IncomingStream<number>(inlet, 'block', 1000);
  const reads = [patient.next(), impatient.next()];
  reads[1]!.catch(() => undefined);
  jest.advanceTimersByTime(1000);
  patient.push(0, 7, 1);
  expect(await reads[0]).toEqual({ done: false, value: 7 });
  await expect(reads[1]).rejects.toMatchObject({ code: 'TIMEOUT', ran: 'yes' });
  expect(inlet.leave).toHaveBeenCalledTimes(1);
  jest.useRealTimers();
});

test('a producer that sends more than it was granted, or out of order, breaks the protocol', () => {
  const broken = expect.objectContaining({ code: 'PROTOCOL' }) as Error;
  expect(() => stream().stream.push(0, 1, 1)).toThrow(broken);
  const { stream: items, credits } = stream();
  void items.next();
  const [granted] = credits[0] as [number, number];
  for (let sequence = 0; sequence < granted; sequence++) items.push(sequence, sequence, 1);
  expect(() => items.push(granted, 0, 1)).toThrow(broken);
  const { stream: again } = stream();
  void again.next();
  again.push(5, 1, 1);
  expect(() => again.push(5, 1, 1)).toThrow(broken);
});

test('a stream is over once, whichever way it ends', async () => {
  const { stream: ended, over } = stream();
  ended.end(0);
  ended.fail(new Error('late'));
  await ended.return();
  expect(over()).toBe(1);
});

describe('the large arrays of an item', () => {
  interface Lending {
    readonly items: IncomingStream<number>;
    /** The items whose loan has ended, or was left to their reader. */
    readonly log: string[];
    push(sequence: number): void;
  }

  function lending(slow: 'block' | 'latest' | 'drop' = 'block'): Lending {
    const { stream: items } = stream(slow);
    const log: string[] = [];
    const push = (sequence: number): void => {
      const loan = new Loan();
      const end = (): void => void log.push(`end ${sequence}`);
      loan.add({ length: 8, keep: () => void log.push(`keep ${sequence}`), end, release: end });
      items.push(sequence, sequence, 8, loan);
      loan.endUnlessTaken();
    };
    return { items, log, push };
  }

  test('are given back when the next item is asked for, whether it is there or not', async () => {
    const { items, log, push } = lending();
    const first = items.next();
    push(0);
    push(1);
    expect((await first).value).toBe(0);
    expect(log).toEqual([]);
    expect((await items.next()).value).toBe(1);
    expect(log).toEqual(['end 0']);
    const third = items.next();
    expect(log).toEqual(['end 0', 'end 1']);
    push(2);
    await third;
    expect(log).toEqual(['end 0', 'end 1']);
  });

  test('are given back at the end of the loop, also of its last item', async () => {
    const { items, log, push } = lending();
    const reading = (async () => {
      for await (const item of items) expect(log).not.toContain(`end ${item}`);
    })();
    push(0);
    push(1);
    items.end(2);
    await reading;
    expect(log).toEqual(['end 0', 'end 1']);
  });

  test('stay with who leaves the loop, those of items that he has not seen go back', async () => {
    const { items, log, push } = lending();
    const reading = (async () => {
      for await (const item of items) if (item === 1) break;
    })();
    for (const sequence of [0, 1, 2, 3]) push(sequence);
    await reading;
    expect(log).toEqual(['end 0', 'end 2', 'end 3', 'keep 1']);
  });

  test('that come after the reader has left go back', async () => {
    const { items, log, push } = lending();
    void items.next();
    await items.return();
    push(0);
    expect(log).toEqual(['end 0']);
  });

  test('are lent to each of several reads at once until as many more are asked for', async () => {
    const { items, log, push } = lending();
    const reads = [items.next(), items.next()];
    push(0);
    push(1);
    expect((await Promise.all(reads)).map(({ value }) => value)).toEqual([0, 1]);
    expect(log).toEqual([]);
    const more = [items.next(), items.next()];
    expect(log).toEqual(['end 0', 'end 1']);
    push(2);
    push(3);
    expect((await Promise.all(more)).map(({ value }) => value)).toEqual([2, 3]);
    expect(log).toEqual(['end 0', 'end 1']);
  });

  test('are read to the end when the stream breaks', async () => {
    const { items, log, push } = lending();
    void items.next();
    push(0);
    push(1);
    items.fail(new SameboxError('CONNECTION_LOST', 'gone'));
    push(2);
    expect(log).toEqual(['end 2']);
    expect((await items.next()).value).toBe(1);
    await expect(items.next()).rejects.toThrow('gone');
    expect(log).toEqual(['end 2', 'end 0', 'end 1']);
  });

  test('of an item that was not granted go back', async () => {
    const { items, log, push } = lending('latest');
    void items.next();
    push(0);
    expect(() => push(1)).toThrow(SameboxError);
    await items.return();
    expect(log).toEqual(['keep 0']);
  });

  test('stay until their reader has them, when two are asked for at once', async () => {
    const { items, log, push } = lending();
    const first = items.next();
    for (const value of [0, 1, 2]) push(value);
    await first;
    const both = [items.next(), items.next()];
    expect(log).toEqual(['end 0']);
    expect((await Promise.all(both)).map(({ value }) => value)).toEqual([1, 2]);
    expect(log).toEqual(['end 0']);
  });
});
