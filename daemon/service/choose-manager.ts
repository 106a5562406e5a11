// What runs services on this system, loaded when it is needed.
import { SameboxError } from '../../src/errors';
import { OS, type OperatingSystem } from '../../src/os';
import type * as LaunchdModule from './launchd/launchd';
import type { ServiceManager } from './service-manager';
import type * as SystemdModule from './systemd/systemd';
import type * as WindowsModule from './windows/windows-services';

/* eslint-disable @typescript-eslint/no-require-imports -- one of them is loaded */
/** @throws SameboxError `INVALID_ARGUMENT` on a system whose services samebox doesn't know. */
export function chooseManager(os: OperatingSystem = OS): ServiceManager {
  switch (os) {
    case 'linux':
      return new (require('./systemd/systemd') as typeof SystemdModule).Systemd();
    case 'darwin':
      return new (require('./launchd/launchd') as typeof LaunchdModule).Launchd();
    case 'windows':
      return new (require('./windows/windows-services') as typeof WindowsModule).WindowsServices();
    case 'unix':
      throw new SameboxError(
        'INVALID_ARGUMENT',
        'samebox knows no services of this system. Have what starts programs here run: samebox serve CONFIG',
      );
  }
}
