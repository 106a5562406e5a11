import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { IS_WINDOWS } from '../../../src/os';
import { endpointIn, shortFolder } from '../../support/places';
import { ListenerChild } from './listener-child';

/** Windows is tried under Wine, where each takes its time. */
const ROUNDS = IS_WINDOWS ? 8 : 40;

/** What a daemon leaves behind: Windows keeps the lock file. */
const LEFT = IS_WINDOWS ? ['lab.lock'] : [];
const KIND = IS_WINDOWS ? 'pipe' : 'socket';

describe('two daemons', () => {
  let folder: string;
  let path: string;
  let children: ListenerChild[];

  beforeEach(() => {
    folder = shortFolder();
    path = endpointIn(folder);
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(env: NodeJS.ProcessEnv = {}): Promise<ListenerChild> {
    const child = await ListenerChild.start({ SAMEBOX_RUNTIME_DIR: folder, ...env });
    children.push(child);
    return child;
  }

  const busy = (pid: number): object => ({
    code: 'BUSY',
    message: `"${path}" is already running, pid ${String(pid)} (${KIND} ${path})`,
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
      expect(readdirSync(folder)).toEqual(LEFT);
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
      expect(existsSync(path)).toBe(!IS_WINDOWS);
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
      const { pid } = bare;
      // Only the kernel knows the pid of who has another kind of lock, and that of Windows doesn't tell.
      expect(await native.tell(`listen ${path}`)).toMatchObject(IS_WINDOWS ? { code: 'BUSY' } : busy(pid));
    });
  });
});
