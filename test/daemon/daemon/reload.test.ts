// A config that is read again while clients are connected: what stays, what is opened anew, what waits.
import { setImmediate as turn } from 'node:timers/promises';
import { expose } from '../../../daemon/box/expose';
import { defineBox, type Box, type BoxOptions } from '../../../daemon/box/define-box';
import { SignatureIndex } from '../../../daemon/describe/signature-index';
import type { ConfigRead } from '../../../daemon/reload';
import type { RunningDaemon } from '../../../daemon/start-daemon';
import { gate } from '../handoff/support';
import { aborted, Steps } from '../target/steps';
import { IS_WINDOWS } from '../../../src/os';
import { House, rejection } from './house';

const posix = IS_WINDOWS ? test.skip : test; // No rule admits anybody where the kernel names nobody.

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

/** What opening and closing leave behind. */
class Port {
  static readonly events: string[] = [];
  readonly steps = new Steps();
  constructor(readonly label: string) {
    Port.events.push(`open ${label}`);
  }
  get which(): string {
    return this.label;
  }
  work(name: string): Promise<unknown> {
    return this.steps.work(name);
  }
  async *count(to: number): AsyncGenerator<number> {
    for (let n = 0; n < to; n++) yield await Promise.resolve(n);
    await new Promise(() => undefined); // For ever: nothing more comes.
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await turn();
    Port.events.push(`close ${this.label}`);
  }
}

type Options = Omit<BoxOptions<never>, 'targets'>;

function box(targets: Record<string, object>, options: Options = {}): Box {
  return defineBox<Record<string, object>>({ name: 'lab', drainTimeout: 200, ...options, targets });
}

/** A daemon whose config is `next` when it is read again. */
async function daemonThatReads(
  targets: Record<string, object>,
  next: () => Box,
  options: Options = {},
): Promise<RunningDaemon> {
  const readConfig = async (): Promise<ConfigRead> => ({ box: next(), signatures: new SignatureIndex([]) });
  return house.daemon(targets, options, { readConfig });
}

beforeEach(() => void Port.events.splice(0));

test('sessions stay, and a target is closed before it is opened anew', async () => {
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () =>
    box({ pm: () => new Port('new') }),
  );
  const client = await house.client();
  const pm = client.target<Port>('pm');
  expect(await pm.which).toBe('old');
  const report = await daemon.reload();
  expect(report).toEqual({ changed: true, ready: ['pm'], failed: [], gone: [], atStart: [] });
  expect(Port.events).toEqual(['open old', 'close old', 'open new']);
  expect(await pm.which).toBe('new');
  expect([client.state, client.session]).toEqual(['connected', 1]);
});

test('a call that runs gets its time, and those that wait are made to the new object, in their order', async () => {
  const old = new Port('old');
  const fresh = new Port('new');
  const daemon = await daemonThatReads({ pm: () => old }, () => box({ pm: () => fresh }), {
    drainTimeout: Infinity,
  });
  const client = await house.client();
  const running = client.call('pm', 'work', ['a']);
  await old.steps._began('a');
  const waiting = ['b', 'c'].map((name) => client.call('pm', 'work', [name]));
  await client.status();
  const reloading = daemon.reload();
  await old.steps._finish('a', 'from the old one');
  expect(await running).toBe('from the old one');
  for (const name of ['b', 'c']) await fresh.steps._finish(name);
  expect(await Promise.all(waiting)).toEqual(['b', 'c']);
  await reloading;
  expect(old.steps.begun).toEqual(['a']);
  expect(fresh.steps.begun).toEqual(['b', 'c']);
});

test('a call that takes longer than drainTimeout is told by its signal, and CANCELLED; it has run', async () => {
  const steps = new Steps();
  const daemon = await daemonThatReads({ steps: () => steps }, () => box({ steps: () => new Steps() }), {
    drainTimeout: 1,
  });
  const client = await house.client();
  const call = rejection(client.call('steps', 'heed', ['a']));
  const signal = await steps._began('a');
  const reloading = daemon.reload();
  expect(await aborted(signal)).toMatchObject({ code: 'CANCELLED' });
  expect(await call).toMatchObject({
    code: 'CANCELLED',
    ran: 'yes',
    message: expect.stringContaining('the config was read again'),
  });
  await reloading;
});

test('who reads a stream of a target that is closed gets what had come, and then why it ended', async () => {
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () =>
    box({ pm: () => new Port('new') }),
  );
  const client = await house.client();
  const got: number[] = [];
  const third = gate();
  const reading = rejection(
    (async () => {
      for await (const n of client.target<Port>('pm').count(3)) if (got.push(n) === 3) third.open();
    })(),
  );
  await third.passed;
  await daemon.reload();
  expect(await reading).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
  expect(got).toEqual([0, 1, 2]);
});

