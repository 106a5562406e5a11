import { FLAG, KIND, type Head } from '../../../src/frames';
import { laneSegmentBytes } from '../../../src/lane/lane';
import { Heat } from '../../../src/latency/heat';
import { HotLoop } from '../../../src/latency/hot-loop';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import { Connection } from '../../../src/peer/connection';
import type { OwnSegment } from '../../../src/segments/memory';
import { segmentMaker } from '../../../src/segments/segment-ways';
import { lanes } from '../../support/lanes';
import { realMaker } from '../../support/real-segments';
import { frameBytes, readHeads } from '../peer/support/rig';
import { closeSockets, socketPair, turns, until } from '../peer/support/sockets';
import { keepHot, joinLane } from './support/join-lane';

afterEach(closeSockets);

lanes('a client', () => {
  /** A client that wants a lane; what it says to a daemon that is nothing but a socket. */
  async function client(): Promise<{
    connection: Connection;
    heads: Head[];
    offer: (bytes: number, way: string) => void;
  }> {
    const { connected, accepted } = await socketPair();
    const connection = new Connection(connected, 'lab', DEFAULT_LIMITS, 'connected');
    connection.handler = { onFrame: () => undefined, onEnd: () => undefined };
    connection.hot = new HotLoop(new Heat(1));
    connection.wantLane(connection.hot, process.pid);
    const heads = readHeads(accepted);
    const offer = (bytes: number, way: string): void =>
      void accepted.write(frameBytes([KIND.lane, 0, 0, bytes, way]));
    return { connection, heads, offer };
  }

  test('that is told why there is none stays with its socket', async () => {
    const { connection, heads, offer } = await client();
    offer(0, 'not today');
    await connection.lane!.settled;
    expect([connection.lane!.refusal, connection.latency]).toEqual(['not today', 'low']);
    connection.send([KIND.ping, 1, 0]);
    await until(() => heads.length > 0);
    expect(heads).toEqual([[KIND.ping, 1, 0]]);
  });

  test.each([
    ['nothing', () => ({ way: 'memfd:1:2' })],
    ['another process', () => ({ way: `memfd:${process.ppid}:0` })],
    ['no grant at all', () => ({ way: 'else' })],
    [
      'a segment of another size',
      () => {
        const segment = realMaker().create(100) as OwnSegment;
        return { way: segment.grant, segment };
      },
    ],
    [
      'a file, which could be cut',
      () => {
        const maker = segmentMaker('file');
        if (IS_WINDOWS) return { way: 'file:C:\\x' };
        if ('unavailable' in maker) throw new Error(maker.unavailable);
        const segment = maker.create(laneSegmentBytes(4096)) as OwnSegment;
        return { way: segment.grant, segment };
      },
    ],
  ] as [string, () => { way: string; segment?: OwnSegment }][])(
    'says that it can not map %s, and stays with its socket',
    async (_what, make) => {
      const { connection, heads, offer } = await client();
      const { way, segment } = make();
      offer(4096, way);
      await connection.lane!.settled;
      await until(() => heads.length > 0);
      expect(heads).toEqual([[KIND.switch, 0, 0, connection.lane!.refusal]]);
      expect(connection.lane!.refusal).toMatch(/./);
      connection.send([KIND.ping, 1, 0]);
      await until(() => heads.length > 1);
      expect(connection.open).toBe(true);
      segment?.remove();
    },
  );

  test.each([[5000], [2048], [2 ** 25], [4097]])(
    'ends a connection that offers rings of %s bytes',
    async (bytes) => {
      const { connection, heads, offer } = await client();
      offer(bytes, 'memfd:1:2');
      await until(() => !connection.open);
      await until(() => heads.length > 0);
      expect(heads).toMatchObject([[KIND.goaway, 1, 0, 'PROTOCOL']]);
    },
  );

  test('ends a connection that offers a second one, or changes over to none', async () => {
    const first = await client();
    first.offer(0, 'none');
    first.offer(0, 'none');
    await until(() => !first.connection.open);
    const { connected, accepted } = await socketPair();
    const there = new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted');
    there.handler = { onFrame: () => undefined, onEnd: () => undefined };
    connected.write(frameBytes([KIND.switch, 0, 0, '']));
    await until(() => !there.open);
  });

  test('a daemon whose segments are files offers none, and says why', async () => {
    const { connected, accepted } = await socketPair();
    const here = new Connection(connected, 'lab');
    const there = new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted');
    for (const end of [here, there]) end.handler = { onFrame: () => undefined, onEnd: () => undefined };
    keepHot(here, there);
    const [mine, other] = [here, there].map((end) => end.wantLane(end.hot as HotLoop, process.pid));
    other!.offer({ ...realMaker(), way: 'file' }, undefined);
    await Promise.all([mine!.settled, other!.settled]);
    expect([mine!.refusal, other!.refusal]).toEqual([expect.stringMatching(/could be cut/), mine!.refusal]);
  });
});

lanes('a connection on its way to a lane', () => {
  async function joined(): Promise<{ here: Connection; there: Connection; heads: Head[] }> {
    const { connected, accepted } = await socketPair();
    const here = new Connection(connected, 'lab');
    const there = new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted');
    const heads: Head[] = [];
    here.handler = { onFrame: () => undefined, onEnd: () => undefined };
    there.handler = { onFrame: ({ head }) => void heads.push(head), onEnd: () => undefined };
    return { here, there, heads };
  }

  test('keeps all frames in their order, those before on the socket and those after through the lane', async () => {
    const { here, there, heads } = await joined();
    let id = 0;
    const ping = (): unknown => here.send([KIND.ping, ++id, 0]);
    for (let count = 0; count < 50; count++) ping();
    const joining = joinLane(here, there);
    let over = false;
    void joining.then(() => (over = true));
    while (!over) {
      ping();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let count = 0; count < 50; count++) ping();
    await until(() => heads.length === id);
    expect(heads.map(([, number]) => number)).toEqual(Array.from({ length: id }, (_, index) => index + 1));
  });

  test('finishes what it had begun to send in chunks on the socket', async () => {
    const { here, there, heads } = await joined();
    const large = new Uint8Array(3 * 2 ** 20).fill(7);
    here.send([KIND.result, 1, FLAG.yours, []], { value: large, root: 'result' }, 1);
    await turns(1);
    await joinLane(here, there);
    here.send([KIND.ping, 9, 0]);
    await until(() => heads.length === 2);
  });

  test('lets no frame be waited for while one is handled', async () => {
    const { here, there } = await joined();
    await joinLane(here, there);
    let thrown: unknown;
    there.handler = {
      onFrame: () => {
        try {
          there.blockUntil({ begin: () => undefined, done: () => true, tick: () => Infinity });
        } catch (error) {
          thrown = error;
        }
      },
      onEnd: () => undefined,
    };
    here.send([KIND.ping, 1, 0]);
    await until(() => thrown !== undefined);
    expect(thrown).toEqual(new TypeError('callSync is not for what is called while a frame is handled'));
  });
});
