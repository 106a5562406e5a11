// Whether a config would start, and whether the daemon that runs is the one that it describes.
import type { Finding } from '../../../src/doctor-request';
import { finding, inWords, sentences } from '../finding';

/** What came of loading a config, in a process of its own that opens no target. */
export type ConfigTrial =
  | {
      readonly path: string;
      /** Where it would be served. */
      readonly name: string;
      readonly targets: readonly string[];
      /** What would keep a daemon from starting with it: groups, users, secrets that aren't there. */
      readonly faults: readonly string[];
    }
  | { readonly path: string; readonly error: string };

/** A running daemon, as a config is compared with it. */
export interface RunningBox {
  readonly name: string;
  readonly targets: readonly string[];
}

/** One config. */
export interface ConfigFacts {
  readonly trial: ConfigTrial;
  readonly running: readonly RunningBox[];
}

/** Loads or not, what is wrong with it, and whether its daemon is older than it. */
export function checkConfig({ trial, running }: ConfigFacts): Finding[] {
  if ('error' in trial) {
    const { fact, rest } = sentences(trial.error);
    return [finding('config', 'problem', `${trial.path} can't be loaded: ${fact}`, rest || 'Mend it there.')];
  }
  const { path, name, targets, faults } = trial;
  const says = `${path} loads: box ${name}, ${targets.length === 0 ? 'no targets' : inWords(targets)}`;
  const wrong = faults.map((fault) => {
    const { fact, rest } = sentences(fault);
    return finding('config', 'problem', `${path} would not start: ${fact}`, rest);
  });
  return [finding('config', 'ok', says), ...wrong, ...older(trial, running)];
}

function older(
  { path, name, targets }: Extract<ConfigTrial, { targets: unknown }>,
  running: readonly RunningBox[],
): Finding[] {
  const box = running.find((one) => one.name === name);
  if (box === undefined) return [];
  const missing = targets.filter((target) => !box.targets.includes(target));
  const gone = box.targets.filter((target) => !targets.includes(target));
  if (missing.length + gone.length === 0) return [];
  const facts = [
    ...(missing.length > 0
      ? [`${inWords(missing)} of ${path} ${missing.length === 1 ? 'is' : 'are'} not there`]
      : []),
    ...(gone.length > 0 ? [`${inWords(gone)} ${gone.length === 1 ? 'is' : 'are'} not in ${path}`] : []),
  ];
  const says = `${box.name} runs with another config: ${facts.join('; ')}`;
  return [
    finding(
      'config',
      'warning',
      says,
      `If it has been changed since, have it read again: samebox -e ${box.name} reload`,
    ),
  ];
}
