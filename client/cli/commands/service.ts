// `samebox service`: a box as a service of this system, installed, started, looked at and removed.
import { Option, type Command } from 'commander';
import type { InstallSettings, ServiceAction, ServiceScope } from '../../../src/service-request';
import { runCommand, usage } from '../command-context';
import type { ExitCode } from '../exit-codes';
import { positive, type GlobalOptions } from '../globals';
import { logLine } from '../log-line';
import type { Define, ProgramParts } from '../program';
import type { Terminal } from '../terminal';

interface ServiceOptions extends GlobalOptions {
  readonly user?: boolean;
  readonly system?: boolean;
  readonly dryRun?: boolean;
  readonly group?: string;
  readonly account?: InstallSettings['account'];
  readonly udev?: boolean;
  readonly start?: boolean;
  readonly follow?: boolean;
  readonly lines?: number;
}

const SUMMARIES: Readonly<Record<ServiceAction, string>> = {
  install: 'have a box run from every boot on',
  uninstall: 'take the service away, and all that belongs to it',
  start: 'start it now',
  stop: 'end it in order, until the next boot',
  restart: 'end it in order and start it anew',
  status: 'whether it runs, and what is not as it should be',
  logs: 'its log, as the system keeps it',
};

const EXAMPLES = `
A service of your own (--user) runs as you; one of the machine (--system) as a user of its own, and serves a group.
Where several boxes are installed, -e NAME says which.

Examples:
  samebox service install --dry-run       what would be done, each file with its text
  samebox service install                 your own service, from the samebox.config.ts in this folder
  sudo samebox service install --system /etc/samebox/lab/samebox.config.ts
                                          the machine's service, for all in its group
  samebox service status
  samebox service logs -f`;

const INSTALL = `
Without a config it is that of what is installed already, else the samebox.config.ts in this folder. Installing again changes
only what differs: do so after samebox or Node was updated. --system is the default for root, --user for others.`;

export const defineService: Define = (program, terminal, parts) => {
  const service = program
    .command('service')
    .summary('have a box run at every boot')
    .description('Runs a box as a service of this system: systemd, launchd, or a Windows service.')
    .addHelpText('after', EXAMPLES);
  const install = add(service, 'install', terminal, parts)
    .argument('[config]', 'a config, or the folder of a samebox.config.ts')
    .option('--group <name>', 'the group that may connect (Linux, --system)')
    .option('--udev', 'also wake targets when an instrument is plugged in (Linux, --system)')
    .option('--no-udev', 'not any more')
    .addOption(
      new Option('--account <account>', 'what it runs as (Windows)').choices(['virtual', 'local-service']),
    )
    .option('--no-start', 'install it, but start it with the next boot only')
    .addHelpText('after', INSTALL);
  install.options.find(({ long }) => long === '--no-udev')?.hideHelp();
  for (const action of ['uninstall', 'start', 'stop', 'restart', 'status'] as const)
    add(service, action, terminal, parts);
  add(service, 'logs', terminal, parts)
    .option('-n, --lines <count>', 'how many lines', positive, 50)
    .option('-f, --follow', 'go on with the lines to come, until Ctrl-C');
};

function add(service: Command, action: ServiceAction, terminal: Terminal, parts: ProgramParts): Command {
  const command = service
    .command(action)
    .summary(SUMMARIES[action])
    .description(`${sentence(SUMMARIES[action])}.`);
  command.option('--user', 'a service of your own').option('--system', 'a service of the machine');
  if (action !== 'status') command.option('--dry-run', 'print what would be done, and do nothing');
  return command.action(() => manage(action, command, terminal, parts));
}

function manage(
  action: ServiceAction,
  command: Command,
  terminal: Terminal,
  parts: ProgramParts,
): Promise<void> {
  const options = command.optsWithGlobals<ServiceOptions>();
  const { out, err } = terminal;
  const json = options.json === true;
  const work = async (): Promise<ExitCode> => {
    const { group, account, udev, start = true, follow = false, lines = 50 } = options;
    const code = await parts.service()({
      action,
      scope: scopeOf(options),
      config: command.args[0],
      name: options.endpoint,
      dryRun: options.dryRun === true,
      json,
      install: { group, account, udev, start },
      logs: { follow, lines },
      paint: out.paint,
      width: out.width,
      write: (text) => out.write(text),
      tell: (text) => {
        if (options.quiet === 0) err.write(text);
      },
      logLine: (line) => (json ? line : logLine(line, out.paint)),
    });
    return code as ExitCode;
  };
  // Ctrl-C ends it at once, with the program that it runs: what was done stays, and the next time does the rest.
  return runCommand(terminal, options, work, false);
}

function scopeOf({ user, system }: ServiceOptions): ServiceScope | undefined {
  if (user === true && system === true) throw usage('It is either --user or --system.');
  if (user === true) return 'user';
  return system === true ? 'system' : undefined;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
