// A client with a secret, and what stands in the daemon's place: it gets no call before it has proved itself.
import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from '../../client';
import { decodeValue } from '../../src/cbor/decode';
import { FrameDecoder, KIND } from '../../src/frames';
import { DEFAULT_LIMITS } from '../../src/limits';
import { Secret, type Exchange } from '../../src/secret';
import { rejection } from '../daemon/daemon/house';
import { frame } from '../daemon/session/raw-client';
import { endpointIn, shortFolder } from '../support/places';

const TEXT = 'correct horse battery staple';
const secret = new Secret(Buffer.from(TEXT));
const WELCOME = frame([KIND.welcome, 0, 0], { protocol: [1, 0], session: { id: 1, resumed: false } });
const challenge = (body: unknown): Buffer => frame([KIND.challenge, 0, 0], body);

let folder: string;
let path: string;
let server: Server;
/** Kinds of the frames that the client sent. */
let seen: number[];
beforeEach(() => {
  folder = shortFolder();
  path = endpointIn(folder);
  seen = [];
  process.env['LAB'] = TEXT;
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
  delete process.env['LAB'];
});

/** Answers a client's frames; `exchange` has the client's nonce once it has sent one. */
type Daemon = (socket: Socket, kind: number, exchange: Exchange) => void;

async function listen(daemon: Daemon): Promise<void> {
  server = createServer((socket) => {
    let exchange: Exchange = {
      daemonNonce: randomBytes(32),
      clientNonce: new Uint8Array(32),
      hello: Buffer.alloc(0),
    };
    const decoder = new FrameDecoder(DEFAULT_LIMITS, {
      onFrame: ([kind], body) => {
        seen.push(kind);
        if (kind === KIND.goaway) {
          socket.end();
          return;
        }
        if (kind === KIND.hello)
          exchange = { ...exchange, hello: createHash('sha256').update(body).digest() };
        if (kind === KIND.challenge)
          exchange = { ...exchange, clientNonce: (decodeValue(body) as { nonce: Uint8Array }).nonce };
        daemon(socket, kind, exchange);
      },
      chunkTarget: (_head, length) => new Uint8Array(length),
      onChunk: () => undefined,
    });
    socket.on('data', (piece) => decoder.push(piece));
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined); // The client hangs up when it is not convinced.
  }).listen(path);
  await once(server, 'listening');
}

/** A daemon that proves with what `prove` gives, then says welcome. */
const proving =
  (prove: (exchange: Exchange) => unknown): Daemon =>
  (socket, kind, exchange) => {
    if (kind === KIND.hello) socket.write(challenge({ nonce: exchange.daemonNonce }));
    if (kind === KIND.challenge)
      socket.write(Buffer.concat([challenge({ proof: prove(exchange) }), WELCOME]));
  };

const attempt = () => connect(path, { timeout: 0, secret: { env: 'LAB' } });

test('a daemon that proves that it knows the secret is connected to', async () => {
  await listen(proving((exchange) => secret.proof('daemon', exchange)));
  const client = await attempt();
  expect(client.state).toBe('connected');
  await client.close();
});

test.each<[string, (exchange: Exchange) => unknown]>([
  ['another secret', (all) => new Secret(Buffer.from('guessed, and long enough')).proof('daemon', all)],
  ['the client’s own proof, sent back', (all) => secret.proof('client', all)],
  ['an earlier exchange', (all) => secret.proof('daemon', { ...all, clientNonce: randomBytes(32) })],
  ['nothing', () => undefined],
])('a daemon that proves %s is left with DENIED, and no call is made', async (_what, prove) => {
  await listen(proving(prove));
  const error = await rejection(attempt());
  expect(error).toMatchObject({
    code: 'DENIED',
    message: expect.stringMatching(/lab(\.sock)? did not prove that it knows the secret/),
  });
  expect(seen).toEqual([KIND.hello, KIND.challenge, KIND.goaway]);
});

test('a daemon that welcomes without a challenge is left: it may be another one', async () => {
  await listen((socket, kind) => kind === KIND.hello && socket.write(WELCOME));
  expect(await rejection(attempt())).toMatchObject({
    code: 'DENIED',
    message: expect.stringMatching(/\(it asked for none\).*unset SAMEBOX_SECRET_FILE/),
  });
});

test('a daemon that only asks, and then welcomes, has proved nothing', async () => {
  await listen((socket, kind, { daemonNonce: nonce }) => {
    if (kind === KIND.hello) socket.write(challenge({ nonce }));
    if (kind === KIND.challenge) socket.write(WELCOME);
  });
  expect((await rejection(attempt()))['code']).toBe('DENIED');
});

test('a challenge that nobody announced is answered by nothing but what to set', async () => {
  await listen(
    (socket, kind, { daemonNonce: nonce }) => kind === KIND.hello && socket.write(challenge({ nonce })),
  );
  expect(await rejection(connect(path, { timeout: 0 }))).toMatchObject({
    code: 'DENIED',
    message: expect.stringMatching(/asks for a secret: set SAMEBOX_SECRET_FILE/),
  });
  expect(seen).toEqual([KIND.hello, KIND.goaway]);
});

test.each<[string, unknown]>([
  ['a short nonce', { nonce: new Uint8Array(16) }],
  ['no nonce', {}],
  ['no map', 7],
])('a challenge with %s breaks the protocol, and no proof is given for it', async (_what, body) => {
  await listen((socket, kind) => kind === KIND.hello && socket.write(challenge(body)));
  expect((await rejection(attempt()))['code']).toBe('PROTOCOL');
  expect(seen).toEqual([KIND.hello, KIND.goaway]);
});

test('a secret that can’t be had is said before anybody is asked', async () => {
  await listen(() => undefined);
  const missing = connect(path, { timeout: 0, secret: { file: join(folder, 'none') } });
  expect((await rejection(missing))['code']).toBe('INVALID_ARGUMENT');
  expect(await rejection(connect(path, { secret: TEXT as never }))).toBeInstanceOf(TypeError);
  expect(seen).toEqual([]);
});
