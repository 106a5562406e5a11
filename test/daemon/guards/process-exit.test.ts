// A target doesn't decide over the daemon's life.
import { runInCall, runOutsideCalls } from '../../../daemon/call-context';
import { guardProcessExit } from '../../../daemon/guards/process-exit';
import { FakeCall } from '../target/fake-calls';

const { exit, abort } = process;
const ended: string[] = [];

beforeEach(() => {
  ended.length = 0;
  process.exit = ((code) => ended.push(`exit ${String(code)}`)) as typeof process.exit;
  process.abort = (() => ended.push('abort')) as unknown as typeof process.abort;
});
afterEach(() => {
  Object.assign(process, { exit, abort });
});

const inCall = <T>(body: () => T): T => runInCall(new FakeCall('m').served, body);

test('process.exit and process.abort throw in the code of a call, also after an await, and only there', async () => {
  const off = guardProcessExit();
  const later = async (): Promise<void> => {
    await Promise.resolve();
    process.exit(1);
  };
  expect(() => inCall(() => process.exit(1))).toThrow(/process\.exit\(\) is refused: .* samebox stop/);
  expect(() => inCall(() => process.abort())).toThrow(/process\.abort\(\) is refused/);
  await expect(inCall(later)).rejects.toThrow(/refused/);
  expect(ended).toEqual([]);
  process.exit(3);
  inCall(() => runOutsideCalls(() => process.exit(4)));
  process.abort();
  expect(ended).toEqual(['exit 3', 'exit 4', 'abort']);
  off();
});

test('daemons of one process share the guard, whichever ends first', () => {
  const before = process.exit;
  const [first, second] = [guardProcessExit(), guardProcessExit()];
  first();
  first();
  expect(() => inCall(() => process.exit(1))).toThrow(/refused/);
  second();
  expect(process.exit).toBe(before);
  guardProcessExit()();
  expect(process.exit).toBe(before);
});

test('a guard that somebody else has put on top stays when ours goes', () => {
  const off = guardProcessExit();
  const other = (() => ended.push('other')) as unknown as typeof process.exit;
  process.exit = other;
  off();
  expect(process.exit).toBe(other);
});
