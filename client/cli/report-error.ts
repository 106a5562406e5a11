// An error as the commands show it: one sentence, whether the call ran, what to do next.
import { CATALOGUE, messageOf, SameboxError } from '../../src/errors';
import { jsonText } from './json-form';
import type { Paint } from './paint';

/** How an error is shown. */
export interface ErrorStyle {
  readonly paint: Paint;
  /** With its code, facts and stack. */
  readonly verbose: boolean;
  /** As one JSON object, for programs. */
  readonly json?: boolean | undefined;
  /** What to do next, where the catalogue doesn't fit. */
  readonly hint?: string;
}

const RAN = {
  yes: 'The call ran, at least in part.',
  maybe: 'The call may have run, in part or in full.',
} as const;

/** The lines that tell of `error`. */
export function errorLines(error: unknown, { paint, verbose, json, hint: own }: ErrorStyle): string[] {
  if (json === true) return [jsonText({ error: errorForm(error) })];
  const known = SameboxError.is(error) ? error : undefined;
  const heading = known?.code === 'CANCELLED' ? paint.yellow('cancelled:') : paint.red('error:');
  const lines = [`${heading} ${messageOf(error)}`];
  const ran = known === undefined ? undefined : ranLine(known);
  if (ran !== undefined) lines.push(`  ${ran}`);
  const hint = own ?? (known === undefined ? undefined : hintOf(known));
  if (hint !== undefined) lines.push(`  ${paint.dim(hint)}`);
  if (verbose) lines.push(...details(error, paint));
  return lines;
}

/** Said where it could be thought otherwise: a method that threw did run, and a bad argument stopped nothing. */
function ranLine({ code, ran }: SameboxError): string | undefined {
  if (ran === 'no' || code === 'METHOD_FAILED' || code === 'INVALID_ARGUMENT') return undefined;
  return RAN[ran];
}

/** What the catalogue says to do next, unless the message says so already. */
function hintOf({ code, message, details: { target } }: SameboxError): string | undefined {
  if (code === 'METHOD_FAILED' || code === 'CANCELLED' || code === 'INVALID_ARGUMENT') return undefined;
  const { next } = CATALOGUE[code];
  const command = /`(samebox \w+)/.exec(next)?.[1];
  const said = /\b(?:Did you mean|See|Say which|Use|Write|Set|Close it|Start one|such as)\b/.test(message);
  return said || (command !== undefined && message.includes(command))
    ? undefined
    : next.replace(/\bTARGET\b/, () => (typeof target === 'string' ? target : 'TARGET'));
}

function details(error: unknown, paint: Paint): string[] {
  if (!SameboxError.is(error)) return [paint.dim(stackOf(error))];
  const facts = `  code ${error.code}, ran: ${error.ran}, details ${jsonText(error.details)}`;
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return [paint.dim(facts), paint.dim(stackOf(error) + cause)];
}

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}

function errorForm(error: unknown): Record<string, unknown> {
  if (!SameboxError.is(error)) return { code: null, message: messageOf(error) };
  const { code, message, ran, details: facts, cause } = error;
  return {
    code,
    message,
    ran,
    details: facts,
    next: CATALOGUE[code].next,
    ...(cause instanceof Error && {
      cause: { name: cause.name, message: cause.message, stack: cause.stack },
    }),
  };
}
