// A box as a service of a booted system: the commands that a person would type, and what systemd says of it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BootedSystem, Ran, RunOptions, SystemUser } from './booted-system';
import { InsideClient } from './inside-client';
import { until } from './until';

const SAMEBOX = ['/opt/node/bin/node', '/opt/samebox/dist/bin/samebox.js'];
const FIXTURE = join(__dirname, 'inside', 'bench.config.mjs');

export class BoxService {
  /** @param owner whose service it is; the machine's if nobody's. */
  constructor(
    readonly system: BootedSystem,
    readonly owner?: SystemUser,
    readonly name = 'lab',
  ) {}

  get scope(): '--system' | '--user' {
    return this.owner === undefined ? '--system' : '--user';
  }

  get unit(): string {
    return `samebox@${this.name}.service`;
  }

  /** Writes the config of `inside/` into a folder of that system, changed by `edit`. */
  writeConfig(folder: string, edit = (text: string) => text): void {
    const here = this.system.path(folder);
    mkdirSync(here, { recursive: true });
    writeFileSync(join(here, 'samebox.config.mjs'), edit(readFileSync(FIXTURE, 'utf8')));
  }

  /** What `samebox` prints, as its owner runs it. Rejects with all it said if it fails. */
  samebox(...args: string[]): Promise<string> {
    return this.system.output([...SAMEBOX, ...args], this.asOwner);
  }

  /** The same for one that may fail, and for others. */
  trySamebox(args: readonly string[], options: RunOptions = this.asOwner): Promise<Ran> {
    return this.system.run([...SAMEBOX, ...args], options);
  }

  systemctl(...args: string[]): Promise<string> {
    return this.system.output(['systemctl', this.scope, ...args], this.asOwner);
  }

  /** A property of its unit: `ActiveState`. */
  async property(property: string, unit = this.unit): Promise<string> {
    return (await this.systemctl('show', '--value', `--property=${property}`, unit)).trim();
  }

  /** Waits until a property of its unit is as it shall be. */
  async reaches(property: string, wanted: RegExp | string): Promise<void> {
    await until(`${this.unit}: ${property} is ${String(wanted)}`, async () => {
      const value = await this.property(property);
      return typeof wanted === 'string' ? value === wanted : wanted.test(value);
    });
  }

  /** What systemd has written about it, and it has itself. */
  log(): Promise<string> {
    return this.samebox('service', 'logs', '--lines', '1000');
  }

  /** Settings of its unit, until the next start of that system; none take them away. They hold from its next start on. */
  async settings(...lines: string[]): Promise<void> {
    const run = this.owner === undefined ? '/run' : `/run/user/${String(this.owner.uid)}`;
    const of = this.owner === undefined ? 'system' : 'user';
    const path = this.system.path(`${run}/systemd/${of}/${this.unit}.d/test.conf`);
    rmSync(dirname(path), { recursive: true, force: true });
    if (lines.length > 0) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `[Service]\n${lines.join('\n')}\n`);
    }
    await this.systemctl('daemon-reload');
  }

  /** Connects a client to it. Default: its owner's. */
  connect(as = this.owner): Promise<InsideClient> {
    return InsideClient.connect(this.system, this.name, as === undefined ? {} : { as });
  }

  private get asOwner(): RunOptions {
    return this.owner === undefined ? {} : { as: this.owner };
  }
}
