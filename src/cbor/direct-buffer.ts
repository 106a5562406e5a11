// Node's own string methods of Buffer, which `write` and `toString` only choose between; their types are not published.

/** A Buffer with them. */
export type DirectBuffer = Buffer & {
  latin1Write(text: string, position: number): number;
  utf8Write(text: string, position: number): number;
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
};
