// launchd as what runs services.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { SameboxError } from '../../../src/errors';
import { codeOf } from '../../../src/native';
import type { ServiceScope } from '../../../src/service-request';
import type { Plan } from '../plan';
import { servedProgram, type ServedProgram } from '../served-program';
import type {
  BoxToInstall,
  MissingRights,
  ServiceManager,
  ServicePlace,
  ServiceStatus,
} from '../service-manager';
import { boxOfPlist, jobFolder, jobPaths, jobTarget, type MacHost } from './job';
import { planInstall, planRestart, planStart, planStop, planUninstall, type JobFacts } from './plans';
import { stringsIn } from './plist';
import { statusIn } from './print';

export class Launchd implements ServiceManager {
  readonly title = 'launchd';
  private readonly host: MacHost = {
    uid: process.geteuid?.() ?? -1,
    home: homedir(),
    behindSudo: process.env['SUDO_USER'] || undefined,
  };

  missingRights(scope: ServiceScope): MissingRights | undefined {
    if (scope === 'user' || this.host.uid === 0) return undefined;
    return { why: "Services of the machine are root's to manage", how: (command) => `sudo ${command}` };
  }

  async installed(scope: ServiceScope): Promise<ServicePlace[]> {
    const files = ifThere(() => readdirSync(jobFolder(scope, this.host))) ?? [];
    return files
      .flatMap((file) => boxOfPlist(file) ?? [])
      .sort()
      .map((name) => ({ scope, name }));
  }

  async install(box: BoxToInstall): Promise<Plan> {
    if (box.settings.udev === true) throw new SameboxError('INVALID_ARGUMENT', '--udev is for Linux.');
    return planInstall(box, await this.facts(box));
  }

  async uninstall(place: ServicePlace): Promise<Plan> {
    return planUninstall(place, await this.facts(place));
  }

  async start(place: ServicePlace): Promise<Plan> {
    return planStart(place, await this.facts(place));
  }

  async stop(place: ServicePlace): Promise<Plan> {
    return planStop(place, await this.facts(place));
  }

  async restart(place: ServicePlace): Promise<Plan> {
    return planRestart(place, await this.facts(place));
  }

  async status(place: ServicePlace): Promise<ServiceStatus> {
    const { existing } = await this.facts(place);
    if (existing === undefined) return { ...place, installed: false, enabled: false, state: 'stopped' };
    const unit = jobTarget(place.scope, place.name, this.host);
    const printed = await this.print(place);
    return {
      ...place,
      installed: true,
      enabled: true,
      unit,
      ...programIn(existing),
      ...statusIn(printed, place.name),
    };
  }

  async logs(
    { scope, name }: ServicePlace,
    { follow, lines }: { follow: boolean; lines: number },
  ): Promise<Plan> {
    const { log } = jobPaths(scope, name, this.host);
    // -F: also when the file is replaced.
    const command = ['tail', '-n', String(lines), ...(follow ? ['-F'] : []), log] as [string, ...string[]];
    return { steps: [{ kind: 'run', command, shown: true }], done: [] };
  }

  private async facts(place: ServicePlace): Promise<JobFacts> {
    const { plist, log, environment } = jobPaths(place.scope, place.name, this.host);
    const existing = ifThere(() => readFileSync(plist, 'utf8'));
    const config = existing === undefined ? undefined : programIn(existing).config;
    return {
      host: this.host,
      existing,
      loaded: (await this.print(place)) !== undefined,
      kept: [config, environment].flatMap((path) =>
        path !== undefined && path !== log && existsSync(path) ? [path] : [],
      ),
    };
  }

  /** What launchd says of the job; `undefined` if it doesn't know it. */
  private print({ scope, name }: ServicePlace): Promise<string | undefined> {
    return new Promise((resolve) => {
      execFile('launchctl', ['print', jobTarget(scope, name, this.host)], (error, stdout) =>
        resolve(error === null ? stdout : undefined),
      );
    });
  }
}

/** What a job's property list runs. */
function programIn(text: string): ServedProgram {
  return servedProgram(stringsIn(text, 'ProgramArguments'));
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
