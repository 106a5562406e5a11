// What a call gave, on standard output: a value at once, a stream item by item.
import { IncomingStream } from '../../src/peer/incoming-stream';
import type { CommandContext } from './command-context';
import { jsonText } from './json-form';
import { showValue } from './show-value';

/** How a stream is printed. */
export interface PrintOptions {
  /** Ends after so many items. */
  readonly count?: number;
}

/** Prints a result. Nothing is printed for `undefined`, but for programs, which get `null`. */
export async function printResult(
  context: CommandContext,
  result: unknown,
  options: PrintOptions = {},
): Promise<void> {
  if (result instanceof IncomingStream) return printItems(context, result, options);
  const { out } = context.terminal;
  if (result !== undefined || context.options.json === true) await out.paced(valueText(context, result));
}

/** Prints items as they come, one per line where they are short. Leaving, by count or Ctrl-C, ends the producer. */
export async function printItems(
  context: CommandContext,
  items: AsyncIterable<unknown>,
  { count = Infinity }: PrintOptions = {},
): Promise<void> {
  const { out } = context.terminal;
  let printed = 0;
  for await (const item of untilAborted(items, context.signal)) {
    await out.paced(valueText(context, item));
    if (++printed >= count) return;
  }
}

/** The items until `signal` aborts; then the source is left. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  if (signal.aborted) return;
  const iterator = source[Symbol.asyncIterator]();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
    onAbort = () => resolve({ done: true, value: undefined });
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    void iterator.return?.();
  }
}

function valueText({ terminal: { out }, options }: CommandContext, value: unknown): string {
  return options.json === true
    ? jsonText(value)
    : showValue(value, { colours: out.coloured, width: out.width });
}
