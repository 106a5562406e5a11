import { shared, type SharedStream } from '../../../daemon/shared/shared-stream';

/** A source that has its items at hand, and says how many it has given. */
class AtHand {
  made = 0;
  readonly stream: SharedStream<number> = shared(() => this.items());

  constructor(private readonly count = Infinity) {}

  private async *items(): AsyncGenerator<number> {
    while (this.made < this.count) yield this.made++;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So much passes whenever somebody looks. */
const eachLook = (milliseconds: number): void => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
};

afterEach(() => jest.restoreAllMocks());

test('items that are at hand reach readers who come along without a turn of the event loop between', async () => {
  eachLook(0);
  const source = new AtHand(200);
  const seen: number[] = [];
  const readers = [1, 2, 3].map(async () => {
    for await (const item of source.stream) seen.push(item);
  });
  await turn();
  expect(seen).toHaveLength(600);
  await Promise.all(readers);
});

test('the event loop turns after every item of a source whose items take long', async () => {
  eachLook(2);
  const source = new AtHand();
  const reader = source.stream[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe(0);
  for (let count = 0; count < 20; count++) {
    const before = source.made;
    await turn();
    expect(source.made).toBe(before + 1);
  }
  await reader.return?.();
});

test('and when a reader is behind, which so gets its time to take them', async () => {
  eachLook(0);
  const source = new AtHand();
  const reader = source.stream[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe(0);
  await turn();
  expect(source.made).toBeGreaterThan(64);
  expect(source.made).toBeLessThan(70);
  for (let item = 1; item < 1000; item++) expect((await reader.next()).value).toBe(item);
  await reader.return?.();
});
