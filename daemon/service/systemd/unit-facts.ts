// What the texts of a box's units depend on, and what each says of itself.
import type { ServiceScope } from '../../../src/service-request';
import { unitName, type UnitPaths } from './unit-names';

/** All that the texts depend on. */
export interface UnitFacts {
  readonly scope: ServiceScope;
  readonly name: string;
  readonly paths: UnitPaths;
  /** Absolute. */
  readonly config: string;
  readonly node: string;
  readonly script: string;
  /** Seconds that stopping may take; `Infinity` if nothing limits it. */
  readonly stopSeconds: number;
  /** systemd's. */
  readonly version: number;
  /** The machine's service: the group that may connect, and those of serial lines. */
  readonly socketGroup: string | undefined;
  readonly serialGroups: readonly string[];
}

/** What stands at the top of a unit. */
export function aboutUnit({ scope, name }: UnitFacts, type: 'service' | 'socket'): string[] {
  const tells =
    type === 'service'
      ? `Tells systemd how to run the samebox "${name}": what, when, and with which rights.`
      : `Tells systemd where programs find the samebox "${name}", and who may connect.`;
  const edit = `systemctl ${scope === 'system' ? '' : '--user '}edit ${unitName(name, type)}`;
  return [
    tells,
    'Written by `samebox service install`, which will write it anew. Changes of your own go beside it:',
    `${edit}`,
  ];
}
