// Why a port couldn't be opened, and what the person does next.
import { InstrumentOpenError, type OpenFailure } from './errors';
import { listPorts, portsThere } from './port-finder';
import type { SerialBinding } from './serial-port';

// serialport's native bindings give no codes, only the system's words (POSIX `strerror`, Windows' own texts).
const SIGNS: readonly (readonly [OpenFailure, RegExp])[] = [
  ['locked', /lock|busy|in use|Resource temporarily unavailable/i],
  ['denied', /permission denied|EACCES|EPERM|operation not permitted/i],
  ['missing', /no such (file|device)|ENOENT|ENXIO|ENODEV|file not found|does not exist|error code 3$/i],
  // On Windows a port that another process has open is "access denied"; permissions hardly occur.
  ['locked', /access (is )?denied/i],
];

/** What stands in the way, by the words of the error. */
export function openFailure(message: string): OpenFailure {
  return SIGNS.find(([, sign]) => sign.test(message))?.[0] ?? 'failed';
}

/** In short, for those who only wait for it. */
export const FAILURES: Readonly<Record<OpenFailure, string>> = {
  missing: 'there is no such port',
  denied: 'permission is denied',
  locked: 'another process has it open',
  ambiguous: 'several ports fit',
  failed: 'it cannot be opened',
};

/**
 * The error of an opening with its next step.
 * @param binding is asked for the ports that do exist if this one doesn't. That takes a process on some systems.
 */
export async function openError(
  path: string,
  error: unknown,
  binding?: SerialBinding,
): Promise<InstrumentOpenError> {
  if (error instanceof InstrumentOpenError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const failure = openFailure(said);
  const ports = failure === 'missing' && binding !== undefined ? await listPorts(binding) : undefined;
  const message = {
    missing: `There is no port ${path}.${binding === undefined ? '' : ` ${portsThere(ports)}`}`,
    denied:
      `This user may not open ${path}. On Linux, serial ports belong to the group "dialout" (on some systems "uucp"): ` +
      'add the user that runs the daemon to it (sudo usermod -aG dialout USER) and log in again.',
    locked:
      `Another process has ${path} open. Close it there first; \`fuser ${path}\` shows which it is. ` +
      'An instrument belongs to one daemon: other programs call it through samebox.',
    ambiguous: said,
    failed: `${path} can't be opened: ${said}`,
  }[failure];
  return new InstrumentOpenError(
    path,
    failure,
    message,
    ports?.map((port) => port.path),
    { cause: error },
  );
}
