// What a client gives its caller: remote objects, calls by name, an orderly end.
import { inspect } from 'node:util';
import type { Client } from '../../client';
import { House, rejection } from '../daemon/daemon/house';
import { Steps } from '../daemon/target/steps';

class Meter {
  _range = 1;
  readonly set_: unknown[] = [];
  get range(): number {
    return this._range;
  }
  set range(value: number) {
    this._range = value;
  }
  get identity(): Promise<string> {
    return Promise.resolve('METER,1');
  }
  get broken(): string {
    throw new Error('no lamp');
  }
  async read(samples = 1): Promise<number> {
    return samples * 2;
  }
  then(): string {
    return 'then';
  }
  call(): string {
    return 'call';
  }
  close(): string {
    return 'close';
  }
  set(value: number): string {
    return `set ${value}`;
  }
  toJSON(): string {
    return 'toJSON';
  }
  toString(): string {
    return 'toString';
  }
}
// A method called constructor, as a target without classes may have.
const odd = Object.assign(Object.create(null) as object, { read: () => 1 });

let house: House;
let client: Client;

beforeEach(async () => {
  house = new House();
  await house.daemon({ pm: new Meter(), odd });
  client = await house.client();
});
afterEach(() => house.close());

describe('a remote object', () => {
  test('has methods to call and properties to await, and sets several at once', async () => {
    const pm = client.target<Meter>('pm');
    expect(await pm.read(20)).toBe(40);
    expect(await pm.identity).toBe('METER,1');
    await pm.set({ range: 3 });
    expect(await pm.range).toBe(3);
    expect((await rejection(pm.broken)).message).toContain('no lamp');
  });

  test('may be awaited, returned from async functions, printed, serialised and compared', async () => {
    const pm = client.target<Meter>('pm');
    expect(await Promise.resolve(pm)).toBe(pm);
    expect(await (async () => pm)()).toBe(pm);
    expect(inspect(pm)).toContain('pm');
    expect(JSON.stringify({ pm })).toBe('{"pm":{}}');
    expect(`${String(pm)}`).toBe('[object Object]');
    expect(pm).toEqual(pm);
    expect(pm).not.toEqual(5);
    expect(Object.keys(pm)).toEqual(['target']);
    // None of this has asked the daemon anything.
    expect((await client.status()).targets.find(({ name }) => name === 'pm')?.calls).toBe(0);
  });

  test('keeps its members: a method is the same each time', () => {
    const pm = client.target<Meter>('pm');
    expect(pm.read).toBe(pm.read);
  });

  test('can not be assigned to: the error says how to set', () => {
    const pm = client.target<Meter>('pm') as unknown as Record<string, unknown>;
    expect(() => (pm['range'] = 3)).toThrow("pm.range can't be assigned: await pm.set({ range: value })");
  });

  test('leaves methods called then, call, close, set and toString within reach of call()', async () => {
    for (const name of ['then', 'call', 'close', 'toJSON', 'toString'])
      expect(await client.call('pm', name)).toBe(name);
    expect(await client.call('pm', 'set', [5])).toBe('set 5');
    const pm = client.target<Record<'call' | 'close', () => string>>('pm');
    expect([await pm.call(), await pm.close()]).toEqual(['call', 'close']);
    expect(await rejection(client.call('odd', 'constructor'))).toMatchObject({ code: 'NO_METHOD' });
  });

  test('tells a method from a property', async () => {
    const pm = client.target<Record<'read', Promise<number>> & { range: () => number }>('pm');
    expect((await rejection(pm.read)).message).toContain('is a method: call it');
    expect((await rejection(pm.range())).message).toContain('is a property: read it without calling it');
  });

  test('uses the options that it was made with for all of its calls', async () => {
    const steps = new Steps();
    await house.daemon({ steps }, { name: 'other' });
    const other = await house.client({}, 'other');
    const hasty = other.target<Steps>('steps', { timeout: 20 });
    expect(await rejection(hasty.work('a'))).toMatchObject({ code: 'TIMEOUT' });
    await steps._finish('a');
  });
});

describe('the end', () => {
  test('closing rejects what is pending, and the daemon is told', async () => {
    const steps = new Steps();
    await house.daemon({ steps }, { name: 'other' });
    const other = await house.client({}, 'other');
    const pending = ['a', 'b'].map((name) => rejection(other.call('steps', 'heed', [name])));
    await steps._began('a');
    await other.close();
    await other.close();
    for (const error of await Promise.all(pending))
      expect(error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
    expect(other.state).toBe('closed');
  });

  test('a closed client rejects every call: it did not run', async () => {
    const pm = client.target<Meter>('pm');
    await client.close();
    for (const call of [
      client.call('pm', 'read'),
      pm.read(),
      pm.identity,
      client.set('pm', {}),
      client.status(),
    ])
      expect(await rejection(call)).toMatchObject({ code: 'CANCELLED', ran: 'no' });
  });

  test('await using closes', async () => {
    let kept: Client;
    {
      await using scoped = await house.client();
      kept = scoped;
      expect(await scoped.call('pm', 'read')).toBe(2);
    }
    expect(kept.state).toBe('closed');
  });

  test('a client that is closed while it reconnects stays closed', async () => {
    const daemon = await house.daemon({}, { name: 'other' });
    const other = await house.client({}, 'other');
    const changes = other.changes();
    await daemon.close();
    expect((await changes.next()).value).toMatchObject({ state: 'reconnecting' });
    const waiting = rejection(other.call('pm', 'read', [], { timeout: Infinity }));
    await other.close();
    expect(await waiting).toMatchObject({ code: 'CANCELLED', ran: 'no' });
    await house.daemon({}, { name: 'other' });
    expect(other.state).toBe('closed');
  });
});

describe('misuse', () => {
  test('arguments that are neither a list nor named are a TypeError', () => {
    for (const args of ['x', 5, null, new Uint8Array(3)])
      expect(() => client.call('pm', 'read', args as never)).toThrow(TypeError);
    expect(() => client.call(5 as never, 'read')).toThrow(TypeError);
  });

  test('a call that nobody can encode leaves no trace', async () => {
    expect(await rejection(client.call('pm', 'read', [() => 1]))).toMatchObject({ code: 'UNENCODABLE' });
    expect(await client.call('pm', 'read', [4])).toBe(8);
  });
});
