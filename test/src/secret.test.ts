import { inspect } from 'node:util';
import { randomBytes } from 'node:crypto';
import { readNonce, Secret, type Exchange } from '../../src/secret';

const secret = new Secret(Buffer.from('correct horse battery staple'));
const exchange: Exchange = {
  daemonNonce: randomBytes(32),
  clientNonce: randomBytes(32),
  hello: randomBytes(32),
};
const swapped = { ...exchange, daemonNonce: exchange.clientNonce, clientNonce: exchange.daemonNonce };

test('a proof is 32 bytes, and holds for its role and its exchange', () => {
  for (const role of ['client', 'daemon'] as const) {
    expect(secret.proof(role, exchange)).toHaveLength(32);
    expect(secret.proves(role, exchange, secret.proof(role, exchange))).toBe(true);
    expect(secret.proves(role, exchange, new Uint8Array(secret.proof(role, exchange)))).toBe(true);
  }
});

test.each<[string, (exchange: Exchange) => unknown]>([
  ['of the other side, sent back', () => secret.proof('daemon', exchange)],
  [
    'of another secret',
    () => new Secret(Buffer.from('correct horse battery staplf')).proof('client', exchange),
  ],
  ['with the nonces swapped', () => secret.proof('client', swapped)],
  ['for another hello', () => secret.proof('client', { ...exchange, hello: randomBytes(32) })],
  [
    'for another nonce of the daemon',
    () => secret.proof('client', { ...exchange, daemonNonce: randomBytes(32) }),
  ],
  [
    'for another nonce of the client',
    () => secret.proof('client', { ...exchange, clientNonce: randomBytes(32) }),
  ],
  ['cut short', () => secret.proof('client', exchange).subarray(0, 31)],
  ['with a byte more', () => Buffer.concat([secret.proof('client', exchange), Buffer.alloc(1)])],
  ['of no bytes', () => new Uint8Array(0)],
  ['as text', () => secret.proof('client', exchange).toString('latin1')],
  ['as numbers', () => [...secret.proof('client', exchange)]],
  ['that is missing', () => undefined],
])('a proof %s is none', (_what, make) => {
  expect(secret.proves('client', exchange, make(exchange))).toBe(false);
});

test('nothing prints a secret', () => {
  for (const text of [inspect(secret, { depth: 9, showHidden: true }), JSON.stringify({ secret })])
    expect(text).not.toMatch(/horse|63 6f 72|636f72/);
});

test('a nonce has 32 bytes, and is copied out of its frame', () => {
  const bytes = new Uint8Array(32).fill(7);
  const read = readNonce(bytes);
  bytes.fill(0);
  expect(read).toEqual(new Uint8Array(32).fill(7));
  for (const none of [new Uint8Array(31), new Uint8Array(33), 'x'.repeat(32), undefined, [1]])
    expect(readNonce(none)).toBeUndefined();
});
