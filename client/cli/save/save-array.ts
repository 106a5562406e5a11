// `--save FILE`: the array that came, as a file for NumPy or as a picture.
import { extname } from 'node:path';
import { SameboxError } from '../../../src/errors';
import { IncomingStream } from '../../../src/peer/incoming-stream';
import { arrayOf, shapeText, type AnyArray } from '../array-of';
import { short } from '../array-summary';
import { usage, type CommandContext } from '../command-context';
import { jsonText } from '../json-form';
import { kindOf } from '../kind-of';
import { bytes as sizeText } from '../quantities';
import { npyFile } from './npy';
import { pngFile, type GreyScale } from './png';
import { checkPlace, writeWhole } from './whole-file';

/** A file that was written, as `--json` tells of it. */
export interface Saved {
  readonly file: string;
  readonly format: Format;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the file. */
  readonly bytes: number;
  /** How numbers became grey, where they are not the pixels themselves. */
  readonly scale?: GreyScale;
}

type Format = 'npy' | 'png';

/**
 * What `--save` names is checked before anything is called: the extension says the format.
 * @throws SameboxError `INVALID_ARGUMENT`.
 */
export async function checkSave(path: string): Promise<void> {
  formatOf(path);
  await checkPlace(path);
}

/**
 * Writes `value` to a file and says so: a line for people, JSON for programs.
 * @param name what gave it, as `cam.snap`.
 * @throws SameboxError `INVALID_ARGUMENT` for what is no array; else the system's error.
 */
export async function saveResult(
  context: CommandContext,
  name: string,
  value: unknown,
  path: string,
): Promise<void> {
  const saved = await saveArray(name, value, path);
  await context.terminal.out.paced(context.options.json === true ? jsonText(saved) : savedText(saved));
}

/** Writes `value` to a file. */
export async function saveArray(name: string, value: unknown, path: string): Promise<Saved> {
  const format = formatOf(path);
  const array = arrayOf(value);
  if (array === undefined) throw noArray(name, value);
  const { parts, scale } = fileOf(array, format);
  await writeWhole(path, parts);
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const { dtype, shape } = array;
  return { file: path, format, dtype, shape, bytes: size, ...(scale && { scale }) };
}

function fileOf(array: AnyArray, format: Format): { parts: readonly Uint8Array[]; scale?: GreyScale } {
  if (format === 'npy') return { parts: npyFile(array) };
  const { bytes, scale } = pngFile(array);
  return { parts: [bytes], ...(scale && { scale }) };
}

/** `frame.npy: 1024x1024 uint16, 2.0 MiB`, and how numbers became grey. */
export function savedText({ file, dtype, shape, bytes, scale }: Saved): string {
  const facts = `${file}: ${shapeText(shape)} ${dtype}, ${sizeText(bytes)}`;
  if (scale === undefined) return facts;
  const { black, white, nan } = scale;
  const nans = nan === 0 ? '' : `, ${nan} NaN black`;
  return `${facts}; scaled to 16-bit grey: black is ${short(black)}, white ${short(white)}${nans}`;
}

function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
  if (extension === '.npy' || extension === '.png') return extension.slice(1) as Format;
  throw usage(`--save takes a name that ends in .npy (for NumPy) or .png (a picture), not "${path}".`);
}

function noArray(name: string, value: unknown): Error {
  const message =
    value instanceof IncomingStream
      ? `${name} gives a stream. Use samebox watch ${name.replace('.', ' ')} --save frame-%d.npy to save its items.`
      : `${name} gives ${kindOf(value)}, and --save needs an array of numbers.`;
  return new SameboxError('INVALID_ARGUMENT', message, { ran: 'yes' });
}
