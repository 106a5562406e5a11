import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { IS_WINDOWS } from '../../../src/os';
import { ListenerChild } from './listener-child';

const ROUNDS = 40;

const posix = IS_WINDOWS ? describe.skip : describe;

posix('two daemons', () => {
  let folder: string;
  let path: string;
  let children: ListenerChild[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'samebox-two-'));
    path = join(folder, 'lab.sock');
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(env: NodeJS.ProcessEnv = {}): Promise<ListenerChild> {
    const child = await ListenerChild.start(env);
    children.push(child);
    return child;
  }

  const busy = (pid: number): unknown => ({
    code: 'BUSY',
    message: `"${path}" is already running, pid ${String(pid)} (socket ${path})`,
    details: { endpoint: path, path, pid },
  });

  test('of daemons that start on one endpoint at the same instant one listens, and the others say that it is running', async () => {
    const all = await Promise.all([start(), start(), start()]);
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all(all.map((child) => child.tell(`listen ${path}`)));
      const winners = all.filter((_, index) => 'won' in (answers[index] ?? {}));
      expect(winners).toHaveLength(1);
      const pid = winners[0]?.pid ?? -1;
      for (const answer of answers) {
        if ('won' in answer) continue;
        // A loser may ask in the moment before the winner has written its pid.
        expect(answer).toMatchObject({ code: 'BUSY' });
        expect(JSON.stringify(answer)).toMatch(/is already running(, pid \d+)? \(/);
        if (JSON.stringify(answer).includes('pid')) expect(answer).toEqual(busy(pid));
      }
      expect(await text(createConnection(path))).toBe(String(pid));
      await winners[0]?.tell('release');
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('daemons that start while another one gives the endpoint up never listen both', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    let [holder, other] = [one, two];
    expect(await holder.tell(`listen ${path}`)).toEqual({ won: true });
    for (let round = 0; round < ROUNDS; round++) {
      const [, answer] = await Promise.all([holder.tell('release'), other.tell(`listen ${path}`)]);
      if ('won' in answer) {
        [holder, other] = [other, holder];
      } else {
        expect(answer).toMatchObject({ code: 'BUSY' });
        expect(await holder.tell(`listen ${path}`)).toEqual({ won: true });
      }
      expect(await text(createConnection(path))).toBe(String(holder.pid));
      expect(await other.tell(`listen ${path}`)).toEqual(busy(holder.pid));
    }
  });

  test('a daemon that was killed with SIGKILL is followed by another at once', async () => {
    const next = await start();
    for (let round = 0; round < 3; round++) {
      const victim = await start();
      expect(await victim.tell(`listen ${path}`)).toEqual({ won: true });
      expect(await next.tell(`listen ${path}`)).toEqual(busy(victim.pid));
      await victim.kill();
      expect(existsSync(path)).toBe(true);
      expect(await next.tell(`listen ${path}`)).toEqual({ won: true });
      expect(await text(createConnection(path))).toBe(String(next.pid));
      await next.tell('release');
    }
  });

  describe('without koffi', () => {
    const env = { SAMEBOX_NATIVE: 'off' };

    test('a lock folder decides: one listens, the other says that it is running', async () => {
      const all = await Promise.all([start(env), start(env)]);
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all(all.map((child) => child.tell(`listen ${path}`)));
        const winners = all.filter((_, index) => 'won' in (answers[index] ?? {}));
        expect(winners).toHaveLength(1);
        const loser = answers.find((answer) => 'code' in answer);
        expect(loser).toEqual(busy(winners[0]?.pid ?? -1));
        await winners[0]?.tell('release');
        expect(readdirSync(folder)).toEqual([]);
      }
    });

    test('a daemon with koffi is still noticed, by its socket', async () => {
      const [native, bare] = await Promise.all([start(), start(env)]);
      expect(await native.tell(`listen ${path}`)).toEqual({ won: true });
      expect(await bare.tell(`listen ${path}`)).toMatchObject({ code: 'BUSY' });
      await native.tell('release');
      expect(await bare.tell(`listen ${path}`)).toEqual({ won: true });
      expect(await native.tell(`listen ${path}`)).toEqual(busy(bare.pid));
    });
  });
});
