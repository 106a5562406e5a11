import { callContext, runInCall, type CallContext } from '../../../daemon/call-context';
import { SerialInstrument } from '../../../daemon/instruments/serial-instrument';
import { FakeClock, quiet } from './fake-clock';
import { scripted, Talker } from './scripted-device';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

const SYNC = { query: 'ID?', answer: /^SCRIPTED/ };

function call(signal: AbortSignal, awaited: PromiseLike<unknown>[] = []): CallContext {
  return {
    target: 'talker',
    method: 'test',
    session: { id: 1, name: 'test', pid: 1 },
    signal,
    deadline: Infinity,
    remaining: () => Infinity,
    alloc: callContext().alloc,
    progress: () => undefined,
    waitUntil: (promise) => void awaited.push(promise),
  };
}

test('twenty callers at once each get their own answer, in the order of asking', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open(options);
  const asked = Array.from({ length: 200 }, (_, index) => `SAY ${index} ${(index * 7) % 5}`);
  const answers = await clock.run(Promise.all(asked.map((command) => talker.query(command))));
  expect(answers).toEqual(asked.map((_, index) => String(index)));
  expect(device.received).toEqual(asked);
});

test('an answer that comes after its timeout is never taken for the next query’s', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open({ ...options, timeout: 100, lateWindow: 500 });
  const late = talker.query('SAY late 300');
  const next = talker.query('SAY next');
  await expect(clock.run(late)).rejects.toMatchObject({
    name: 'InstrumentTimeout',
    command: 'SAY late 300',
    timeout: 100,
    path: options.path,
  });
  await expect(clock.run(next)).resolves.toBe('next');
  expect(talker.connection.dropped).toBe(1);
});

test('an instrument that never answers fails every query in time and hangs none', async () => {
  const { device, options } = scripted(clock);
  device.dead = true;
  await using talker = await Talker.open({ ...options, timeout: 100, lateWindow: 100 });
  const all = await clock.run(
    Promise.allSettled([talker.query('SAY 1'), talker.query('SAY 2'), talker.query('SAY 3')]),
  );
  for (const one of all)
    expect(one).toMatchObject({ status: 'rejected', reason: { name: 'InstrumentTimeout' } });
  await expect(clock.run(talker.query('SAY 4'))).rejects.toThrow(
    /did not answer "SAY 4" within 100 ms.*115200/,
  );
});

test('an instrument with a sync query is not sent a command until it has answered that', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open({ ...options, timeout: 100, lateWindow: 300, sync: SYNC });
  device.dead = true;
  await expect(clock.run(talker.query('SAY 1'))).rejects.toMatchObject({
    name: 'InstrumentOutOfStep',
    sync: 'ID?',
  });
  expect(device.received).toEqual(['ID?']);
  device.dead = false;
  await expect(clock.run(talker.query('SAY 2'))).resolves.toBe('2');
  expect(device.received).not.toContain('SAY 1');
});

test('a query that gets the sync query’s late answer in between still gets its own', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open({ ...options, timeout: 100, lateWindow: 500, sync: SYNC });
  const late = talker.query('SAY SCRIPTED-late 300');
  await expect(clock.run(late)).rejects.toMatchObject({ name: 'InstrumentTimeout' });
  await expect(clock.run(talker.query('SAY next'))).resolves.toBe('next');
});

test('a query that is cancelled while it is queued is never written', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open(options);
  const cancel = new AbortController();
  const first = talker.query('SAY first 10');
  const second = runInCall(call(cancel.signal), () => talker.query('SAY second'));
  const third = talker.query('SAY third');
  cancel.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  await expect(clock.run(Promise.all([first, third]))).resolves.toEqual(['first', 'third']);
  expect(device.received).toEqual(['SAY first 10', 'SAY third']);
});

test('the answer to a query that is cancelled after its write goes to nobody', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open(options);
  const cancel = new AbortController();
  const first = runInCall(call(cancel.signal), () => talker.query('SAY first 50'));
  const second = talker.query('SAY second');
  await clock.advance(10);
  cancel.abort(new Error('given up'));
  await expect(first).rejects.toThrow('given up');
  await expect(clock.run(second)).resolves.toBe('second');
});

test('a cancelled call leaves no listener behind on a signal that outlives it', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open(options);
  const { signal } = new AbortController();
  const remove = jest.spyOn(signal, 'removeEventListener');
  const add = jest.spyOn(signal, 'addEventListener');
  await clock.run(Promise.all([talker.query('SAY 1', { signal }), talker.query('SAY 2', { signal })]));
  expect(add).toHaveBeenCalled();
  expect(remove.mock.calls.length).toBeGreaterThanOrEqual(add.mock.calls.length);
});

