// The commands on a terminal: a pseudo-terminal of 80 columns and 24 rows.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { native } from '../../../src/native';
import { IS_WINDOWS } from '../../../src/os';
import { openPseudoTerminal, type PseudoTerminal } from '../../e2e/support/pty';
import { PROGRAM, World, type Running } from './run-samebox';

const world = new World();
let daemon: Running;

beforeAll(async () => {
  daemon = world.start(['serve', '--demo']);
  await daemon.printed(/Ctrl-C ends it/);
});
afterEach(() => Promise.all([...open].map((one) => one.close())));
afterAll(() => world.close());

const open = new Set<OnTerminal>();

/** A process on a terminal, and what it wrote there. */
class OnTerminal {
  seen = '';
  private readonly terminal: PseudoTerminal = openPseudoTerminal();
  private readonly child: ChildProcess;

  constructor(args: readonly string[]) {
    const fd = openSync(this.terminal.path, constants.O_RDWR | constants.O_NOCTTY);
    const env = { ...process.env, SAMEBOX_RUNTIME_DIR: world.folder, XDG_STATE_HOME: world.folder };
    const options = { TERM: 'xterm', NO_COLOR: '', FORCE_COLOR: undefined, NODE_NO_WARNINGS: '1' };
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: [fd, fd, fd],
      env: { ...env, ...options },
    });
    closeSync(fd);
    open.add(this);
    this.terminal.line.on('data', (bytes: Buffer) => (this.seen += bytes.toString()));
  }

  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.seen)) await once(this.terminal.line, 'data');
  }

  type(text: string): void {
    this.terminal.line.write(text);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    await this.shows(/\n|\u001B/);
    await this.close();
    return this.child.exitCode;
  }

  /** Ends it, whatever it does. */
  async close(): Promise<void> {
    open.delete(this);
    this.child.kill('SIGKILL');
    await this.terminal.unplug();
  }
}

// Windows has no pseudo-terminals that a test could open.
const onUnix = IS_WINDOWS || !native().available ? describe.skip : describe;

onUnix('on a terminal', () => {
  test('a call that reports progress shows a bar, and takes it away at the end', async () => {
    const call = new OnTerminal(['call', 'stage', 'moveTo', '3']);
    await call.shows(/\u001B\[\?25l[^]*█[^]* %[^]* mm/);
    await call.shows(/\r\u001B\[2K\u001B\[\?25h[^]*(?:2\.99|3\.0)/);
    expect(await call.ended()).toBe(0);
  });

  test('an interrupted call gives the cursor back', async () => {
    const call = new OnTerminal(['call', 'stage', 'moveTo', '45']);
    await call.shows(/█/);
    call.signal('SIGINT');
    await call.shows(/\u001B\[\?25h[^]*cancelled:/);
    expect(await call.ended()).toBe(130);
  });

  test('a plot has the screen to itself, and its last picture stays when it ends', async () => {
    const watch = new OnTerminal(['watch', 'pm', 'readings', '20', '--plot', '--count', '12']);
    await watch.shows(/\u001B\[\?1049h[^]*pm\.readings[^]*[\u2801-\u28FF][^]*now/);
    await watch.shows(/\u001B\[\?25h\u001B\[\?1049l[^]*0 dropped[^]*now/);
    expect(await watch.ended()).toBe(0);
  });

  test('a plot of what is no number says so', async () => {
    const watch = new OnTerminal(['watch', 'pm', 'identity', '--plot']);
    await watch.shows(/--plot shows numbers/);
    expect(await watch.ended()).toBe(2);
  });

  test('the prompt completes members, and Ctrl-C cancels what runs', async () => {
    const prompt = new OnTerminal(['repl']);
    await prompt.shows(/demo> /);
    prompt.type('await pm.readV\t');
    await prompt.shows(/pm\.readVoltage/);
    prompt.type('(2) > 0\r');
    await prompt.shows(/true/);
    prompt.type('await stage.moveTo(45)\r');
    await prompt.shows(/█/);
    prompt.type('\u0003');
    await prompt.shows(/cancelled:/);
    prompt.type('.exit\r');
    expect(await prompt.ended()).toBe(0);
  });

  test('lists are coloured and cut to the width of the terminal', async () => {
    const list = new OnTerminal(['list']);
    await list.shows(/cam.*…/);
    expect(list.seen).toContain('\u001B[32mready\u001B[39m');
    expect(await list.ended()).toBe(0);
  });
});
