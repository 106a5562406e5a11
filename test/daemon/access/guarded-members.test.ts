// Rules in a running daemon, as far as they don't take another user: names that guard nothing, and what is said at the start.
import { expose } from '../../../daemon/box/expose';
import { IS_WINDOWS } from '../../../src/os';
import { House, rejection } from '../daemon/house';

const posix = IS_WINDOWS ? test.skip : test; // Accounts of Windows have no numbers; pipe-members.test.ts has theirs.

let house: House;
beforeEach(() => (house = new House()));
afterEach(() => house.close());

class Stage {
  static closed = 0;
  moveTo(position: number): number {
    return position;
  }
  close(): void {
    Stage.closed++;
  }
}

test('a rule for a member that isn’t there keeps its target from opening, and others open', async () => {
  const allowMethods = { moveToo: {} } as object;
  const daemon = await house.daemon({
    stage: expose(() => new Stage(), { allowMethods }),
    other: new Stage(),
  });
  await daemon.opened;
  const client = await house.client();
  expect(await rejection(client.call('stage', 'moveTo', [1]))).toMatchObject({
    code: 'NO_TARGET',
    message: expect.stringMatching(
      /Target "stage": allowMethods names "moveToo", which the object doesn't have\. Did you mean "moveTo"\?/,
    ),
  });
  expect(await client.call('other', 'moveTo', [1])).toBe(1);
  expect(Stage.closed).toBe(1); // What the factory made isn't left open behind it.
});

posix('the daemon’s own user passes every rule', async () => {
  const allow = { groups: [41100] };
  await house.daemon({ stage: expose(new Stage(), { allow, allowMethods: { moveTo: {} } }) }, { allow });
  expect(await (await house.client()).call('stage', 'moveTo', [2])).toBe(2);
  expect(await house.log(/rules for other users, but the socket is closed to them/)).toMatchObject({
    level: 40,
  });
});

test('a daemon whose rules name somebody unknown does not start', async () => {
  expect(await rejection(house.daemon({}, { allow: { groups: ['no-such-group'] } }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(
      /allow\.groups: (this machine has no|Windows knows no user or) group "no-such-group"/,
    ),
  });
  await house.daemon({}); // Nothing of it holds the endpoint.
});

test('a daemon whose secret can’t be had does not start', async () => {
  expect(await rejection(house.daemon({}, { secret: { env: 'NO_SUCH_VARIABLE' } }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/NO_SUCH_VARIABLE is not set/),
  });
  await house.daemon({});
});
