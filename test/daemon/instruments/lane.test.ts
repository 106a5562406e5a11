import { Lane } from '../../../daemon/instruments/lane';
import { quiet } from './fake-clock';

function gate(): { opens: () => void; opened: Promise<void> } {
  let opens: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (opens = resolve));
  return { opens, opened };
}

test('turns follow each other in the order of asking, also after one that fails', async () => {
  const lane = new Lane();
  const said: string[] = [];
  const turn = (name: string, error?: Error): Promise<string> =>
    lane.take(async () => {
      said.push(`${name} begins`);
      await quiet();
      said.push(`${name} ends`);
      if (error !== undefined) throw error;
      return name;
    });
  const all = await Promise.allSettled([turn('a'), turn('b', new Error('no')), turn('c')]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a turn that is cancelled while it waits never runs, and the next one takes its place', async () => {
  const lane = new Lane();
  const { opens, opened } = gate();
  const ran: string[] = [];
  const cancel = new AbortController();
  const first = lane.take(() => opened);
  const second = lane.take(async () => void ran.push('second'), cancel.signal);
  const third = lane.take(async () => void ran.push('third'));
  cancel.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  expect(lane.waiting).toBe(1);
  opens();
  await Promise.all([first, third]);
  expect(ran).toEqual(['third']);
});

test('a body that throws before its first await ends its turn', async () => {
  const lane = new Lane();
  const thrown = lane.take(() => {
    throw new Error('at once');
  });
  await expect(thrown).rejects.toThrow('at once');
  await expect(lane.take(async () => 1)).resolves.toBe(1);
});

test('a finished lane gives way to the one around it', async () => {
  const outer = new Lane();
  const inner = new Lane(outer);
  const innermost = new Lane(inner);
  expect(innermost.current).toBe(innermost);
  await innermost.finish();
  await inner.finish();
  expect(innermost.current).toBe(outer);
});

test('a lane is finished only when its last turn is over', async () => {
  const lane = new Lane(new Lane());
  const { opens, opened } = gate();
  const turn = lane.take(() => opened);
  let finished = false;
  const finish = lane.finish().then(() => (finished = true));
  await quiet();
  expect(finished).toBe(false);
  opens();
  await Promise.all([turn, finish]);
});
