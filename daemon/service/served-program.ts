// What a command line runs: the parts of `node samebox.js serve CONFIG`.
import type { ServiceStatus } from './service-manager';

/** Node, the script, and the config that it serves; nothing for another command line. */
export type ServedProgram = Pick<ServiceStatus, 'node' | 'script' | 'config'>;

/** Reads the words of a command line, as a unit file or a property list has them. */
export function servedProgram(words: readonly string[]): ServedProgram {
  const at = words.indexOf('serve');
  const [node, script, config] = [words[0], words[at - 1], words[at + 1]];
  if (at < 2 || node === undefined || script === undefined || config === undefined) return {};
  return { node, script, config };
}
