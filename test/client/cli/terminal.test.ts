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

/** The terminal that the tests themselves run on is none of theirs. */
const BARE = {
  TMUX: undefined,
  STY: undefined,
  ZELLIJ: undefined,
  TERM_PROGRAM: undefined,
  LC_TERMINAL: undefined,
  COLORTERM: undefined,
};

/** A process on a terminal, and what it wrote there. */
class OnTerminal {
  seen = '';
  private readonly terminal: PseudoTerminal = openPseudoTerminal();
  private readonly child: ChildProcess;

  constructor(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const fd = openSync(this.terminal.path, constants.O_RDWR | constants.O_NOCTTY);
    const env = { ...process.env, SAMEBOX_RUNTIME_DIR: world.folder, XDG_STATE_HOME: world.folder };
    // Node shows no colours where CI is set.
    const plain = { CI: undefined, FORCE_COLOR: undefined, NO_COLOR: '' };
    const options = { ...plain, TERM: 'xterm', NODE_NO_WARNINGS: '1' };
    this.child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: [fd, fd, fd],
      env: { ...env, ...BARE, ...options, ...more },
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

  const FRAMES = ['watch', 'cam', 'frames', '50', '--plot'];

  test('frames are pictures of half blocks under tmux, which is not asked what it can', async () => {
    const watch = new OnTerminal([...FRAMES, '--count', '5'], { TMUX: '/tmp/tmux', COLORTERM: 'truecolor' });
    await watch.shows(
      /\u001B\[\?1049h[^]*cam\.frames[^]*1024x1024 uint16[^]*\u001B\[38;2;\d+;\d+;\d+;48;2;[\d;]+m▀/,
    );
    await watch.shows(/\u001B\[\?25h\u001B\[\?1049l[^]*cam\.frames[^]*▀/);
    expect(watch.seen).not.toContain('\u001B[c');
    expect(await watch.ended()).toBe(0);
  });

  test('without colours frames are shades of characters', async () => {
    const watch = new OnTerminal([...FRAMES, '--count', '3'], { NO_COLOR: '1' });
    await watch.shows(/\u001B\[\?1049l[^]*cam\.frames[^]*@/);
    expect(watch.seen).not.toMatch(/▀|\u001B\[[34]8/);
    expect(await watch.ended()).toBe(0);
  });

  test("a terminal that answers that it can is sent pictures by kitty's protocol; Ctrl-C leaves the last", async () => {
    const watch = new OnTerminal(FRAMES);
    await watch.shows(/\u001B_Gi=31,[^]*a=q[^]*\u001B\[c/);
    watch.type('\u001B_Gi=31;OK\u001B\\\u001B[6;20;10t\u001B[?62;c');
    await watch.shows(/(?:\u001B_Ga=T,f=100,[^]*){3}/);
    watch.signal('SIGINT');
    await watch.shows(/a=d,d=I[^]*\u001B\[\?25h\u001B\[\?1049l[^]*\u001B_Ga=T,f=100[^]*m=0;[^]*\u001B8/);
    expect(await watch.ended()).toBe(130);
  });

  test('a terminal that answers with sixels among its attributes is sent sixels', async () => {
    const watch = new OnTerminal([...FRAMES, '--count', '4']);
    await watch.shows(/\u001B\[c/);
    watch.type('\u001B[6;20;10t\u001B[?62;4;22c');
    await watch.shows(/\u001BP0;1q"1;1;(\d+);\1#[^]*\u001B\\[^]*\u001B\[\?1049l[^]*\u001BP0;1q/);
    expect(await watch.ended()).toBe(0);
  });

  test('--picture says how, whatever the terminal is; iTerm2 names itself', async () => {
    const [told, named] = [
      new OnTerminal([...FRAMES, '--count', '2', '--picture', 'blocks']),
      new OnTerminal([...FRAMES, '--count', '2'], { LC_TERMINAL: 'iTerm2' }),
    ];
    await Promise.all([told.shows(/1049l[^]*▀/), named.shows(/1049l[^]*\u001B\]1337;File=inline=1;/)]);
    expect(await Promise.all([told.ended(), named.ended()])).toEqual([0, 0]);
    expect(told.seen + named.seen).not.toContain('\u001B[c');
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
