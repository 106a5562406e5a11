import { ScpiInstrument } from '../../../daemon/instruments/scpi-instrument';
import { ScpiModel } from '../../../daemon/instruments/simulated/scpi-model';
import { SimulatedBinding, simulatedPath } from '../../../daemon/instruments/simulated/simulated-binding';
import { FakeClock } from './fake-clock';

const clock = new FakeClock();

async function open(): Promise<ScpiInstrument> {
  const model = new ScpiModel('Maker,Model,123,1.0', () => undefined, {
    'HOME?': () => ({ line: '1', busy: 5000 }),
    'BAD:ERR?': () => 'nonsense',
    VOLT: () => undefined,
  });
  const path = simulatedPath('scpi');
  return ScpiInstrument.open({ path, clock, binding: new SimulatedBinding(path, model, clock) });
}

test('identity is the answer as it came, identification its fields', async () => {
  await using instrument = await open();
  await expect(clock.run(instrument.identity)).resolves.toBe('Maker,Model,123,1.0');
  await expect(clock.run(instrument.identification)).resolves.toMatchObject({
    model: 'Model',
    serial: '123',
  });
});

test('a command that the instrument takes passes, one that it refuses throws what it says', async () => {
  await using instrument = await open();
  await clock.run(instrument.command('VOLT 3'));
  await expect(clock.run(instrument.command('VLT 3'))).rejects.toMatchObject({
    name: 'ScpiError',
    code: -113,
    command: 'VLT 3',
    errors: [{ code: -113, text: 'Undefined header; VLT' }],
  });
  await expect(clock.run(instrument.errors())).resolves.toEqual([]);
});

test('two callers’ commands never see each other’s errors', async () => {
  await using instrument = await open();
  const all = Promise.allSettled([
    instrument.command('BAD 1'),
    instrument.command('VOLT 1'),
    instrument.command('BAD 2'),
  ]);
  const [first, second, third] = await clock.run(all);
  expect(first).toMatchObject({ reason: { command: 'BAD 1', errors: [{ code: -113 }] } });
  expect(second).toMatchObject({ status: 'fulfilled' });
  expect(third).toMatchObject({ reason: { command: 'BAD 2', errors: [{ code: -113 }] } });
});

test('an overflowing error queue is read to its end', async () => {
  await using instrument = await open();
  for (let count = 0; count < 20; count += 1) await clock.run(instrument.write('NO'));
  const errors = await clock.run(instrument.errors());
  expect(errors).toHaveLength(16);
  expect(errors.at(-1)).toEqual({ code: -350, text: 'Queue overflow' });
});

test('completion is waited for as long as the caller allows', async () => {
  await using instrument = await open();
  const homing = instrument.query('HOME?', { timeout: 10_000 });
  const start = clock.now();
  await clock.run(Promise.all([homing, instrument.complete()]));
  expect(clock.now() - start).toBe(5000);
});

test('a reset ends with an empty error queue', async () => {
  await using instrument = await open();
  await clock.run(instrument.write('NO'));
  await clock.run(instrument.reset());
  await expect(clock.run(instrument.errors())).resolves.toEqual([]);
});

test('an instrument that loses an answer is in step again after its identity', async () => {
  await using instrument = await open();
  await expect(clock.run(instrument.query('VOLT 1', { timeout: 100 }))).rejects.toMatchObject({
    name: 'InstrumentTimeout',
  });
  await expect(clock.run(instrument.query('*OPC?'))).resolves.toBe('1');
});
