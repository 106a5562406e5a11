// How long a service is waited for, on a clock that is set by hand.
import { ServiceWait } from '../../../../daemon/service/windows/service-wait';

let time = 0;
const clock = { now: () => time };
const starting = (checkpoint: number, waitHint = 15_000) => ({
  state: 'starting' as const,
  checkpoint,
  waitHint,
});

beforeEach(() => (time = 0));

test('a start that goes on is waited for, however long it takes', () => {
  const wait = new ServiceWait('running', clock);
  for (let checkpoint = 1; checkpoint < 100; checkpoint++) {
    expect(wait.look(starting(checkpoint))).toBe('waiting');
    time += 14_000;
  }
  expect(wait.look({ state: 'running', checkpoint: 0, waitHint: 0 })).toBe('there');
});

test('one that says nothing within the time that it asked for is stuck', () => {
  const wait = new ServiceWait('running', clock);
  expect(wait.look(starting(1))).toBe('waiting');
  time = 15_000;
  expect(wait.look(starting(1))).toBe('waiting');
  time = 15_001;
  expect(wait.look(starting(1))).toBe('stuck');
});

test('who asks for no time gets some: the first report has not come yet', () => {
  const wait = new ServiceWait('stopped', clock);
  expect(wait.look({ state: 'running', checkpoint: 0, waitHint: 0 })).toBe('waiting');
  time = 10_000;
  expect(wait.look({ state: 'running', checkpoint: 0, waitHint: 0 })).toBe('waiting');
  time = 10_001;
  expect(wait.look({ state: 'running', checkpoint: 0, waitHint: 0 })).toBe('stuck');
});

test('a service that ends instead of starting has failed; one that is gone has stopped', () => {
  expect(new ServiceWait('running', clock).look({ state: 'stopped', checkpoint: 0, waitHint: 0 })).toBe(
    'failed',
  );
  expect(new ServiceWait('stopped', clock).look(undefined)).toBe('there');
});
