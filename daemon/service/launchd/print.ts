// What `launchctl print` says of a job, in our words.
import type { ServiceStatus } from '../service-manager';

/** @param printed `undefined` if launchd doesn't know the job. */
export function statusIn(
  printed: string | undefined,
  name: string,
): Pick<ServiceStatus, 'state' | 'pid' | 'detail' | 'advice'> {
  const start = `Start it: samebox service start -e ${name}`;
  if (printed === undefined)
    return { state: 'stopped', detail: 'launchd has not loaded it', advice: [start] };
  const pid = Number(valueOf(printed, 'pid') ?? 0);
  if (pid > 0) return { state: 'running', pid };
  const code = valueOf(printed, 'last exit code') ?? '';
  if (/^\(never exited\)$|^0\b/.test(code) || code === '') return { state: 'stopped', advice: [start] };
  const why = /^2\b/.test(code)
    ? 'its config has a mistake (exit code 2)'
    : `it ended with exit code ${code}`;
  return {
    state: 'failed',
    detail: why,
    advice: [`See why: samebox service logs -e ${name}. Mend it, then: samebox service start -e ${name}`],
  };
}

/** Of the job itself, whose lines are indented once. */
function valueOf(printed: string, key: string): string | undefined {
  return new RegExp(`^\\t${key} = (.*)$`, 'm').exec(printed)?.[1]?.trim();
}
