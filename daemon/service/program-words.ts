// The same command again: for a message that says exactly what to run, and the program's place, for units.
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ServiceRequest } from '../../src/service-request';
import { IS_WINDOWS } from '../../src/os';
import { PACKAGE_ROOT } from '../../src/version';
import { programCommand } from '../serve/program-command';
import { shellWords } from './print-plan';
import { quoteCommand } from './windows/command-line';

/** Where sudo looks for programs, and where services of the machine have theirs. */
const FOR_ALL = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Node, and the script of this program: absolute. */
export interface ProgramPlaces {
  readonly node: string;
  readonly script: string;
}

/**
 * Node is named by a link among the system's programs if that is the same one: such a link stays when Node is updated, where
 * the file it leads to has a version in its path.
 */
export function programPlaces(
  execPath = process.execPath,
  folders: readonly string[] = FOR_ALL,
): ProgramPlaces {
  const real = realpathSync(execPath);
  const links = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path));
  return {
    node: links.find((path) => realpathSync(path) === real) ?? real,
    script: realpathSync(join(PACKAGE_ROOT, 'dist', 'bin', 'samebox.js')),
  };
}

/** The command line that asks for the same, to be run from any folder and with sudo's search path. */
export function commandAgain(request: ServiceRequest, config: string | undefined): string {
  const { action, scope, name, install } = request;
  const { node, script } = programPlaces();
  const short = programCommand({ script, folder: '/', path: FOR_ALL.join(delimiter) }) === 'samebox';
  const inReach = FOR_ALL.some((folder) => existsSync(join(folder, 'node')));
  return (IS_WINDOWS ? quoteCommand : shellWords)([
    ...(short && inReach ? ['samebox'] : [IS_WINDOWS ? 'node' : node, script]),
    'service',
    action,
    ...(scope === undefined ? [] : [`--${scope}`]),
    ...(name === undefined ? [] : ['-e', name]),
    ...(action !== 'install'
      ? []
      : [
          ...(install.group === undefined ? [] : ['--group', install.group]),
          ...(install.account === undefined ? [] : ['--account', install.account]),
          ...(install.udev ? ['--udev'] : []),
          ...(install.start ? [] : ['--no-start']),
          ...(config === undefined ? [] : [config]),
        ]),
  ]);
}
