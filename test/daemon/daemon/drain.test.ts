// The end of a daemon: running calls get their time, waiting ones go to the next daemon, and nothing is left behind.
import { readdirSync } from 'node:fs';
import { KIND } from '../../../src/frames';
import { IS_WINDOWS } from '../../../src/os';
import { call as rawCall, RawClient } from '../session/raw-client';
import { aborted, Steps } from '../target/steps';
import { House, rejection } from './house';

let house: House;
let steps: Steps;

beforeEach(() => {
  house = new House();
  steps = new Steps();
});
afterEach(() => house.close());

test('calls that run when the daemon is told to stop may finish', async () => {
  const daemon = await house.daemon({ steps }, { drainTimeout: Infinity });
  const client = await house.client();
  const running = client.call('steps', 'work', ['a']);
  await steps._began('a');
  const closing = daemon.close();
  await steps._finish('a', 'done');
  expect(await running).toBe('done');
  await closing;
  expect(readdirSync(house.directory)).toEqual(IS_WINDOWS ? ['lab.lock'] : []);
});

test('calls that wait, and new ones, are answered DRAINING: they did not run', async () => {
  const daemon = await house.daemon({ steps }, { drainTimeout: Infinity });
  const client = await house.client();
  const once = { retry: false };
  const running = client.call('steps', 'work', ['a'], once);
  await steps._began('a');
  const waiting = rejection(client.call('steps', 'note', ['b'], once));
  await client.status();
  const closing = daemon.close();
  expect(await waiting).toMatchObject({
    code: 'DRAINING',
    ran: 'no',
    details: { target: 'steps', member: 'note' },
  });
  expect(await rejection(client.call('steps', 'note', ['c'], once))).toMatchObject({
    code: 'DRAINING',
    ran: 'no',
  });
  const status = (await client.call('$daemon', 'status', [], once)) as { state: string };
  expect(status.state).toBe('draining');
  await steps._finish('a');
  await running;
  await closing;
  expect(steps.begun).toEqual(['a']);
});

test('a draining daemon says goaway to every session, and answers what it has begun', async () => {
  const daemon = await house.daemon({ steps }, { drainTimeout: Infinity });
  const raw = await RawClient.greeted(house.path);
  raw.write(rawCall(1, 'steps', 'work', ['a']));
  await steps._began('a');
  const closing = daemon.close();
  expect((await raw.frame(KIND.goaway)).head[3]).toBe('DRAINING');
  raw.write(rawCall(2, 'steps', 'note', ['b']));
  expect((await raw.frame(KIND.error)).head.slice(1, 5)).toEqual([2, 1, 'DRAINING', 'no']);
  await steps._finish('a', 'late');
  expect((await raw.frame(KIND.result)).body).toBe('late');
  await closing;
  await raw.closed;
});

test('calls that take too long are aborted, and told that they ran', async () => {
  const daemon = await house.daemon({ steps });
  const client = await house.client();
  const heeding = client.call('steps', 'heed', ['a']);
  const signal = await steps._began('a');
  const closing = daemon.close(1);
  expect(await aborted(signal)).toMatchObject({ code: 'DRAINING' });
  // Never sent again: it ran. A client with retry on must not take it for one that did not.
  expect(await rejection(heeding)).toMatchObject({ code: 'DRAINING', ran: 'yes' });
  await closing;
  expect(steps.begun).toEqual(['a']);
});

test('a method that heeds nothing does not keep the daemon: its caller learns that nobody knows', async () => {
  const daemon = await house.daemon({ steps });
  const client = await house.client();
  const deaf = rejection(client.call('steps', 'work', ['a']));
  await steps._began('a');
  await daemon.close(1);
  expect(await deaf).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
});

test('targets that the daemon made are disposed of, after the streams that read from them', async () => {
  const events: string[] = [];
  class Camera {
    async *frames(): AsyncGenerator<number> {
      try {
        for (let frame = 0; ; frame++) yield frame;
      } finally {
        events.push('left');
      }
    }
    async [Symbol.asyncDispose](): Promise<void> {
      events.push('disposed');
    }
  }
  const daemon = await house.daemon({ cam: () => new Camera() });
  const client = await house.client();
  const seen: unknown[] = [];
  const reading = rejection(
    (async () => {
      for await (const frame of client.call('cam', 'frames')) {
        seen.push(frame);
        if (seen.length === 1) void daemon.close();
      }
    })(),
  );
  expect(await reading).toMatchObject({ code: 'CONNECTION_LOST' });
  await daemon.ended;
  expect(events).toEqual(['left', 'disposed']);
});

test('a target that fails to close, or never does, is named in the log and keeps nobody', async () => {
  const failing = {
    close: () => {
      throw new Error('the port is stuck');
    },
  };
  const daemon = await house.daemon({
    failing: () => failing,
    endless: () => ({ close: () => new Promise(() => undefined) }),
  });
  await daemon.opened;
  await daemon.close();
  await house.log(/failing failed to close: the port is stuck/);
  await house.log(/endless takes too long to close/);
});

test('a target that is still opening when the daemon ends is disposed of', async () => {
  let opened!: (object: object) => void;
  const disposed = jest.fn();
  const daemon = await house.daemon({ slow: () => new Promise<object>((resolve) => (opened = resolve)) });
  const closing = daemon.close();
  opened({ close: () => disposed() });
  await closing;
  expect(disposed).toHaveBeenCalledTimes(1);
});

test('a client with retry on has its calls answered by the next daemon at the same endpoint', async () => {
  const daemon = await house.daemon({ steps }, { drainTimeout: Infinity });
  const client = await house.client();
  const running = client.call('steps', 'work', ['a']);
  await steps._began('a');
  const waiting = client.call('steps', 'note', ['b']);
  await client.status();
  const closing = daemon.close();
  // Once this is answered, the client has heard that the daemon goes.
  const once = client.call('steps', 'note', ['x'], { retry: false });
  expect(await rejection(once)).toMatchObject({ code: 'DRAINING', ran: 'no' });
  const fresh = client.call('steps', 'note', ['c']);
  await steps._finish('a');
  await running;
  await closing;
  const next = new Steps();
  await house.daemon({ steps: next });
  expect(await Promise.all([waiting, fresh])).toEqual(['b', 'c']);
  expect([steps.begun, next.begun]).toEqual([['a'], ['b', 'c']]);
});

test('closing again with a shorter timeout hurries', async () => {
  const daemon = await house.daemon({ steps }, { drainTimeout: Infinity });
  const client = await house.client();
  const heeding = rejection(client.call('steps', 'heed', ['a']));
  await steps._began('a');
  const closing = daemon.close();
  await daemon.close(0);
  expect(await heeding).toMatchObject({ code: 'DRAINING', ran: 'yes' });
  await closing;
});

test('closing again, or while a client stops it, is the same end', async () => {
  const daemon = await house.daemon({ steps });
  const client = await house.client();
  await client.call('$daemon', 'stop');
  await Promise.all([daemon.close(), daemon.close(), daemon.ended]);
  await daemon.close();
});

test('a daemon that has ended leaves its endpoint to the next one, in the same process', async () => {
  for (let round = 0; round < 3; round++) {
    const daemon = await house.daemon({ steps });
    expect(await rejection(house.daemon({ steps }))).toMatchObject({
      code: 'BUSY',
      message: expect.stringMatching(/"lab" is already running, pid \d+/),
    });
    await daemon.close();
  }
});
