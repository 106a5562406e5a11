// What a method can know of its call.
import { callContext, insideCall, runInCall, runOutsideCalls } from '../../../daemon/call-context';
import { SameboxError } from '../../../src/errors';
import { FakeCall } from './fake-calls';

const reason = new SameboxError('CANCELLED', 'given up');

test('a signal that is first asked for after the abort is aborted, with the reason', () => {
  const { call, served } = new FakeCall('m');
  call.onAbort = (why) => served.abort(why);
  call.abort(reason);
  expect(served.signal.aborted).toBe(true);
  expect(served.signal.reason).toBe(reason);
});

test('a signal that was asked for before aborts once', () => {
  const { call, served } = new FakeCall('m');
  call.onAbort = (why) => served.abort(why);
  const { signal } = served;
  const heard: unknown[] = [];
  signal.addEventListener('abort', () => heard.push(signal.reason));
  expect(served.signal).toBe(signal);
  call.abort(reason);
  call.abort(new SameboxError('TIMEOUT', 'later'));
  expect(heard).toEqual([reason]);
});

test('a call waits for all that it was told to wait for, also for what is added meanwhile', async () => {
  const { served } = new FakeCall('m');
  expect(served.waits).toBe(false);
  const seen: string[] = [];
  served.waitUntil(
    Promise.resolve().then(() => {
      seen.push('first');
      served.waitUntil(Promise.resolve().then(() => seen.push('second')));
    }),
  );
  expect(served.waits).toBe(true);
  expect(await served.settled()).toBeUndefined();
  expect(seen).toEqual(['first', 'second']);
  expect(served.waits).toBe(false);
});

test('the first rejection among what a call waits for is what it fails with, after all have settled', async () => {
  const { served } = new FakeCall('m');
  const seen: string[] = [];
  served.waitUntil(Promise.reject(new Error('the range')));
  served.waitUntil(Promise.resolve().then(() => seen.push('the filter')));
  expect(await served.settled()).toMatchObject({ reason: new Error('the range') });
  expect(seen).toEqual(['the filter']);
});

test('progress stays between 0 and 1, and goes only to callers that listen', () => {
  const listening = new FakeCall('m', [], { progress: true });
  for (const fraction of [-1, 0.5, 7]) listening.served.progress(fraction, 'words');
  expect(listening.progress).toEqual([
    [0, 'words'],
    [0.5, 'words'],
    [1, 'words'],
  ]);
  const deaf = new FakeCall('m');
  deaf.served.progress(0.5);
  expect(deaf.progress).toEqual([]);
});

test('code that is called without a daemon gets a context that never aborts and has no deadline', () => {
  const { signal, deadline, remaining, progress, session } = callContext();
  expect([signal.aborted, deadline, remaining()]).toEqual([false, Infinity, Infinity]);
  expect(session.pid).toBe(process.pid);
  expect(() => progress(0.5)).not.toThrow();
});

test('what is begun outside of calls belongs to none, wherever it is begun', async () => {
  const { served } = new FakeCall('m');
  await runInCall(served, async () => {
    expect(callContext()).toBe(served);
    const later = runOutsideCalls(async () => {
      await Promise.resolve();
      return insideCall();
    });
    expect(await later).toBe(false);
    expect(insideCall()).toBe(true);
  });
});
