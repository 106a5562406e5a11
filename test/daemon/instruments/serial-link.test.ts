import { existsSync } from 'node:fs';
import { SerialInstrument } from '../../../daemon/instruments/serial-instrument';
import { FakeClock, quiet } from './fake-clock';
import { scripted, Talker } from './scripted-device';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

test('a port that does not exist is named, with the ports that do', async () => {
  const path = '/dev/samebox-no-such-port';
  expect(existsSync(path)).toBe(false);
  await expect(SerialInstrument.open({ path })).rejects.toMatchObject({
    name: 'InstrumentOpenError',
    path,
    failure: 'missing',
    message: expect.stringMatching(
      /There is no port .*(Ports that exist|No serial port was found|Which ports exist)/,
    ),
  });
});

test('a first opening that fails is not tried again', async () => {
  const { binding, options } = scripted(clock);
  binding.unplug(`Error: Permission denied, cannot open ${options.path ?? ''}`);
  await expect(Talker.open(options)).rejects.toMatchObject({
    failure: 'denied',
    message: expect.stringContaining('dialout'),
  });
  expect(clock.pending).toBe(0);
});

test('a port that another process holds is said to be held', async () => {
  const { options } = scripted(clock);
  await using _first = await Talker.open(options);
  await expect(Talker.open(options)).rejects.toMatchObject({
    failure: 'locked',
    message: expect.stringContaining('Another process has'),
  });
});

test('unplugging fails the query in flight at once, and those that wait for it', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open(options);
  const inFlight = talker.query('SAY 1 1000');
  const queued = talker.query('SAY 2');
  await quiet();
  const before = clock.now();
  binding.unplug();
  await expect(inFlight).rejects.toMatchObject({
    name: 'InstrumentDisconnected',
    written: true,
    path: options.path,
  });
  await expect(queued).rejects.toMatchObject({ name: 'InstrumentDisconnected', written: false });
  expect(clock.now()).toBe(before);
  expect(talker.connected).toBe(false);
});

test('queries while it is away fail at once and say why and that it is tried again', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open(options);
  binding.unplug();
  await quiet();
  await expect(talker.query('SAY 1')).rejects.toThrow(
    `${options.path ?? ''} is not connected: "SAY 1" was not sent (the device was unplugged). It is tried again until it is back.`,
  );
  await clock.advance(10_000);
  const { state, attempts, lastError } = talker.connection;
  expect(state).toBe('waiting');
  expect(attempts).toBeGreaterThan(1);
  expect(lastError).toContain('There is no port');
  await expect(talker.query('SAY 2')).rejects.toThrow('"SAY 2" was not sent (there is no such port)');
});

test('it is opened again when the device is back', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open({ ...options, lateWindow: 10 });
  binding.unplug();
  await clock.advance(3000);
  binding.plug();
  await clock.advance(5000);
  expect(talker.connected).toBe(true);
  expect(talker.connection.reopened).toBe(1);
  await expect(clock.run(talker.query('SAY back'))).resolves.toBe('back');
});

test('a port that opens and breaks at once is tried less and less often, until the device is heard', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open({ ...options, lateWindow: 10 });
  const attempts: number[] = [];
  const breaks = async (): Promise<void> => {
    binding.unplug();
    await quiet();
    attempts.push(talker.connection.attempts);
    binding.plug();
    await clock.advance(5000);
    expect(talker.connection).toMatchObject({ state: 'open', attempts: 0 });
  };
  for (let round = 0; round < 3; round += 1) await breaks();
  await clock.run(talker.query('SAY hello'));
  await breaks();
  expect(attempts).toEqual([1, 2, 3, 1]);
});

test('a permission that comes late, as udev gives it, is waited for', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open(options);
  binding.unplug();
  await clock.advance(200);
  binding.unplug(`Error: Permission denied, cannot open ${options.path ?? ''}`);
  await clock.advance(5000);
  expect(talker.connection.lastError).toContain('may not open');
  binding.plug();
  await clock.advance(5000);
  expect(talker.connected).toBe(true);
});

test('an answer that was owed when the device went away is not taken for another one’s when it is back', async () => {
  const { device, binding, options } = scripted(clock);
  await using talker = await Talker.open({ ...options, sync: { query: 'ID?', answer: /^SCRIPTED/ } });
  await clock.run(talker.query('SAY 1'));
  const lost = talker.query('SAY 2 500');
  await quiet();
  binding.unplug();
  await expect(lost).rejects.toThrow('lost while "SAY 2 500" was in progress');
  binding.plug();
  await clock.advance(200);
  expect(talker.connected).toBe(true);
  await expect(clock.run(talker.query('SAY 3'))).resolves.toBe('3');
  expect(device.received).toEqual(['ID?', 'SAY 1', 'SAY 2 500', 'ID?', 'SAY 3']);
});

test('an instrument that is closed while it is away is not opened again', async () => {
  const { binding, options } = scripted(clock);
  const talker = await Talker.open(options);
  binding.unplug();
  await quiet();
  await talker[Symbol.asyncDispose]();
  expect(clock.pending).toBe(0);
  expect(talker.connected).toBe(false);
});

test('nothing is written before a board that restarts has settled', async () => {
  const { device, options } = scripted(clock);
  const opening = Talker.open({ ...options, settleTime: 1500 });
  const start = clock.now();
  await using talker = await clock.run(opening);
  expect(clock.now() - start).toBe(1500);
  expect(device.received).toEqual([]);
  expect(talker.connected).toBe(true);
});

test('a device is found by its numbers, under whatever path it comes back', async () => {
  const { binding, options } = scripted(clock);
  const { path: _, ...rest } = options;
  const [port] = await binding.list();
  await using talker = await Talker.open({ ...rest, serialNumber: port?.serialNumber ?? '' });
  await expect(clock.run(talker.query('SAY found'))).resolves.toBe('found');
  expect(talker.connection.path).toBe(options.path);
});
