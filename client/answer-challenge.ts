// The client's side of the secret: it proves that it knows it, and calls nothing before the daemon has proved the same.
import { randomBytes } from 'node:crypto';
import { decodeValue } from '../src/cbor/decode';
import { SameboxError } from '../src/errors';
import { KIND, type EncodedBody } from '../src/frames';
import type { Hello } from '../src/handshake';
import type { Connection } from '../src/peer/connection';
import { helloDigest, NONCE_BYTES, readNonce, SECRET, type Exchange, type Secret } from '../src/secret';

/** Bounds of a challenge, which is a byte string. */
const CHALLENGE = { depth: 4, items: 1024 };

/** The secret over one connection, from hello to welcome. */
export class ChallengeAnswer {
  private digest: Buffer | undefined;
  private exchange: Exchange | undefined;
  private proved = false;

  constructor(
    private readonly secret: Secret | undefined,
    private readonly connection: Connection,
  ) {}

  /** The hello, which tells the daemon that a challenge will be answered. */
  announcing(hello: Hello): Hello {
    return this.secret === undefined ? hello : { ...hello, features: [...hello.features, SECRET] };
  }

  /** The hello has gone: each proof is over it. */
  said({ bytes }: EncodedBody): void {
    this.digest = helloDigest(bytes);
  }

  /**
   * The daemon asks, or proves.
   * @throws SameboxError `DENIED` if there is no secret, or the daemon has another one; `PROTOCOL`.
   */
  take(body: Buffer): void {
    const value = decodeValue(body, [], CHALLENGE) as { nonce?: unknown; proof?: unknown } | null;
    if (typeof value !== 'object' || value === null)
      throw new SameboxError('PROTOCOL', 'a challenge without a map');
    const { secret } = this;
    if (secret === undefined) throw unasked();
    if (this.exchange === undefined) this.answer(secret, value.nonce);
    else if (this.proved) throw new SameboxError('PROTOCOL', 'a third challenge');
    else if (secret.proves('daemon', this.exchange, value.proof)) this.proved = true;
    else throw this.unproved('');
  }

  /** A welcome has come. @throws SameboxError `DENIED` if there is a secret and the daemon hasn't proved that it knows it. */
  requireProof(): void {
    if (this.secret !== undefined && !this.proved) throw this.unproved(' (it asked for none)');
  }

  private answer(secret: Secret, nonce: unknown): void {
    const daemonNonce = readNonce(nonce);
    if (daemonNonce === undefined || this.digest === undefined)
      throw new SameboxError('PROTOCOL', 'a challenge without a nonce');
    this.exchange = { daemonNonce, clientNonce: randomBytes(NONCE_BYTES), hello: this.digest };
    const { clientNonce } = this.exchange;
    const value = { nonce: clientNonce, proof: secret.proof('client', this.exchange) };
    this.connection.send([KIND.challenge, 0, 0], { value, root: 'challenge' });
  }

  private unproved(why: string): SameboxError {
    const { name } = this.connection;
    return new SameboxError(
      'DENIED',
      `The daemon at ${name} did not prove that it knows the secret${why}. Is it the right daemon? If it has no secret, ` +
        'unset SAMEBOX_SECRET_FILE and SAMEBOX_SECRET, or leave `secret` out.',
      { details: { endpoint: name } },
    );
  }
}

function unasked(): SameboxError {
  return new SameboxError(
    'DENIED',
    'The daemon asks for a secret: set SAMEBOX_SECRET_FILE, SAMEBOX_SECRET, or `secret` of connect().',
  );
}
