// Large payloads over one connection: what each side has proved to the other, and both directions.
import { SameboxError } from '../errors';
import type { Attachment } from '../cbor/decode';
import type { BodyValue } from '../frames';
import { FLAG, KIND, type GrantHead, type Head, type ReleaseHead, type SegmentRef } from '../frames/heads';
import type { HandoffStatus } from '../status';
import { Borrower, type BorrowerOptions } from './borrower';
import { Lender, type LenderOptions } from './lender';
import type { Loan } from './loan';
import { Offer, readOffer } from './offer';
import type { SegmentMaker } from '../segments/memory';

/** What hello and welcome say of segments: how to open one with a number in it. */
export interface HandoffGreeting {
  readonly proof?: string;
}

/** What a proof says: the number, or why it couldn't be read. */
interface Proof {
  readonly nonce?: unknown;
  readonly reason?: unknown;
}

/** What the handoff of one connection is made of. */
export interface ConnectionHandoffOptions extends Omit<LenderOptions, 'send'>, Omit<BorrowerOptions, 'send'> {
  /** Sends a frame that has to do with segments, before anything that is sent after it. */
  readonly send: (head: GrantHead | ReleaseHead) => void;
  /** How segments are made here, or why not. */
  readonly maker: SegmentMaker | { readonly unavailable: string };
  /** Sends a proof. */
  readonly answer: (head: Head, body: BodyValue) => void;
}

/** The handoff of one connection, from its greeting to its end. */
export class ConnectionHandoff {
  readonly lender: Lender;
  readonly borrower: Borrower;
  /** Hears, once, whether the other side reads this side's memory: why not, if it doesn't. */
  onProved: ((refusal: string | undefined) => void) | undefined;
  private readonly offer: Offer | undefined;
  private proved = false;
  private incoming: Pick<HandoffStatus, 'reason' | 'way'> = { way: 'inline', reason: 'not agreed' };

  constructor(private readonly options: ConnectionHandoffOptions) {
    const { maker } = options;
    this.lender = new Lender(options);
    this.borrower = new Borrower(options);
    if ('unavailable' in maker) this.lender.refusal = maker.unavailable;
    else this.offer = this.offered(maker);
  }

  /** What this side's greeting says. */
  get greeting(): HandoffGreeting {
    return this.offer === undefined ? {} : { proof: this.offer.grant };
  }

  /** The other side's greeting has come: its number is read and returned. */
  greeted(features: readonly string[], { proof }: HandoffGreeting = {}): void {
    if (!features.includes(HANDOFF)) {
      this.refuse('the other side does not know it');
      this.incoming = { way: 'inline', reason: 'the other side does not know it' };
      return;
    }
    const { maker } = this.options;
    if ('unavailable' in maker) return this.answer({ reason: maker.unavailable });
    if (typeof proof !== 'string') {
      this.incoming = { way: 'inline', reason: 'the other side offers none' };
      return this.answer({ reason: 'no proof was offered' });
    }
    const failed = (error: unknown): void => this.answer({ reason: SameboxError.from(error).message });
    const read = (nonce: Uint8Array): void => {
      this.incoming = { way: proof.split(':', 1)[0] as HandoffStatus['way'] };
      this.answer({ nonce });
    };
    try {
      const nonce = readOffer(proof, this.options);
      if (nonce instanceof Promise) nonce.then(read, failed);
      else read(nonce);
    } catch (error) {
      failed(error);
    }
  }

  /** @throws SameboxError `PROTOCOL` if it is the wrong number. */
  onProof({ nonce, reason }: Proof): void {
    if (this.proved) throw new SameboxError('PROTOCOL', 'a second proof');
    this.proved = true;
    if (this.offer !== undefined && nonce === undefined)
      this.refuse(typeof reason === 'string' ? reason : 'refused by the other side');
    else if (this.offer !== undefined) {
      if (!this.offer.proves(nonce)) throw new SameboxError('PROTOCOL', 'a proof with the wrong number');
      this.offer.remove();
      this.lender.refusal = undefined;
    }
    this.onProved?.(this.lender.refusal);
  }

  /** @throws SameboxError as `Borrower.onGrant` does; `PROTOCOL` if this side hasn't proved that it reads segments. */
  onGrant(head: GrantHead): void {
    if (this.incoming.reason !== undefined)
      throw new SameboxError('PROTOCOL', 'a segment is granted, but was not agreed to be read');
    this.borrower.onGrant(head);
  }

  /** Something was given back, or a segment is withdrawn. @throws SameboxError `PROTOCOL` */
  onRelease(head: ReleaseHead): void {
    if ((head[2] & FLAG.yours) !== 0) this.lender.onRelease(head);
    else this.borrower.onWithdraw(head);
  }

  /** See `Borrower.borrow`. */
  borrow(ref: SegmentRef, loan: Loan): Attachment | Promise<Attachment> {
    return this.borrower.borrow(ref, loan);
  }

  /** The connection is gone. */
  end(): void {
    this.offer?.remove();
    this.lender.end();
    this.borrower.end();
  }

  /** Both directions, as seen from here. */
  status(): { out: HandoffStatus; in: HandoffStatus } {
    return { out: this.lender.status(), in: { ...this.incoming, ...this.borrower.status() } };
  }

  private offered(maker: SegmentMaker): Offer | undefined {
    try {
      return Offer.make(maker);
    } catch (error) {
      this.lender.refusal = SameboxError.from(error).message;
      return undefined;
    }
  }

  private refuse(reason: string): void {
    this.offer?.remove();
    this.lender.refusal = reason;
  }

  private answer(proof: Proof): void {
    if (typeof proof.reason === 'string') this.incoming = { way: 'inline', reason: proof.reason };
    this.options.answer([KIND.proof, 0, 0], { value: proof, root: 'proof' });
  }
}

/** The name of the feature in hello and welcome. */
export const HANDOFF = 'handoff';
