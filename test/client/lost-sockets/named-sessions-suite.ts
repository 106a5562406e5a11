// Sessions with a name: they outlive their clients.
import { House, rejection } from '../../daemon/daemon/house';
import { until } from '../../daemon/handoff/support';
import { Steps } from '../../daemon/target/steps';
import type { ConnectOptions } from '../../../client';

export function namedSessionsSuite(latency: NonNullable<ConnectOptions['latency']>): void {
  let house: House;
  beforeEach(() => {
    house = new House({ latency });
  });
  afterEach(() => house.close());

  class Numbers {
    async *count(to: number): AsyncGenerator<number> {
      for (let n = 0; n < to; n++) yield await Promise.resolve(n);
    }
  }

  describe('named sessions', () => {
    test('who comes back under the name of a session finds its calls, and collects their answers', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const first = await house.client({ session: 'notebook' });
      const lost = rejection(first.call('it', 'work', ['a'], { timeout: Infinity }));
      await steps._began('a');
      await first.close();
      await lost;
      const second = await house.client({ session: 'notebook' });
      expect(second.session).toBe(1);
      expect(await second.calls()).toMatchObject([
        { session: 'notebook', id: 1, target: 'it', member: 'work', state: 'running' },
      ]);
      const collected = second.attach(1);
      const [own] = [second.call('it', 'note', ['b'])];
      await steps._finish('a', 'the answer');
      expect(await collected).toBe('the answer');
      expect(await own).toBe('b');
      expect(await second.calls()).toEqual([]);
      expect(steps.begun).toEqual(['a', 'b']);
    });

    test('an answer that came while nobody was there is collected later, also as an error, and a stream goes on', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps, numbers: new Numbers() });
      const first = await house.client({ session: 'notebook' });
      const lost = rejection(first.call('it', 'work', ['a']));
      await first.call('numbers', 'count', [5]);
      await steps._began('a');
      await first.close();
      await lost;
      steps._fail('a', new Error('burnt'));
      const second = await house.client({ session: 'notebook' });
      await until(async () => (await second.calls())[0]?.state === 'failed');
      expect(await rejection(second.attach(1))).toMatchObject({ code: 'METHOD_FAILED', ran: 'yes' });
      const got: unknown[] = [];
      for await (const n of second.attach(2)) got.push(n);
      expect(got).toEqual([0, 1, 2, 3, 4]);
      expect(await rejection(second.attach(99))).toMatchObject({ code: 'INVALID_ARGUMENT', ran: 'no' });
    });

    test('a session that has a client is refused to another one, unless he takes it', async () => {
      const steps = new Steps();
      await house.daemon({ it: steps });
      const first = await house.client({ session: 'notebook' });
      const call = rejection(first.call('it', 'work', ['a']));
      await steps._began('a');
      const refused = await rejection(house.client({ session: 'notebook' }));
      expect(refused).toMatchObject({
        code: 'DENIED',
        ran: 'no',
        details: { session: 'notebook', pid: process.pid },
      });
      expect(refused.message).toContain('steal');
      const thief = await house.client({ session: 'notebook', steal: true });
      expect(await call).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe', cause: { code: 'DENIED' } });
      expect(first.state).toBe('closed');
      expect(await thief.calls()).toMatchObject([{ id: 1, state: 'running' }]);
    });
  });
}
