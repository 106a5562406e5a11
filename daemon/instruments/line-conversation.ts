// The rules of talking over a line: one question at a time, and no answer taken for another question's.
import { OwedAnswers, type SyncQuery } from './owed-answers';

/** How an ask ended. */
export type Outcome =
  /** The answer came. */
  | { readonly kind: 'answer'; readonly line: string }
  /** A command without answer was taken by the port. */
  | { readonly kind: 'written' }
  /** It was written and no answer came in time; if one comes yet, it will be dropped. */
  | { readonly kind: 'timeout' }
  /** The port doesn't take what is written: flow control, or a dead adapter. */
  | { readonly kind: 'blocked' }
  /** The instrument was out of step and didn't answer its sync query; the command was not written. */
  | { readonly kind: 'silent'; readonly waited: number }
  /** The answer had no end. */
  | { readonly kind: 'overlong' }
  /** The connection broke. */
  | { readonly kind: 'lost'; readonly written: boolean };

/** One command, and who wants to know how it went. */
export interface Ask {
  /** Without terminator. */
  readonly command: string;
  /** Whether an answer is expected. */
  readonly answered: boolean;
  /** How long the instrument may take, in milliseconds from the writing. */
  readonly timeout: number;
  /** Called once, unless the ask is cancelled. */
  settle(outcome: Outcome): void;
}

/** What the conversation needs. */
export interface ConversationOptions {
  /** Milliseconds, never going back. */
  now(): number;
  /** Hands a line to the port; `written()` is to be called when the port has taken it. */
  write(command: string): void;
  /** How long after its timeout an answer may still come, in milliseconds. */
  readonly lateWindow: number;
  readonly sync?: SyncQuery | undefined;
}

/**
 * Asks one thing at a time (the lane before it sees to that) and writes it only when the next line can be taken for its
 * answer. No I/O and no timers: whoever owns it calls `tick()` at `wakeAt`.
 *
 * An answer can come until the ask's timeout and `lateWindow` after its writing have passed; that is the one assumption.
 */
export class LineConversation {
  readonly #options: ConversationOptions;
  readonly #owed: OwedAnswers;
  #ask: Ask | undefined;
  #stage: 'waiting' | 'asked' | 'sending' = 'waiting';
  /** When the ask began its stage. */
  #since = 0;
  /** Whether the sync query was written for this ask. */
  #synchronised = false;
  /** What the port hasn't taken yet. */
  #unsent: { readonly ask: Ask | undefined } | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#owed = new OwedAnswers(options.lateWindow, options.sync);
  }

  /** Lines that came for nobody and were dropped. */
  get dropped(): number {
    return this.#owed.dropped;
  }

  /** When `tick()` is due, in milliseconds of `now()`; `Infinity` if nothing is. */
  get wakeAt(): number {
    const ask = this.#ask;
    if (ask === undefined) return Infinity;
    const end = this.#since + ask.timeout;
    return this.#stage !== 'waiting' || this.#unsent !== undefined ? end : this.#owed.wakeAt;
  }

  /** Asks. Nothing else may be in progress. */
  ask(ask: Ask): void {
    if (this.#ask !== undefined) throw new Error('the line is taken');
    this.#ask = ask;
    this.#synchronised = false;
    this.#enter('waiting');
    this.tick();
  }

  /** Gives an ask up. If it was written, its answer is owed; `settle` isn't called. */
  cancel(ask: Ask): void {
    if (ask !== this.#ask) return;
    this.#leave();
  }

  /** The port has taken what was written last. */
  written(): void {
    const unsent = this.#unsent;
    this.#unsent = undefined;
    if (unsent?.ask !== undefined && unsent.ask !== this.#ask && unsent.ask.answered) {
      this.#owed.postpone(this.#lateUntil(this.#options.now(), unsent.ask));
    }
    if (this.#stage === 'sending' && unsent?.ask === this.#ask) this.#settle({ kind: 'written' });
    this.tick();
  }

  /** A line came. */
  line(line: string): void {
    const ask = this.#ask;
    if (ask === undefined || this.#stage !== 'asked') this.#owed.line(line, this.#options.now());
    else {
      this.#owed.answered(ask.command, line);
      this.#settle({ kind: 'answer', line });
    }
    this.tick();
  }

  /** A line came that was too long to keep. */
  overlong(): void {
    if (this.#stage === 'asked' && this.#ask !== undefined) this.#settle({ kind: 'overlong' });
    else this.#owed.line(undefined, this.#options.now());
    this.tick();
  }

  /** The connection broke: what is in progress fails. What was owed may yet come, if it comes back soon. */
  lost(): void {
    this.#unsent = undefined;
    if (this.#ask === undefined) return;
    const written = this.#stage !== 'waiting';
    this.#leave()?.settle({ kind: 'lost', written });
  }

  /** The port is open (again). */
  opened(): void {
    this.#owed.reopened();
  }

  /** Time has passed. */
  tick(): void {
    const ask = this.#ask;
    if (ask === undefined) return;
    const now = this.#options.now();
    const expired = now - this.#since >= ask.timeout;
    if (this.#stage !== 'waiting') {
      if (expired) this.#leave()?.settle({ kind: this.#stage === 'asked' ? 'timeout' : 'blocked' });
    } else if (this.#unsent !== undefined) {
      if (expired) this.#settle({ kind: 'blocked' });
    } else if (!ask.answered || this.#owed.clear(now)) {
      this.#enter(ask.answered ? 'asked' : 'sending');
      this.#write(ask.command, ask);
    } else if (this.#synchronised && this.#owed.silent(now)) {
      this.#settle({ kind: 'silent', waited: now - this.#since });
    } else this.#synchronise(now);
  }

  #synchronise(now: number): void {
    const query = this.#owed.syncDue(now);
    if (query === undefined) return;
    this.#synchronised = true;
    this.#owed.syncWritten(now);
    this.#write(query, undefined);
  }

  #write(command: string, ask: Ask | undefined): void {
    this.#unsent = { ask };
    this.#options.write(command);
  }

  #enter(stage: 'waiting' | 'asked' | 'sending'): void {
    this.#stage = stage;
    this.#since = this.#options.now();
  }

  #settle(outcome: Outcome): void {
    const ask = this.#ask;
    this.#ask = undefined;
    ask?.settle(outcome);
  }

  /** Takes the ask out before its answer came: if it was written, the answer is owed. */
  #leave(): Ask | undefined {
    const ask = this.#ask;
    this.#ask = undefined;
    if (ask !== undefined && this.#stage === 'asked')
      this.#owed.abandon(ask.command, this.#lateUntil(this.#since, ask));
    return ask;
  }

  #lateUntil(written: number, ask: Ask): number {
    return written + ask.timeout + this.#options.lateWindow;
  }
}
