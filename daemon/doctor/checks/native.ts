// Whether native code can be had (koffi), why not, and what is lost without it.
import type { Finding } from '../../../src/doctor-request';
import { finding } from '../finding';

/** What is known of koffi. */
export interface NativeFacts {
  /** Its version if it was loaded. */
  readonly loaded?: string;
  /** Else why not, in the words of whatever failed. */
  readonly reason?: string;
  /** Whether `SAMEBOX_NATIVE=off` keeps it from being loaded. */
  readonly switchedOff: boolean;
  /** The package that has the binary of this machine: `@koromix/koffi-linux-x64`. */
  readonly binaryPackage: string;
  /** Whether koffi is made for this machine at all. */
  readonly supported: boolean;
  /** Whether that package is installed. */
  readonly installed: boolean;
  /** Whether there are accounts and peer credentials on this system: not on Windows. */
  readonly posix: boolean;
}

/** Loaded, or what to do. */
export function checkNative(facts: NativeFacts): Finding[] {
  if (facts.loaded !== undefined) return [finding('native', 'ok', `koffi ${facts.loaded} is loaded`)];
  return [
    finding(
      'native',
      'warning',
      `No native code: ${why(facts)}. Without it ${lost(facts.posix)}`,
      remedy(facts),
    ),
  ];
}

function why({
  switchedOff,
  supported,
  installed,
  binaryPackage,
  reason = 'it could not be loaded',
}: NativeFacts): string {
  if (switchedOff) return 'SAMEBOX_NATIVE=off is set';
  if (!supported) return 'koffi has no binary for this machine';
  if (!installed) return `koffi's binary, ${binaryPackage}, is not installed`;
  return reason.replace(/^native unavailable: /, '');
}

function lost(posix: boolean): string {
  const always =
    'large arrays go through the socket, and a daemon that was killed blocks its place for ten seconds';
  return posix ? `${always}; nobody knows who calls, so rules (\`allow\`) refuse everybody` : always;
}

function remedy({ switchedOff, supported, installed }: NativeFacts): string {
  if (switchedOff) return "Take SAMEBOX_NATIVE out of the environment, also out of the service's.";
  if (!supported)
    return 'Build it, which needs a C++ compiler and CMake: npm rebuild koffi. All else works without.';
  if (!installed) {
    return 'Install again on this machine, without --omit=optional, and copy no node_modules from another system: npm install';
  }
  return 'Install again: rm -r node_modules/koffi node_modules/@koromix && npm install';
}
