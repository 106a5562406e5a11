// A daemon with a secret, and clients that know it, don't, or break the rules; over real sockets.
import { createHash, randomBytes } from 'node:crypto';
import { KIND, type Head } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { SecretGate } from '../../../daemon/session/challenge';
import { Secret, type Exchange } from '../../../src/secret';
import { House, rejection } from '../daemon/house';
import { call, frame, hello, RawClient } from './raw-client';

const TEXT = 'correct horse battery staple';
const secret = new Secret(Buffer.from(TEXT));
const HELLO = hello({ features: ['secret'] });
/** Its length field, its head's length and its head have ten bytes. */
const digest = createHash('sha256').update(HELLO.subarray(10)).digest();

let house: House;
let raws: RawClient[];

beforeEach(async () => {
  house = new House();
  raws = [];
  process.env['LAB'] = TEXT;
  process.env['OTHER'] = 'another one, long enough';
  await house.daemon({ echo: { echo: (value: unknown) => value } }, { secret: { env: 'LAB' } });
});
afterEach(async () => {
  for (const raw of raws) raw.destroy();
  await house.close();
  for (const name of ['LAB', 'OTHER', 'SAMEBOX_SECRET']) delete process.env[name];
});

async function raw(): Promise<RawClient> {
  const client = await RawClient.connect(house.path);
  raws.push(client);
  return client;
}

/** Says hello and waits for the challenge; gives what a proof is over. */
async function challenged(client: RawClient): Promise<Exchange> {
  client.write(HELLO);
  const { body } = await client.frame(KIND.challenge);
  const daemonNonce = (body as { nonce: Uint8Array }).nonce;
  return { daemonNonce, clientNonce: randomBytes(32), hello: digest };
}

const challenge = (body: unknown): Buffer => frame([KIND.challenge, 0, 0], body);

/** What a daemon says that shows a client out; the sentence, to compare it. */
async function refusal(bytes: (exchange: Exchange) => Buffer): Promise<{ code: string; message: string }> {
  const client = await raw();
  client.write(bytes(await challenged(client)));
  const { code, body } = await client.shownOut();
  expect(client.frames.some(({ head }) => head[0] === KIND.welcome)).toBe(false);
  return { code, message: (body as { message: string }).message };
}

test('a client that proves that it knows the secret gets the daemon’s proof, and then its welcome', async () => {
  const client = await raw();
  const exchange = await challenged(client);
  client.write(challenge({ nonce: exchange.clientNonce, proof: secret.proof('client', exchange) }));
  await client.frame(KIND.welcome);
  expect(client.frames.map(({ head }) => head[0])).toEqual([KIND.challenge, KIND.challenge, KIND.welcome]);
  const { proof } = client.frames[1]?.body as { proof: Uint8Array };
  expect(secret.proves('daemon', exchange, proof)).toBe(true);
});

test('a client of this library that has the secret is let in, and calls', async () => {
  const client = await house.client({ secret: { env: 'LAB' } });
  expect(await client.call('echo', 'echo', ['x'])).toBe('x');
  process.env['SAMEBOX_SECRET'] = TEXT;
  expect(await (await house.client()).call('echo', 'echo', ['y'])).toBe('y');
});

test('a client without a secret is told what to set; one with another secret hears the same', async () => {
  const without = await rejection(house.client());
  const wrong = await rejection(house.client({ secret: { env: 'OTHER' } }));
  expect(without).toMatchObject({
    code: 'DENIED',
    message: expect.stringMatching(/asks for a secret.*Set SAMEBOX_SECRET_FILE/),
  });
  expect(wrong).toMatchObject({ code: without['code'], message: without.message });
});

const WRONG: [string, (exchange: Exchange) => Buffer][] = [
  ['a wrong proof', ({ clientNonce: nonce }) => challenge({ nonce, proof: randomBytes(32) })],
  [
    'the proof of the daemon’s role',
    (all) => challenge({ nonce: all.clientNonce, proof: secret.proof('daemon', all) }),
  ],
  [
    'a proof for another hello',
    (all) => {
      const proof = secret.proof('client', { ...all, hello: randomBytes(32) });
      return challenge({ nonce: all.clientNonce, proof });
    },
  ],
  ['no proof', ({ clientNonce: nonce }) => challenge({ nonce })],
  ['a proof that is a text', ({ clientNonce: nonce }) => challenge({ nonce, proof: 'x'.repeat(32) })],
  ['no nonce', (all) => challenge({ proof: secret.proof('client', all) })],
  ['a short nonce', (all) => challenge({ nonce: Buffer.alloc(31), proof: secret.proof('client', all) })],
  ['no map', () => challenge(5)],
  ['nothing', () => frame([KIND.challenge, 0, 0])],
  ['bytes that are no value', () => Buffer.from('00000008' + '0004' + '83010000' + 'ffff', 'hex')],
];

