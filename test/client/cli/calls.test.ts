// `samebox calls`: a notebook dies in the middle of a measurement, and somebody collects it.
import { kill, startClient } from './client-process';
import { World, type Running } from './run-samebox';

const world = new World();
let daemon: Running;

beforeAll(async () => {
  daemon = world.start(['serve', '--demo']);
  await daemon.printed(/Ctrl-C ends it/);
});
afterAll(() => world.close());

/** A process that calls under the name of a session, and is killed when its call runs. */
async function killedNotebook(session: string, method: string, ...args: unknown[]): Promise<void> {
  const notebook = await startClient(
    world,
    { session },
    `lab.call('stage', ${JSON.stringify(method)}, ${JSON.stringify(args)}, { timeout: Infinity }).catch(() => undefined);
     for (;;) if ((await lab.calls()).some(({ state }) => state === 'running')) break;`,
  );
  await kill(notebook);
}

test('a call of a notebook that was killed goes on, is listed, and its answer is collected once', async () => {
  await killedNotebook('notebook', 'moveTo', 1);
  const list = await world.run(['calls']);
  expect(list.stdout).toMatch(/^SESSION +ID +CALL +STATE +AGE\nnotebook +1 +stage\.moveTo +(running|done)/);
  const collected = await world.run(['calls', '1', '--session', 'notebook']);
  expect(collected).toMatchObject({ code: 0, stderr: '' });
  expect(Number(collected.stdout)).toBeCloseTo(1, 1);
  const again = await world.run(['calls', '1', '--session', 'notebook']);
  expect(again.stdout).toBe('');
  expect(again.stderr).toContain('there is no call 1 in this session'); // With it, all of it was collected.
  expect((await world.run(['calls'])).stdout).toBe('No call runs, and no answer waits.\n');
});

test('a call is taken up by its session and its number, and what is wrong with them is told', async () => {
  const [number, session, unknown] = await Promise.all([
    world.run(['calls', 'one', '--session', 'notebook']),
    world.run(['calls', '1']),
    world.run(['calls', '77', '--session', 'nobody', '--json']),
  ]);
  expect(number).toMatchObject({ code: 2, stdout: '' });
  expect(number.stderr).toContain('one is not the number of a call');
  expect(session.stderr).toContain('--session NAME');
  expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { code: 'INVALID_ARGUMENT', ran: 'no' } });
});
