// `examine`: everything that `samebox doctor` looks at, told in one order.
import type { DoctorRequest, Finding } from '../../src/doctor-request';
import { chooseManager } from '../service/choose-manager';
import type { ServiceManager } from '../service/service-manager';
import { checkClock } from './checks/clock';
import { checkNative } from './checks/native';
import { checkNode } from './checks/node';
import { checkSharedMemory } from './checks/shared-memory';
import { Examination } from './examination';
import { clockFacts } from './facts/clock';
import { sharedMemoryFacts } from './facts/memory';
import { nativeFacts, nodeFacts } from './facts/program';
import { look } from './look';

/** Daemons are asked first, then the manager of services, each with a bound of its own. */
const ASKING_MS = 15_000;
/** Configs are loaded in processes of their own, which have a bound of their own. */
const CONFIGS_MS = 40_000;

/**
 * Looks at the installation and the instruments, and changes nothing. All looks go on at once; what they find is told in
 * order. Never throws, and takes no longer than the slowest look may.
 *
 * @param manager gives what runs services here, or throws where samebox knows none.
 */
export async function* examine(
  request: DoctorRequest,
  manager: () => ServiceManager = chooseManager,
): AsyncGenerator<Finding> {
  const examination = new Examination(request, manager);
  const looks = [
    look('node', () => checkNode(nodeFacts())),
    look('native', () => checkNative(nativeFacts())),
    look('shared-memory', async () => checkSharedMemory(await sharedMemoryFacts())),
    look('descriptors', examination.descriptors, ASKING_MS),
    look('clock', () => checkClock(clockFacts())),
    look('cache', examination.cache),
    look('directory', examination.directories),
    look('daemon', examination.daemons, ASKING_MS),
    look('serial', examination.serial, ASKING_MS),
    look('config', examination.configs, CONFIGS_MS),
    look('service', examination.installedServices, ASKING_MS),
  ];
  for (const findings of looks) yield* await findings;
}
