// The prompt: node's own, with the targets as globals, their names completed and their promises awaited.
import repl, { type REPLServer } from 'node:repl';
import type { TargetSummary } from '../../../src/description';
import type { Client } from '../../client';
import { errorLines } from '../report-error';
import type { GlobalOptions } from '../globals';
import { showValue } from '../show-value';
import type { Terminal } from '../terminal';
import { awaitResults } from './await-results';
import { addCommands } from './commands';
import { completeMembers } from './complete-members';
import { Evaluation } from './evaluation';
import { historyFile } from './history-file';
import { labOf } from './lab';

/** Runs the prompt until it is left. */
export async function runRepl(client: Client, terminal: Terminal, options: GlobalOptions): Promise<void> {
  const { out } = terminal;
  const evaluation = new Evaluation(out, options);
  const lab = labOf(client, evaluation.callOptions);
  const targets = (await client.targets()).filter(({ name }) => name !== '$daemon');
  const names = targets.map(({ name }) => name);
  const shown = new Map<unknown, string>([
    [lab, out.paint.cyan(`the client of ${client.daemon.name}, ${client.state}`)],
  ]);
  const interactive = process.stdin.isTTY === true && out.isTerminal;
  if (interactive) out.line(greeting(client, names, terminal));
  const server = repl.start({
    prompt: interactive ? `${client.daemon.name}> ` : '',
    useGlobal: false,
    ignoreUndefined: true,
    useColors: out.coloured,
    terminal: interactive,
    breakEvalOnSigint: interactive,
    writer: (value: unknown) =>
      shown.get(value) ?? showValue(value, { colours: out.coloured, width: out.width, bareText: false }),
  });
  expose(server, lab, targets, (target, text) => shown.set(target, out.paint.cyan(text)));
  addCommands(server, client, out);
  completeMembers(server, client, names);
  const settled = awaitResults(server, evaluation, (error) => {
    out.line(errorLines(error, { paint: out.paint, verbose: options.verbose > 0, json: false }));
  });
  if (interactive) remember(server);
  followState(server, client, terminal);
  await new Promise<void>((resolve) => server.once('exit', resolve));
  await settled();
}

function greeting(client: Client, names: readonly string[], { out: { paint } }: Terminal): string {
  const { name, version } = client.daemon;
  const targets = names.map((one) => paint.cyan(one)).join(', ');
  return `${paint.bold(name)}, samebox ${version}. Targets: ${targets}. ${paint.dim('.help tells more, .exit leaves.')}`;
}

/** A target whose name is no JavaScript name, or is `lab`, is reached by `lab.target(name)`. */
function expose(
  server: REPLServer,
  lab: Client,
  targets: readonly TargetSummary[],
  show: (target: unknown, text: string) => void,
): void {
  const define = (): void => {
    server.context['lab'] = lab;
    for (const { name, type = 'a target' } of targets) {
      if (!/^[A-Za-z_$][\w$]*$/.test(name) || name === 'lab') continue;
      const target = lab.target(name);
      server.context[name] = target;
      show(target, `${name}: ${type}; .describe ${name} tells more`);
    }
  };
  define();
  server.on('reset', define);
}

function remember(server: REPLServer): void {
  const file = historyFile();
  if (file !== undefined) server.setupHistory(file, () => undefined); // Without a file it forgets.
}

/** Says when the connection is lost and when it is back. */
function followState(server: REPLServer, client: Client, { err }: Terminal): void {
  const changes = client.changes();
  server.once('exit', () => void changes.return?.());
  void (async () => {
    for await (const { state, reason } of changes) {
      if (state === 'closed') break;
      const why = reason === undefined ? '' : `: ${reason.message}`;
      err.line(err.paint.dim(`\n[${state}${why}]`));
    }
  })();
}
