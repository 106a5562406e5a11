// A plan for the person who asked: printed in a dry run, else done and told.
import { SameboxError } from '../../src/errors';
import type { ServiceRequest } from '../../src/service-request';
import { perform, type Audience } from './perform';
import type { Plan, Step } from './plan';
import { planText, stepTitle } from './print-plan';
import type { ServiceManager, ServicePlace } from './service-manager';

/** The exit code of what has worked. */
export const OK = 0;
/** Of its log, when it doesn't start. */
const LAST_LINES = 10;
/** Nobody hears of it. */
export const SILENT: Audience = { done: () => undefined, note: () => undefined, line: () => undefined };

/**
 * Does what a plan says, or prints it, and tells what was done.
 * @throws SameboxError `INVALID_ARGUMENT` for a plan that has problems; as `perform`.
 */
export async function carryOut(
  manager: ServiceManager,
  place: ServicePlace,
  plan: Plan,
  request: ServiceRequest,
): Promise<number> {
  if (request.dryRun) return dryRun(plan, request);
  requirePossible(place, plan);
  const { paint, json, tell } = request;
  const notes = [...(plan.warnings ?? [])];
  for (const warning of notes) tell(`${paint.yellow('note:')} ${warning}\n`);
  try {
    await perform(plan, {
      done: (step) => tell(json ? '' : `  ${paint.dim(doneWords(step))}\n`),
      note: (text) => {
        notes.push(text);
        tell(`${paint.yellow('note:')} ${text}\n`);
      },
      line: (line) => request.write(`${line}\n`),
    });
  } catch (error) {
    await tellWhy(manager, place, request);
    throw error;
  }
  const { name, scope } = place;
  const [first = '', ...more] = plan.done;
  answer(request, { action: request.action, name, scope, done: plan.done, notes }, [
    paint.bold(first),
    ...more.map((line) => `  ${line}`),
  ]);
  return OK;
}

/** Prints a plan. */
export function dryRun(plan: Plan, { json, paint, write }: ServiceRequest): number {
  write(json ? `${JSON.stringify(plan)}\n` : planText(plan, paint));
  return OK;
}

/** The last lines of the log say why it didn't start. */
async function tellWhy(manager: ServiceManager, place: ServicePlace, request: ServiceRequest): Promise<void> {
  if (request.action === 'stop' || request.action === 'uninstall') return;
  const { steps } = await manager.logs(place, { follow: false, lines: LAST_LINES });
  // Where there is no log, the error has to do.
  const quiet = steps.map((step) => ({ ...step, mayFail: true }));
  await perform(
    { steps: quiet, done: [] },
    { ...SILENT, line: (line) => request.tell(`  ${request.logLine(line)}\n`) },
  );
}

function requirePossible({ name, scope }: ServicePlace, { problems = [] }: Plan): void {
  if (problems.length === 0) return;
  const whose = scope === 'user' ? 'a service of your own' : 'a service of the machine';
  const list = problems.map(({ what, next }) => `\n  - ${what}\n    ${next}`).join('');
  const other =
    scope === 'system' ? '\n  Or have it as a service of your own: samebox service install --user' : '';
  throw new SameboxError('INVALID_ARGUMENT', `${name} can't be ${whose} like this:${list}${other}`, {
    ran: 'no',
    details: { problems },
  });
}

/** The answer to what was asked: for people, or as JSON. */
export function answer({ json, write }: ServiceRequest, value: unknown, lines: readonly string[]): void {
  write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}

function doneWords(step: Step): string {
  switch (step.kind) {
    case 'write':
      return `wrote ${step.path}`;
    case 'remove':
      return `removed ${step.path}`;
    case 'run':
    case 'act':
      return stepTitle(step);
  }
}
