import fc from 'fast-check';
import { Burst, CreditGrant, CreditWindow } from '../../../src/peer/credit';

test('what is outstanding stays within the window, whatever the timing, and the stream never stops', () => {
  const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(2000)), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.infiniteStream(fc.nat(2)),
      (items, windowItems, windowBytes, choice) => {
        const grant = new CreditGrant(windowItems, windowBytes);
        const window = new CreditWindow();
        const grants = [grant.due()].filter((due) => due !== undefined);
        const onWay: number[] = [];
        let sent = 0;
        let taken = 0;
        const enabled = (): (() => void)[] => [
          ...(grants.length > 0 ? [deliverGrant] : []),
          ...(sent < items.length && window.open ? [send] : []),
          ...(onWay.length > 0 ? [take] : []),
        ];
        const deliverGrant = (): void => {
          const due = grants.shift() as { items: number; bytes: number };
          window.grant(due.items, due.bytes);
        };
        const send = (): void => {
          const size = items[sent++] as number;
          window.use(size);
          onWay.push(size);
        };
        const take = (): void => {
          grant.take(onWay.shift() as number);
          taken++;
          const due = grant.due();
          if (due !== undefined) grants.push(due);
        };
        while (taken < items.length) {
          const steps = enabled();
          expect(steps.length).toBeGreaterThan(0); // else it would stand still for ever
          const step = steps[choice.next().value % steps.length] as () => void;
          step();
          expect(onWay.length).toBeLessThanOrEqual(windowItems);
          const bytesBeforeLast = onWay.slice(0, -1).reduce((sum, size) => sum + size, 0);
          expect(bytesBeforeLast).toBeLessThanOrEqual(windowBytes);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('credit is a total: repeated and lower grants change nothing', () => {
  const window = new CreditWindow();
  window.grant(2, 100);
  window.grant(2, 100);
  window.grant(1, 50);
  window.use(10);
  expect(window.open).toBe(true);
  window.use(10);
  expect(window.open).toBe(false);
});

test('an item larger than the window passes, and nothing after it until it is taken', () => {
  const window = new CreditWindow();
  window.grant(64, 1000);
  expect(window.open).toBe(true);
  window.use(1_000_000);
  expect(window.open).toBe(false);
  window.grant(65, 1_001_000);
  expect(window.open).toBe(true);
});

test('a consumer grants seldom: once for half a window', () => {
  const grant = new CreditGrant(64, 2 ** 23);
  let grants = grant.due() === undefined ? 0 : 1;
  for (let item = 0; item < 640; item++) {
    grant.take(100);
    if (grant.due() !== undefined) grants++;
  }
  expect(grants).toBe(1 + 640 / 32);
});

test('a burst is over after a millisecond, and begins anew with a turn of the event loop', async () => {
  let now = 5;
  const burst = new Burst({ now: () => now });
  expect(burst.add()).toBe(false);
  now += 0.9;
  expect(burst.add()).toBe(false);
  now += 0.1;
  expect(burst.add()).toBe(true);

  const order: string[] = [];
  setImmediate(() => order.push('others'));
  await burst.pause();
  expect([...order, burst.add()]).toEqual(['others', false]);
  now += 1;
  expect(burst.add()).toBe(true);
});

test('and after 256 items, also where the clock stands still', async () => {
  const burst = new Burst({ now: () => 0 });
  for (let round = 0; round < 3; round++) {
    for (let item = 1; item < 256; item++) expect(burst.add()).toBe(false);
    expect(burst.add()).toBe(true);
    await burst.pause();
  }
});
