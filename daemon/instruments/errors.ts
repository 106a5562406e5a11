// What instruments throw: ordinary errors whose own fields are the facts.

const quote = (text: string): string => JSON.stringify(text);

/** Every failure of an instrument's line. The subclasses say which. */
export class InstrumentError extends Error {
  static {
    this.prototype.name = 'InstrumentError';
  }
  /** The port, as it was opened. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** Why a port can't be opened. */
export type OpenFailure = 'missing' | 'denied' | 'locked' | 'ambiguous' | 'failed';

/** The port couldn't be opened. */
export class InstrumentOpenError extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentOpenError';
  }

  constructor(
    path: string,
    /** What stands in the way. */
    readonly failure: OpenFailure,
    message: string,
    /** The ports that do exist, where that could be found out. */
    readonly ports: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(path, message, options);
  }
}

/** The device is away: it was unplugged, or isn't back yet. It is being tried again. */
export class InstrumentDisconnected extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentDisconnected';
  }

  constructor(
    path: string,
    /** What wasn't done, or may have been cut short. */
    readonly command: string,
    /** Whether `command` had been written when the connection broke. */
    readonly written: boolean,
    /** Why there is no connection. */
    readonly reason: string,
  ) {
    const what = written
      ? `lost while ${quote(command)} was in progress`
      : `not connected: ${quote(command)} was not sent`;
    super(path, `${path} is ${what} (${reason}). It is tried again until it is back.`);
  }
}

/** The instrument was closed, or never opened. */
export class InstrumentClosed extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentClosed';
  }

  constructor(path: string, opened: boolean) {
    super(
      path,
      opened ? `${path} has been closed` : `${path} was never opened: make instruments with open()`,
    );
  }
}

/** No answer came in time, or the port didn't take the command. */
export class InstrumentTimeout extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentTimeout';
  }

  constructor(
    path: string,
    readonly command: string,
    /** How long was waited, in milliseconds. */
    readonly timeout: number,
    /** What to look at. */
    hint: string,
  ) {
    super(path, `${path} did not answer ${quote(command)} within ${timeout} ms. ${hint}`);
  }
}

/** The instrument left a query unanswered and its sync query too, so the command wasn't sent. */
export class InstrumentOutOfStep extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentOutOfStep';
  }

  constructor(
    path: string,
    /** What wasn't sent. */
    readonly command: string,
    /** The sync query that found no answer. */
    readonly sync: string,
    /** How long was waited for it, in milliseconds. */
    readonly waited: number,
  ) {
    super(
      path,
      `${path} does not answer its sync query ${quote(sync)} (waited ${Math.round(waited)} ms), so ${quote(command)} was not sent. ` +
        'Is it switched on, and not busy with something long?',
    );
  }
}

/** The answer isn't what the command gives: no number where one was asked for, or a line without an end. */
export class InstrumentAnswerError extends InstrumentError {
  static {
    this.prototype.name = 'InstrumentAnswerError';
  }

  constructor(
    path: string,
    readonly command: string,
    /** What came; the empty text if it was too long to keep. */
    readonly answer: string,
    complaint: string,
  ) {
    super(path, `${path} answered ${quote(command)} with ${complaint}`);
  }
}
