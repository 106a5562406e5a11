// An error in a person's source: the file, line and column, the line itself, and a caret under the place.

/** Where in a file. */
export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** What is wrong in a source, as data: it crosses from the preparing process. */
export interface SourceFault {
  readonly message: string;
  /** Absent if the fault has no file. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The text of the line. */
  readonly text?: string;
}

/** An error in a person's source. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(readonly fault: SourceFault) {
    super(faultMessage(fault));
  }

  /** The error at an offset of a text. */
  static at(message: string, file: string, source: string, offset: number): SourceError {
    const before = source.slice(0, offset);
    const lines = before.split(LINE_END);
    return SourceError.on(message, source, {
      file,
      line: lines.length,
      column: (lines.at(-1)?.length ?? 0) + 1,
    });
  }

  /** The error at a line and column of a text. */
  static on(message: string, source: string, { file, line, column }: SourcePlace): SourceError {
    const text = source.split(LINE_END)[line - 1];
    return new SourceError({ message, file, line, column, ...(text !== undefined && { text }) });
  }
}

const LINE_END = /\r\n|\n|\r/;
/** Longer lines are shown around the place only. */
const WIDEST = 160;

/** The fault as people read it: `file:line:column: message`, the line, and a caret. */
export function faultMessage({ message, file, line, column, text }: SourceFault): string {
  if (file === undefined) return message;
  if (line === undefined || column === undefined) return `${file}: ${message}`;
  const heading = `${file}:${line}:${column}: ${message}`;
  if (text === undefined) return heading;
  const from = text.length <= WIDEST ? 0 : Math.max(0, column - 1 - WIDEST / 2);
  const shown = text.slice(from, from + WIDEST);
  const caret = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  return `${heading}\n  ${shown}\n  ${caret}^`;
}
