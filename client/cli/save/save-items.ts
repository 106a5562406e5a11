// `watch --save frame-%d.npy`: every item of a stream as a file of its own.
import { usage, type CommandContext } from '../command-context';
import { untilAborted } from '../print-result';
import { checkSave, saveResult } from './save-array';

const NUMBER = /%(?:0(\d{1,2}))?d/;

/** Which items, from where, to which files. */
export interface SaveItems {
  /** What gives them, as `cam.frames`. */
  readonly name: string;
  /** `%d` in it stands for the item's number from 0, `%04d` for one of at least four digits. */
  readonly path: string;
  readonly count: number;
}

/**
 * Whether the items could be saved so.
 * @throws SameboxError `INVALID_ARGUMENT`, if many would get the same name too.
 */
export async function checkSaveItems({ path, count }: Omit<SaveItems, 'name'>): Promise<void> {
  if (count !== 1 && !NUMBER.test(path))
    throw usage('--save needs %d in the name, as in frame-%d.npy, or --count 1: there are many items.');
  await checkSave(fileName(path, 0));
}

/** Saves items as they come, until they end, `count` have come or Ctrl-C. */
export async function saveItems(
  context: CommandContext,
  items: AsyncIterable<unknown>,
  { name, path, count }: SaveItems,
): Promise<void> {
  let number = 0;
  for await (const item of untilAborted(items, context.signal)) {
    await saveResult(context, name, item, fileName(path, number));
    if (++number >= count) return;
  }
}

/** The name of one item's file. */
export function fileName(path: string, number: number): string {
  return path.replace(NUMBER, (_, digits?: string) => String(number).padStart(Number(digits ?? 0), '0'));
}