test('no other caller gets between the steps of a sequence, whatever it calls', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open(options);
  const sequence = talker.sequence(async () => {
    talker.note = 'begins';
    const first = await talker.query('SAY 1 5');
    const inner = await talker.sequence(() => talker.query('SAY 2'));
    return [first, inner, ...(await Promise.all([talker.query('SAY 3'), talker.query('SAY 4')]))];
  });
  const other = talker.query('SAY other');
  await expect(clock.run(Promise.all([sequence, other]))).resolves.toEqual([['1', '2', '3', '4'], 'other']);
  expect(device.received).toEqual(['NOTE begins', 'SAY 1 5', 'SAY 2', 'SAY 3', 'SAY 4', 'SAY other']);
});

test('a setter’s command belongs to the call that sets, and fails it if it fails', async () => {
  const { device, binding, options } = scripted(clock);
  await using talker = await Talker.open(options);
  const awaited: PromiseLike<unknown>[] = [];
  const context = call(new AbortController().signal, awaited);
  runInCall(context, () => (talker.note = 'one'));
  await clock.run(Promise.all(awaited));
  expect(device.received).toEqual(['NOTE one']);
  binding.unplug();
  await quiet();
  runInCall(context, () => (talker.note = 'two'));
  await expect(awaited[1]).rejects.toMatchObject({ name: 'InstrumentDisconnected' });
});

test('outside of a call a setter that fails can be seen in the connection', async () => {
  const { binding, options } = scripted(clock);
  await using talker = await Talker.open(options);
  binding.unplug();
  await quiet();
  talker.note = 'lost';
  await quiet();
  expect(talker.connection.lastError).toContain('"NOTE lost" was not sent');
});

test('an answer that is no number says what it was', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open(options);
  await expect(clock.run(talker.queryNumber('SAY -1.5e-3'))).resolves.toBe(-0.0015);
  await expect(clock.run(talker.queryNumber('SAY OVERLOAD'))).rejects.toMatchObject({
    name: 'InstrumentAnswerError',
    answer: 'OVERLOAD',
    message: expect.stringContaining('"OVERLOAD", which is not a number'),
  });
});

test('an answer without end is given up, and its memory with it', async () => {
  const { options } = scripted(clock);
  await using talker = await Talker.open({ ...options, maxLine: 10 });
  await expect(clock.run(talker.query('SAY 12345678901234567890'))).rejects.toThrow(
    'a line of more than 10 bytes',
  );
  await expect(clock.run(talker.query('SAY fine'))).resolves.toBe('fine');
});

test('two commands in one, a command that is no text and an impossible timeout are refused', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open(options);
  await expect(talker.query('SAY 1\nSAY 2')).rejects.toThrow(TypeError);
  await expect(talker.query(5 as never)).rejects.toThrow(TypeError);
  await expect(talker.query('SAY 1', { timeout: -1 })).rejects.toThrow(RangeError);
  expect(device.received).toEqual([]);
});

test('a terminator of its own each way is used', async () => {
  const { device, options } = scripted(clock);
  await using talker = await Talker.open({ ...options, terminator: { out: ';\n', in: '\n' } });
  await expect(clock.run(talker.query('SAY 1 0 '))).resolves.toBe('1');
  expect(device.received).toEqual(['SAY 1 0 ;']);
});

test('an instrument that was closed or never opened says so, and what was in progress fails', async () => {
  const { options } = scripted(clock);
  const talker = await Talker.open(options);
  const pending = talker.query('SAY 1 1000');
  await quiet();
  await talker[Symbol.asyncDispose]();
  await expect(pending).rejects.toMatchObject({ name: 'InstrumentClosed' });
  await expect(talker.query('SAY 2')).rejects.toThrow('has been closed');
  await expect(new Talker(options).query('SAY 3')).rejects.toThrow('make instruments with open()');
  expect(talker.connection.state).toBe('closed');
});

test('open gives an instance of the class that it is called on', async () => {
  const { options } = scripted(clock);
  await using talker: Talker = await Talker.open(options);
  await using plain: SerialInstrument = await SerialInstrument.open(scripted(clock).options);
  expect(talker).toBeInstanceOf(Talker);
  expect(plain).not.toBeInstanceOf(Talker);
});

test('a misspelt option is a type error where an instrument is opened', () => {
  // @ts-expect-error -- no such option
  const misspelt = (): unknown => Talker.open({ pth: 'somewhere' });
  expect(misspelt).toBeInstanceOf(Function);
});

test('what can be called from outside is what is meant to be', () => {
  const names = Object.getOwnPropertyNames(SerialInstrument.prototype).filter(
    (name) => !name.startsWith('_'),
  );
  expect(names.sort()).toEqual(['connected', 'connection', 'constructor', 'query', 'queryNumber', 'write']);
  expect(Object.keys(new Talker({ path: 'nowhere' }))).toEqual([]);
});
