// The socket unit of a box, as data: where programs find it, and who may connect.
import { aboutUnit, type UnitFacts } from './unit-facts';
import type { Unit } from './unit-text';

export function socketUnit(facts: UnitFacts): Unit {
  const { scope, name, paths, socketGroup } = facts;
  const system = scope === 'system';
  const who =
    socketGroup === undefined
      ? [`Who may connect: ${system ? 'root alone' : 'you alone'}.`]
      : [`Who may connect: root, and members of the group ${socketGroup}.`];
  return {
    about: aboutUnit(facts, 'socket'),
    sections: {
      Unit: [{ set: [`Description=samebox: the socket of ${name}`] }],
      Socket: [
        {
          why: [`Where programs find it: connect('${name}').`],
          set: [`ListenStream=${system ? paths.listen : `%t/samebox/${name}.sock`}`],
        },
        {
          why: who,
          set: [
            `SocketMode=${socketGroup === undefined ? '0600' : '0660'}`,
            ...(socketGroup === undefined ? [] : [`SocketGroup=${socketGroup}`]),
            `DirectoryMode=${system ? '0755' : '0700'}`,
          ],
        },
        { why: ['When it is stopped, no file stays.'], set: ['RemoveOnStop=yes'] },
      ],
      Install: [{ why: ['It listens from boot on.'], set: ['WantedBy=sockets.target'] }],
    },
  };
}
