// What a daemon with a secret asks of a client before it is welcome, and proves in return. docs/PROTOCOL.md, Secret.
import { randomBytes } from 'node:crypto';
import { decodeValue } from '../../src/cbor/decode';
import { SameboxError } from '../../src/errors';
import { KIND } from '../../src/frames';
import { readHello, type Hello } from '../../src/handshake';
import { peerCredentials, userLabel } from '../../src/native';
import type { CompleteFrame } from '../../src/peer/arrivals';
import { systemClock, type Clock } from '../../src/peer/clock';
import type { Connection } from '../../src/peer/connection';
import { helloDigest, NONCE_BYTES, readNonce, SECRET, type Exchange, type Secret } from '../../src/secret';
import { TryLimit } from '../access/try-limit';

/** Bounds of an answer, which is two byte strings. */
const ANSWER = { depth: 4, items: 1024 };

/** The secret of a daemon, and who has been wrong about it. */
export class SecretGate {
  /** By uid; those whom the kernel doesn't name count as one. */
  private readonly tries: TryLimit<number | undefined>;

  constructor(
    private readonly secret: Secret,
    clock: Clock = systemClock,
  ) {
    this.tries = new TryLimit(clock);
  }

  /** What one connection has to pass. */
  challenge(connection: Connection): Challenge {
    return new Challenge(connection, (exchange, proof) => this.verify(connection, exchange, proof));
  }

  /**
   * @returns the daemon's own proof.
   * @throws SameboxError `BUSY` for a user who was wrong too often: nothing is looked at then; `DENIED`.
   */
  private verify(connection: Connection, exchange: Exchange | undefined, proof: unknown): Buffer {
    const uid = peerCredentials(connection.socket)?.uid;
    const pause = this.tries.pause(uid);
    if (pause > 0) throw tooOften(uid, pause);
    if (exchange !== undefined && this.secret.proves('client', exchange, proof)) {
      return this.secret.proof('daemon', exchange);
    }
    this.tries.failed(uid);
    throw wrong();
  }
}

/** One connection's way through the gate: its hello, then its proof. */
export class Challenge {
  private readonly daemonNonce = randomBytes(NONCE_BYTES);
  private greeted: { readonly hello: Hello; readonly digest: Buffer } | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly verify: (exchange: Exchange | undefined, proof: unknown) => Buffer,
  ) {}

  /**
   * Takes a frame of the greeting.
   * @returns the hello, once its sender has proved that it knows the secret.
   * @throws SameboxError `DENIED`, one and the same for no secret, a wrong one, and an answer that is none; `BUSY` after too
   * many of them; `PROTOCOL`, `INCOMPATIBLE`.
   */
  take(frame: CompleteFrame): Hello | undefined {
    if (this.greeted === undefined) {
      const hello = readHello(frame);
      if (!hello.features.includes(SECRET)) throw wrong();
      this.greeted = { hello, digest: helloDigest(frame.body) };
      this.send({ nonce: this.daemonNonce });
      return undefined;
    }
    if (frame.head[0] !== KIND.challenge)
      throw new SameboxError('PROTOCOL', 'a challenge must be answered by a challenge');
    const { hello, digest } = this.greeted;
    const { nonce, proof } = readAnswer(frame.body);
    const clientNonce = readNonce(nonce);
    const exchange = clientNonce && { daemonNonce: this.daemonNonce, clientNonce, hello: digest };
    this.send({ proof: this.verify(exchange, proof) });
    return hello;
  }

  private send(value: object): void {
    this.connection.send([KIND.challenge, 0, 0], { value, root: 'challenge' });
  }
}

/** What can't be read is an answer without a proof. */
function readAnswer(body: Buffer): { nonce?: unknown; proof?: unknown } {
  try {
    const value = decodeValue(body, [], ANSWER);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function wrong(): SameboxError {
  return new SameboxError(
    'DENIED',
    'This daemon asks for a secret, and none or not the right one was given. Set SAMEBOX_SECRET_FILE to a file with it ' +
      '(mode 0600), or SAMEBOX_SECRET to the secret itself.',
  );
}

function tooOften(uid: number | undefined, pause: number): SameboxError {
  const who = uid === undefined ? 'clients of unknown users' : userLabel(uid);
  const seconds = Math.ceil(pause / 1000);
  return new SameboxError('BUSY', `Too many wrong secrets from ${who}: the next try is in ${seconds} s.`, {
    details: { seconds },
  });
}
