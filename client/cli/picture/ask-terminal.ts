// Asking a terminal what it can: questions in escape codes, answers on standard input within a bounded time.
import type { TerminalAnswers } from './which-terminal';

/** What is needed of `tty.ReadStream`. */
export interface TerminalInput {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/**
 * Kitty's graphics: a picture of one pixel to be looked at but not kept. Every terminal answers the last question, the
 * primary device attributes (DA1): what was not answered before it is unknown to the terminal. In between the size of a
 * cell in pixels (xterm's `CSI 16 t`).
 */
export const QUESTIONS = '\u001B_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001B\\\u001B[16t\u001B[c';

const KITTY = /\u001B_Gi=31;OK\u001B\\/;
const CELL = /\u001B\[6;(\d+);(\d+)t/;
const ATTRIBUTES = /\u001B\[\?([\d;]*)c/;
/** In DA1: sixel graphics (VT340; xterm's control sequences). */
const SIXEL = '4';
const CTRL_C = '\u0003';
/** A terminal at the other end of a slow line; an answer that comes later is seen as if typed. */
const PATIENCE_MS = 1000;

/**
 * Asks the terminal, which is in raw mode for that time: answers are not echoed. What is typed meanwhile is lost, but for Ctrl-C.
 * @returns `undefined` if it didn't answer, or there is no terminal to read from.
 */
export async function askTerminal(
  input: TerminalInput,
  write: (text: string) => void,
  interrupt: () => void,
): Promise<TerminalAnswers | undefined> {
  if (input.isTTY !== true) return undefined;
  const wasRaw = input.isRaw === true;
  let heard = '';
  let timer: NodeJS.Timeout | undefined;
  let listen: ((chunk: Buffer | string) => void) | undefined;
  try {
    return await new Promise((resolve) => {
      listen = (chunk) => {
        const text = chunk.toString();
        if (text.includes(CTRL_C)) interrupt();
        heard += text;
        if (ATTRIBUTES.test(heard) || text.includes(CTRL_C)) resolve(readAnswers(heard));
      };
      input.setRawMode(true);
      input.on('data', listen);
      input.resume();
      timer = setTimeout(() => resolve(readAnswers(heard)), PATIENCE_MS);
      write(QUESTIONS);
    });
  } finally {
    clearTimeout(timer);
    if (listen !== undefined) input.off('data', listen);
    input.pause();
    input.setRawMode(wasRaw);
  }
}

/** What the answers say; `undefined` if the last one is missing. */
export function readAnswers(heard: string): TerminalAnswers | undefined {
  const attributes = ATTRIBUTES.exec(heard)?.[1]?.split(';');
  if (attributes === undefined) return undefined;
  const cell = CELL.exec(heard);
  const [height, width] = [Number(cell?.[1] ?? 0), Number(cell?.[2] ?? 0)];
  // The first number is the kind of terminal.
  const answers = { kitty: KITTY.test(heard), sixel: attributes.slice(1).includes(SIXEL) };
  return width > 0 && height > 0 ? { ...answers, cell: { width, height } } : answers;
}
