// Functions of Windows' libraries by their prototypes, and its errors in its own words.
import type { KoffiFunc } from 'koffi';
import { SameboxError } from '../errors';
import { native } from './koffi';

/** What Windows answers, as far as anybody here asks. */
export const WIN32 = {
  fileNotFound: 2,
  accessDenied: 5,
  insufficientBuffer: 122,
  moreData: 234,
  pipeBusy: 231,
  requestTimeout: 1053,
  alreadyRunning: 1056,
  doesNotExist: 1060,
  cannotAccept: 1061,
  notActive: 1062,
  notStartedByManager: 1063,
  serviceSpecific: 1066,
  markedForDelete: 1072,
  noneMapped: 1332,
} as const;

/** An error of Windows, with its number. */
export interface WindowsError extends NodeJS.ErrnoException {
  /** `WIN32_5`. */
  readonly code: string;
  readonly number: number;
}

const FORMAT_FROM_SYSTEM = 0x1000;
const FORMAT_IGNORE_INSERTS = 0x200;
const FORMAT_ON_ONE_LINE = 0xff;
const MESSAGE_CHARACTERS = 512;

const LAST_ERROR = 'uint32_t __stdcall GetLastError()';
const FORMAT =
  'uint32_t __stdcall FormatMessageW(uint32_t flags, void *source, uint32_t id, uint32_t language, _Out_ void *buffer, uint32_t size, void *inserts)';

const bound = new Map<string, unknown>();

/**
 * The function of `library` that `prototype` declares; bound once. The type argument states its JavaScript signature: nothing
 * checks it. Handles and addresses are declared as the integers that they are: nobody follows them.
 * @throws SameboxError `DENIED` without native code.
 */
export function win32<F extends (...args: never[]) => unknown>(
  library: 'advapi32.dll' | 'kernel32.dll',
  prototype: string,
): KoffiFunc<F> {
  const known = bound.get(prototype);
  if (known !== undefined) return known as KoffiFunc<F>;
  const found: unknown = requireKoffi().load(library).func(prototype);
  bound.set(prototype, found);
  return found as KoffiFunc<F>;
}

/** koffi. @throws SameboxError `DENIED` where it can't be had. */
export function requireKoffi(): Extract<ReturnType<typeof native>, { available: true }>['koffi'] {
  const access = native();
  if (access.available) return access.koffi;
  throw new SameboxError('DENIED', `Windows can't be asked for this: ${access.reason}.`, { ran: 'no' });
}

/** The number of the call that has just failed. Ask at once: the next call overwrites it. */
export function lastWindowsError(): number {
  return win32<() => number>('kernel32.dll', LAST_ERROR)();
}

/** What the function `syscall` failed with. */
export function windowsError(syscall: string, number = lastWindowsError()): WindowsError {
  const error = new Error(`${windowsWords(number)} (${syscall}, Windows error ${number})`);
  return Object.assign(error, { code: `WIN32_${number}`, number, syscall });
}

/** The number of Windows' error, if `error` is one. */
export function windowsNumber(error: unknown): number | undefined {
  return error instanceof Error && 'number' in error && typeof error.number === 'number'
    ? error.number
    : undefined;
}

/** Windows' own sentence for an error. */
export function windowsWords(number: number): string {
  const format = win32<
    (
      flags: number,
      source: null,
      id: number,
      language: number,
      buffer: Buffer,
      size: number,
      inserts: null,
    ) => number
  >('kernel32.dll', FORMAT);
  const text = Buffer.alloc(MESSAGE_CHARACTERS * 2);
  const flags = FORMAT_FROM_SYSTEM | FORMAT_IGNORE_INSERTS | FORMAT_ON_ONE_LINE;
  const length = format(flags, null, number, 0, text, MESSAGE_CHARACTERS, null);
  return text.toString('utf16le', 0, length * 2).trim() || 'Unknown error.';
}

/** A text as Windows takes it where no prototype converts it: UTF-16 with a zero at its end. */
export function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}
