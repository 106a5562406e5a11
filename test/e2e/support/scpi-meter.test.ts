import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadlineParser, SerialPort } from 'serialport';
import { CONNECTION_STATE } from '../../../daemon/connection-state';
import { SerialInstrument } from '../../../daemon/instruments';
import { IS_WINDOWS } from '../../../src/os';
import { startMeter, type MeterProcess } from './scpi-meter-child';

const posix = IS_WINDOWS ? describe.skip : describe;

posix('the power meter on a pseudo-terminal', () => {
  let meter: MeterProcess | undefined;
  let port: SerialPort | undefined;
  afterEach(async () => {
    if (port?.isOpen) await new Promise((resolve) => port?.close(resolve));
    await meter?.stop();
  });

  async function open(path: string): Promise<ReadlineParser> {
    port = new SerialPort({ path, baudRate: 115200 });
    await once(port, 'open');
    return port.pipe(new ReadlineParser({ delimiter: '\n' }));
  }
  async function ask(lines: ReadlineParser, command: string): Promise<string> {
    port?.write(`${command}\n`);
    return ((await once(lines, 'data')) as [string])[0];
  }

  test('it answers over a real serial port, piece by piece, and remembers its range and errors', async () => {
    meter = await startMeter('--split', '--identity', 'ACME,PM1,7,2.0');
    const lines = await open(meter.path);
    expect(await ask(lines, '*IDN?')).toBe('ACME,PM1,7,2.0');
    expect(await ask(lines, 'range 5;range?;*opc?')).toBe('5;1');
    expect(await ask(lines, 'FOO;SYSTem:ERRor?')).toBe('-113,"Undefined header;FOO"');
    expect(await ask(lines, 'RANGE 99;SYST:ERR?')).toBe('-222,"Data out of range;99"');
    expect(await ask(lines, 'SYST:ERR?')).toBe('0,"No error"');
    expect(Number(await ask(lines, 'RANGE 0;MEAS:VOLT? 20'))).toBeCloseTo(0.25, 5);
    const tokens = Array.from({ length: 100 }, (_, index) => `t${String(index)}`);
    for (const token of tokens) expect(await ask(lines, `ECHO? ${token}`)).toBe(token);
  });

  test('one answer of each four is late, which one comes from the seed, and the log has it all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'samebox-meter-'));
    const log = join(folder, 'log');
    meter = await startMeter('--late-every', '4', '--late-ms', '20,40', '--seed', '3', '--log', log);
    const lines = await open(meter.path);
    for (let index = 0; index < 12; index++)
      expect(await ask(lines, `ECHO? ${String(index)}`)).toBe(String(index));
    await meter.stop();
    const said = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { got?: string; said?: string; late?: number })
      .filter((entry) => entry.said !== undefined);
    expect(said).toHaveLength(12);
    for (const block of [0, 4, 8]) {
      const late = said.slice(block, block + 4).filter((entry) => entry.late !== undefined);
      expect(late).toHaveLength(1);
      expect(late[0]?.late).toBeGreaterThanOrEqual(20);
    }
    rmSync(folder, { recursive: true });
  });

  test('the port can be opened again, and an instrument on it notices at once that its plug is pulled', async () => {
    meter = await startMeter();
    expect(await ask(await open(meter.path), '*OPC?')).toBe('1');
    await new Promise((resolve) => port?.close(resolve));
    const instrument = await SerialInstrument.open({ path: meter.path, timeout: 20_000 });
    expect(await instrument.query('*OPC?')).toBe('1');
    const unanswered = instrument.query('NO:SUCH?');
    await Promise.all([
      expect(unanswered).rejects.toMatchObject({ name: 'InstrumentDisconnected', written: true }),
      meter.unplug(),
    ]);
    expect(instrument.connected).toBe(false);
    expect(instrument[CONNECTION_STATE]).toEqual({ connected: false, reason: expect.stringMatching(/./) });
    await instrument[Symbol.asyncDispose]();
  });
});
