// What a caller writes when its session is taken up again, and what it says of calls that it doesn't wait for any more.
import { SameboxError } from '../../../src/errors';
import { CANCEL_REASON, EncodedBody, FLAG, KIND, type Head } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { Caller } from '../../../src/peer/caller';
import type { Connection } from '../../../src/peer/connection';
import { request, watch } from './support/rig';
import { turns } from './support/sockets';

const GONE = new SameboxError('CONNECTION_LOST', 'gone');

/** A connection that only remembers what is sent. */
function connection(): { heads: Head[]; connection: Connection } {
  const heads: Head[] = [];
  const send = (head: Head): object => {
    heads.push(head);
    return EncodedBody.of(Buffer.alloc(0), []);
  };
  return { heads, connection: { open: true, full: false, send, dropTransfers: () => false } as never };
}

/** A caller with three calls under way, whose connection is lost. */
function suspended(...more: Parameters<typeof request>[2][]): {
  caller: Caller;
  seen: ReturnType<typeof watch>[];
} {
  const caller = new Caller(DEFAULT_LIMITS, { now: () => 0 });
  caller.attach(connection().connection);
  const seen = [0, 1, 2].map((index) => watch(caller.call(request(`m${index}`, [], more[index]))));
  caller.suspend();
  return { caller, seen };
}

/** Kind and id of each frame. */
const told = (heads: readonly Head[]): [number, number][] => heads.map(([kind, id]) => [kind, id]);

test('what is held is claimed, what is not is sent again, in the order of ids; then cancels, then new calls', () => {
  const giveUp = new AbortController();
  const { caller, seen } = suspended({ signal: giveUp.signal });
  void seen;
  void watch(caller.call(request('new')));
  giveUp.abort();
  const { heads, connection: next } = connection();
  caller.resume(next, 3, new Set([1, 2]));
  expect(told(heads)).toEqual([
    [KIND.claim, 2],
    [KIND.call, 3],
    [KIND.cancel, 1],
    [KIND.call, 4],
  ]);
});

test('a call that its caller would not wait for is ended when the session is taken up after all', async () => {
  const { caller, seen } = suspended({ retry: false });
  caller.lose(GONE, ({ request: { retry } }) => !retry);
  await turns();
  expect(seen[0]?.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
  const { heads, connection: next } = connection();
  caller.resume(next, 3, new Set([1, 2, 3]));
  expect(heads).toContainEqual([KIND.cancel, 1, 0, CANCEL_REASON.left]);
});

test('a call of an earlier client is claimed, held or not, and neither sent nor cancelled', async () => {
  const caller = new Caller(DEFAULT_LIMITS, { now: () => 0 });
  caller.inherit(7, [5]);
  caller.attach(connection().connection);
  const seen = watch(caller.takeUp(5, request('5', [], { retry: false })));
  caller.suspend();
  const again = connection();
  caller.resume(again.connection, 7, new Set());
  expect(told(again.heads)).toEqual([[KIND.claim, 5]]);
  caller.suspend();
  caller.lose(GONE, () => true);
  await turns();
  expect(seen.error).toMatchObject({ ran: 'maybe' });
  const { heads, connection: next } = connection();
  caller.resume(next, 7, new Set([5]));
  expect(heads).toEqual([]);
});

test('an idempotent call that waits for the next daemon may have run on the last', async () => {
  const { caller, seen } = suspended({ flags: FLAG.idempotent });
  caller.detach(GONE, ({ request: { flags } }) => (flags === 0 ? GONE.with({ ran: 'maybe' }) : 'anew'));
  caller.close(GONE);
  await turns();
  expect(seen[0]?.error).toMatchObject({ ran: 'maybe' });
});