test('a target that is gone from the config answers NO_TARGET, also to calls that waited for it; a new one can be called', async () => {
  const steps = new Steps();
  const daemon = await daemonThatReads(
    { steps: () => steps },
    () => box({ other: { hello: () => 'here' } }),
    { drainTimeout: Infinity },
  );
  const client = await house.client();
  const running = client.call('steps', 'work', ['a']);
  await steps._began('a');
  const waiting = rejection(client.call('steps', 'work', ['b']));
  await client.status();
  const reloading = daemon.reload();
  expect(await waiting).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
  expect(await client.call('other', 'hello')).toBe('here');
  await steps._finish('a');
  expect(await running).toBe('a');
  expect(await reloading).toMatchObject({ ready: ['other'], gone: ['steps'] });
  expect(await rejection(client.call('steps', 'note', ['c']))).toMatchObject({ code: 'NO_TARGET' });
});

test('a target that can’t be opened is reported, and the others are ready', async () => {
  const bad = (): object => {
    throw new Error('no such port');
  };
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () =>
    box({ bad, pm: () => new Port('new') }),
  );
  expect(await daemon.reload()).toMatchObject({ ready: ['pm'], failed: ['bad'] });
});

test('a config that can’t be read changes nothing, and who asked is told why', async () => {
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () => {
    throw new SyntaxError('line 3: unexpected }');
  });
  await daemon.opened;
  await expect(daemon.reload()).rejects.toThrow('line 3: unexpected }');
  expect(Port.events).toEqual(['open old']);
  const client = await house.client();
  expect(await rejection(client.call('$daemon', 'reload'))).toMatchObject({
    message: expect.stringContaining('line 3'),
  });
});

posix(
  'users and groups that the machine doesn’t know keep a config out before anything is done',
  async () => {
    const daemon = await daemonThatReads({ pm: () => new Port('old') }, () =>
      box({ pm: expose(() => new Port('new'), { allow: { users: ['nobody-of-this-name'] } }) }),
    );
    await daemon.opened;
    await expect(daemon.reload()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(Port.events).toEqual(['open old']);
  },
);

test('a config that has not changed leaves the instruments alone', async () => {
  const same = box({ pm: () => new Port('new') });
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () => same);
  expect(await daemon.reload()).toMatchObject({ changed: true });
  expect(await daemon.reload()).toMatchObject({ changed: false });
  expect(Port.events).toEqual(['open old', 'close old', 'open new']);
});

test('a config that was refused is tried again, though nothing of it has changed', async () => {
  const user = 'nobody-of-this-name';
  const refused = box({ pm: () => new Port('new') }, { allow: { users: [user] } });
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () => refused);
  await daemon.opened;
  for (let time = 0; time < 2; time++) await expect(daemon.reload()).rejects.toThrow(user);
  expect(Port.events).toEqual(['open old']);
});

test('a daemon that ends while it reads its config again closes what it had, and opens nothing more', async () => {
  const old = new Port('old');
  const daemon = await daemonThatReads({ pm: () => old }, () => box({ pm: () => new Port('new') }), {
    drainTimeout: Infinity,
  });
  const client = await house.client();
  const call = rejection(client.call('pm', 'work', ['a'], { retry: false }));
  await old.steps._began('a');
  const reloading = daemon.reload();
  await client.status();
  const closing = daemon.close(1);
  await aborted(await old.steps._began('a'));
  old.steps._fail('a', new Error('given up'));
  await closing;
  expect(await call).toMatchObject({ ran: 'yes' });
  expect(Port.events).toEqual(['open old', 'close old']);
  expect(await reloading).toMatchObject({ ready: [] });
});

test('what counts from the next start only is named', async () => {
  const daemon = await daemonThatReads({ pm: () => new Port('old') }, () =>
    box({ pm: () => new Port('new') }, { handoff: 'never', limits: { sessions: 5 }, name: 'other' }),
  );
  expect((await daemon.reload()).atStart).toEqual(['name', 'limits', 'handoff']);
  expect(daemon.status().endpoint).toBe('lab');
  expect(await house.log(/counts from the daemon's next start on/)).toMatchObject({ level: 40 });
});

test('two that ask at once are served one after another', async () => {
  let n = 0;
  const daemon = await daemonThatReads({ pm: () => new Port('0') }, () => {
    const label = String(++n);
    return box({ pm: () => new Port(label) });
  });
  await daemon.opened;
  await Promise.all([daemon.reload(), daemon.reload()]);
  expect(Port.events).toEqual(['open 0', 'close 0', 'open 1', 'close 1', 'open 2']);
});

test('a daemon without a config says so, and one that ends reads none', async () => {
  const without = await house.daemon({ pm: () => new Port('old') });
  await expect(without.reload()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await without.close();
  const ending = await daemonThatReads({ pm: () => new Port('old') }, () => box({}));
  const closing = ending.close();
  await expect(ending.reload()).rejects.toMatchObject({ code: 'DRAINING' });
  await closing;
});

test('rules, timeouts and the queue are those of the new config', async () => {
  const daemon = await daemonThatReads({ steps: new Steps() }, () =>
    box({ steps: expose(new Steps(), { maxQueue: 1, idempotent: ['note'], hide: ['heed'] }) }),
  );
  const client = await house.client();
  await daemon.reload();
  expect(await rejection(client.call('steps', 'heed', ['a']))).toMatchObject({ code: 'NO_METHOD' });
  const status = await client.status();
  expect(status.targets.map(({ name }) => name)).toEqual(['steps', '$daemon']);
});
