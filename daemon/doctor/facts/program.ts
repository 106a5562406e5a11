// Facts of the program itself: its Node, its native code.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { native } from '../../../src/native';
import { IS_WINDOWS, OS } from '../../../src/os';
import { PACKAGE_ROOT } from '../../../src/version';
import type { NativeFacts } from '../checks/native';
import type { NodeFacts } from '../checks/node';

/** The Node that runs this, and what package.json wants. */
export function nodeFacts(): NodeFacts {
  const { engines } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  return {
    version: process.versions.node,
    required: engines.node,
    path: process.execPath,
    architecture: process.arch,
    cores: availableParallelism(),
  };
}

/** How koffi calls the systems. */
const KOFFI_SYSTEM = { linux: 'linux', darwin: 'darwin', windows: 'win32', unix: 'freebsd' } as const;

/** koffi, and which of its binaries is needed. */
export function nativeFacts(): NativeFacts {
  const access = native();
  const binaryPackage = `@koromix/koffi-${KOFFI_SYSTEM[OS]}-${process.arch}`;
  const common = { binaryPackage, switchedOff: process.env.SAMEBOX_NATIVE === 'off', posix: !IS_WINDOWS };
  if (access.available) {
    return { ...common, loaded: access.koffi.version, supported: true, installed: true };
  }
  return { ...common, reason: access.reason, ...installation(binaryPackage) };
}

/** Whether koffi has a binary for this machine, and whether it is there. A koffi that is missing altogether is neither loaded nor there. */
function installation(binaryPackage: string): Pick<NativeFacts, 'supported' | 'installed'> {
  try {
    const entry = createRequire(__filename).resolve('koffi');
    const manifest = packageOf(entry);
    const { optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      optionalDependencies?: Record<string, string>;
    };
    const folders = createRequire(entry).resolve.paths(binaryPackage) ?? [];
    return {
      supported: binaryPackage in optionalDependencies,
      installed: folders.some((folder) => existsSync(join(folder, binaryPackage))),
    };
  } catch {
    return { supported: true, installed: false }; // Without koffi's own list, the usual cause is assumed.
  }
}

function packageOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return manifest;
    if (dirname(folder) === folder) throw new Error(`${file} lies in no package`);
  }
}
