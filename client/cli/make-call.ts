// One call for a command: with its progress on the terminal.
import type { ParsedArguments } from './arguments';
import { callOptions, type Connected } from './command-context';
import { ProgressBar } from './progress-bar';
import type { CallOptions } from '../options';

/** Calls a method. A bar shows how far it is, if it says so and a person looks. */
export async function makeCall(
  context: Connected,
  target: string,
  method: string,
  { positional, named }: ParsedArguments,
  more: CallOptions = {},
): Promise<unknown> {
  const { client, terminal, options } = context;
  const bar =
    terminal.err.isTerminal && options.quiet === 0 && !options.json
      ? new ProgressBar(terminal.err)
      : undefined;
  const how: CallOptions = {
    ...callOptions(context),
    ...more,
    ...(bar && { onProgress: (fraction, message) => bar.show(fraction, message) }),
  };
  try {
    return await (Object.keys(named).length === 0
      ? client.call(target, method, positional, how)
      : client.callNamed(target, method, positional, named, how));
  } finally {
    bar?.clear();
  }
}