test.each(WRONG)('an answer with %s is refused in the very same words', async (_what, bytes) => {
  const { code, message } = await refusal(bytes);
  const { message: expected } = await rejection(house.client());
  expect([code, message]).toEqual(['DENIED', expected]);
});

test('the proof of an earlier greeting is none for this one', async () => {
  const first = await raw();
  const seen = await challenged(first);
  const answer = challenge({ nonce: seen.clientNonce, proof: secret.proof('client', seen) });
  first.write(answer);
  await first.frame(KIND.welcome);
  expect((await refusal(() => answer)).code).toBe('DENIED');
});

test.each<[string, Buffer]>([
  ['a call', call(1, 'echo', 'echo', ['let me in'])],
  ['another hello', HELLO],
  ['a ping', frame([KIND.ping, 1, 0])],
])('%s in place of the answer breaks the protocol', async (_what, bytes) => {
  expect((await refusal(() => bytes)).code).toBe('PROTOCOL');
});

test('frames sent behind a wrong answer are not read', async () => {
  const behind = Buffer.concat([challenge({}), call(1, 'echo', 'echo', ['let me in'])]);
  expect((await refusal(() => behind)).code).toBe('DENIED');
  const client = await house.client({ secret: { env: 'LAB' } });
  expect((await client.status()).targets.find(({ name }) => name === 'echo')?.calls).toBe(0);
});

test('after five wrong answers even the right one has to wait, and its proof is not looked at', async () => {
  const connections = await Promise.all(Array.from({ length: 7 }, () => raw()));
  // All are challenged before the first one answers: the answers are counted, not the greetings.
  const exchanges = await Promise.all(connections.map((client) => challenged(client)));
  const codes: string[] = [];
  for (const [index, client] of connections.entries()) {
    const exchange = exchanges[index] as Exchange;
    const proof = index < 6 ? randomBytes(32) : secret.proof('client', exchange);
    client.write(challenge({ nonce: exchange.clientNonce, proof }));
    codes.push((await client.shownOut()).code);
  }
  expect(codes).toEqual([...Array<string>(5).fill('DENIED'), 'BUSY', 'BUSY']);
});

test('hellos without a secret are no tries: whoever forgot to set it is not shut out', async () => {
  for (let attempt = 0; attempt < 8; attempt++) await rejection(house.client());
  expect((await house.client({ secret: { env: 'LAB' } })).state).toBe('connected');
});

test('who was too often wrong may try again when the time has come', async () => {
  let now = 0;
  const gate = new SecretGate(secret, { now: () => now });
  const sent: { proof?: Uint8Array; nonce?: Uint8Array }[] = [];
  const connection = {
    socket: {},
    send: (_head: Head, { value }: { value: object }) => sent.push(value),
  } as never;
  const attempt = (right: boolean): unknown => {
    const { take } = bound(gate.challenge(connection));
    take({ head: [KIND.hello, 0, 0], body: HELLO.subarray(10) });
    const exchange = {
      daemonNonce: sent.at(-1)?.nonce as Uint8Array,
      clientNonce: randomBytes(32),
      hello: digest,
    };
    const proof = right ? secret.proof('client', exchange) : randomBytes(32);
    const answer = challenge({ nonce: exchange.clientNonce, proof }).subarray(10);
    try {
      return take({ head: [KIND.challenge, 0, 0], body: answer });
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  for (let failure = 0; failure < 5; failure++) expect(attempt(false)).toBe('DENIED');
  expect(attempt(true)).toBe('BUSY');
  now = 9_999;
  expect(attempt(true)).toBe('BUSY');
  now = 10_000;
  expect(attempt(true)).toMatchObject({ peer: { name: 'raw' } });
});

function bound(of: { take: (frame: never) => unknown }): { take: (frame: object) => unknown } {
  return { take: (given) => of.take(given as never) };
}

test('connections that never answer their challenge count as silent, and don’t keep others out', async () => {
  const silent = await Promise.all(Array.from({ length: DEFAULT_LIMITS.silentConnections }, () => raw()));
  await Promise.all(silent.map((client) => challenged(client)));
  const client = await house.client({ secret: { env: 'LAB' } });
  expect((await client.status()).counters.silent).toBe(DEFAULT_LIMITS.silentConnections - 1);
  expect((await Promise.race(silent.map((one) => one.shownOut()))).code).toBe('BUSY');
});

test('the secret is in no log line and in no error', async () => {
  await refusal(() => challenge({}));
  await house.client({ secret: { env: 'LAB' } });
  expect(JSON.stringify(house.entries)).not.toContain(TEXT);
  expect(house.entries.some(({ msg }) => /refused: This daemon asks for a secret/.test(msg))).toBe(true);
});
