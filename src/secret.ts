// The shared secret: how a side proves that it knows it, without saying it. docs/PROTOCOL.md, Secret.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The name of the feature in hello. */
export const SECRET = 'secret';

/** Bytes of a nonce: nobody meets the same one twice. */
export const NONCE_BYTES = 32;

/** Begins what is authenticated, so that a proof can't be taken for anything else that the secret is used for. */
const CONTEXT = 'samebox secret 1';

/** Who proves: a proof of one side is none of the other. */
export type Role = 'client' | 'daemon';

/** What both sides have seen of one greeting. Each proof is over all of it. */
export interface Exchange {
  /** 32 random bytes each. */
  readonly daemonNonce: Uint8Array;
  readonly clientNonce: Uint8Array;
  /** SHA-256 of the body of the hello: who comes, for which session, with which features. */
  readonly hello: Uint8Array;
}

/** A secret that client and daemon share. Nothing prints it. */
export class Secret {
  readonly #key: Buffer;

  constructor(key: Uint8Array) {
    this.#key = Buffer.from(key);
  }

  /** HMAC-SHA-256 over the context, the role and the exchange; 32 bytes. */
  proof(role: Role, { daemonNonce, clientNonce, hello }: Exchange): Buffer {
    return createHmac('sha256', this.#key)
      .update(`${CONTEXT}\0${role}\0`)
      .update(daemonNonce)
      .update(clientNonce)
      .update(hello)
      .digest();
  }

  /** Whether `given` is that proof; as fast for a wrong one as for the right one. */
  proves(role: Role, exchange: Exchange, given: unknown): boolean {
    const expected = this.proof(role, exchange);
    return (
      given instanceof Uint8Array && given.length === expected.length && timingSafeEqual(given, expected)
    );
  }
}

/** `Exchange.hello` for the body of a hello. */
export function helloDigest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}

/** A nonce as it came: bytes of its own, or `undefined` for what is none. */
export function readNonce(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === NONCE_BYTES ? Uint8Array.from(value) : undefined;
}
