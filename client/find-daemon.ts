// Where to connect to: what was said, else SAMEBOX_ENDPOINT, else the only daemon that runs.
import { candidatesForConnecting, runningDaemons, type Endpoint } from '../src/endpoint';
import { SameboxError } from '../src/errors';

/**
 * The endpoints to try, in order.
 * @param endpoint a name, socket path or pipe.
 * @throws SameboxError `INVALID_ARGUMENT` if it is none of these, or if nothing was said and several daemons run;
 * `UNREACHABLE` if nothing was said and none runs.
 */
export async function findDaemon(endpoint = process.env['SAMEBOX_ENDPOINT']): Promise<Endpoint[]> {
  if (endpoint !== undefined && endpoint !== '') return candidatesForConnecting(endpoint);
  const running = await runningDaemons();
  const [only, ...others] = running;
  if (only === undefined) {
    throw new SameboxError('UNREACHABLE', 'No daemon of this user is running. Start one: samebox serve', {
      details: { tried: [] },
    });
  }
  if (others.length > 0) {
    const names = running.map(({ name }) => name);
    throw new SameboxError(
      'INVALID_ARGUMENT',
      `${running.length} daemons are running: ${names.join(', ')}. Say which one: -e ${names[0]}, or SAMEBOX_ENDPOINT.`,
      { details: { running: names } },
    );
  }
  return candidatesForConnecting(only.name).filter(({ path }) => path === only.path);
}
