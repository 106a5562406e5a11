// `samebox doctor`: checks the installation and the instruments, and says what to do.
import type { Command } from 'commander';
import type { Finding } from '../../../src/doctor-request';
import { askDaemon } from '../ask-daemon';
import { runCommand, type CommandContext } from '../command-context';
import { findingLines, verdict } from '../doctor-page';
import { EXIT, type ExitCode } from '../exit-codes';
import { jsonText } from '../json-form';
import { untilAborted } from '../print-result';
import type { Define, ProgramParts } from '../program';

const MORE = `
It changes nothing, and opens no port: which targets are ill, it asks the daemons that run.
  ✓ well   · worth knowing   ! something is weaker or slower   ✗ something does not work
Exit code 1 if there is a ✗, else 0. -q shows only what is not well; --json gives
{"ok": false, "findings": [{"check": "daemon", "level": "problem", "says": "...", "todo": "..."}]}.
Run it as the user who has the trouble: what one user may, another may not.`;

export const defineDoctor: Define = (program, terminal, parts) => {
  program
    .command('doctor')
    .summary('check the installation and the instruments, and say what to do')
    .description(
      'Checks Node, native code, shared memory, clock, directories, daemons, their targets, serial ports, config and ' +
        'services, and says for each finding what to do.',
    )
    .argument('[config]', 'a config to be checked too, or the folder of one (default: that of this folder)')
    .addHelpText('after', MORE)
    .action(async (config: string | undefined, _: unknown, command: Command) => {
      await runCommand(terminal, command.optsWithGlobals(), (context) => doctor(context, config, parts));
      leave();
    });
};

async function doctor(
  context: CommandContext,
  config: string | undefined,
  parts: ProgramParts,
): Promise<ExitCode> {
  const { options, signal, terminal } = context;
  const { out } = terminal;
  const { endpoint, json = false, quiet } = options;
  const findings: Finding[] = [];
  for await (const found of untilAborted(parts.doctor()({ config, endpoint, ask: askDaemon }), signal)) {
    const named = findings.at(-1)?.check !== found.check;
    findings.push(found);
    const shown = quiet === 0 || found.level === 'warning' || found.level === 'problem';
    if (shown && !json) out.line(findingLines(found, out, named || quiet > 0));
  }
  if (signal.aborted) return EXIT.interrupted;
  const ok = !findings.some(({ level }) => level === 'problem');
  if (json) out.line(jsonText({ ok, findings }));
  else if (quiet === 0) out.line(['', verdict(findings, out.paint)]);
  return ok ? EXIT.ok : EXIT.failed;
}

/** Ends the process when what was written has left, whatever it is that hangs. */
function leave(): void {
  process.stdout.write('', () => process.exit());
}
