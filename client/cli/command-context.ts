// What a command has at hand: the terminal, the options, the connection, the signals.
import type { Client } from '../client';
import type * as Connect from '../connect';
import type { CallOptions, ConnectOptions } from '../options';
import type { TargetDescription } from '../../src/description';
import { SameboxError } from '../../src/errors';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes';
import type { GlobalOptions } from './globals';
import { Interrupts } from './interrupt';
import { errorLines } from './report-error';
import type { Terminal } from './terminal';

/** A command that talks to a daemon. */
export interface Connected extends CommandContext {
  readonly client: Client;
}

/** What every command has. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Which session a command takes up. */
export type SessionChoice = Pick<ConnectOptions, 'session' | 'steal'>;

/** Does a command's work; gives the exit code if it isn't 0. */
export type Work<C extends CommandContext> = (context: C) => Promise<ExitCode | void>;

/**
 * Runs a command that needs no daemon: its errors are shown, its signals heard, its exit code set.
 * @param hearSignals false for a command that hears Ctrl-C in its own way.
 */
export async function runCommand(
  terminal: Terminal,
  options: GlobalOptions,
  work: Work<CommandContext>,
  hearSignals = true,
): Promise<void> {
  const interrupts = new Interrupts(hearSignals);
  try {
    const code = await work({ terminal, options, signal: interrupts.signal });
    process.exitCode = interrupts.code ?? code ?? EXIT.ok;
  } catch (error) {
    const { paint } = terminal.err;
    const style = { paint, verbose: options.verbose > 0, json: options.json };
    terminal.err.line(errorLines(error, style));
    process.exitCode = interrupts.code ?? exitCodeOf(error);
  } finally {
    interrupts.remove();
  }
}

/**
 * Runs a command that talks to a daemon: connects first, once unless told to wait, and closes at the end.
 * @param session a named session to take up.
 */
export async function runConnected(
  terminal: Terminal,
  options: GlobalOptions,
  name: string,
  work: Work<Connected>,
  session: SessionChoice = {},
): Promise<void> {
  await runCommand(terminal, options, async (context) => {
    const client = await connectTo(options, name, context.signal, session);
    try {
      return await work({ ...context, client });
    } finally {
      await client.close();
    }
  });
}

/** Connects as the options say. */
export async function connectTo(
  options: GlobalOptions,
  name: string,
  signal: AbortSignal,
  session: SessionChoice = {},
): Promise<Client> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `samebox --help` needs no client
  const { connect } = require('../connect') as typeof Connect;
  return connect(options.endpoint, {
    timeout: options.wait * 1000,
    name: `samebox ${name}`,
    signal,
    ...session,
  });
}

/** How a command calls: no deadline but the stated one, no second try, cancelled by Ctrl-C. */
export function callOptions({ options, signal }: CommandContext): CallOptions {
  return { timeout: options.timeout ?? Infinity, retry: false, signal };
}

/** What the daemon knows of a target. */
export async function describe(context: Connected, target: string): Promise<TargetDescription> {
  const { client } = context;
  return (await client.call('$daemon', 'describe', [target], callOptions(context))) as TargetDescription;
}

/** Wrong usage that commander can't see. */
export function usage(message: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, { ran: 'no' });
}
