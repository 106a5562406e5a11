import { checkConfig, type ConfigFacts, type ConfigTrial } from '../../../../daemon/doctor/checks/config';

const trial: ConfigTrial = {
  path: '/lab/samebox.config.ts',
  name: 'lab',
  targets: ['pm', 'stage'],
  faults: [],
};
const check = (
  more: Partial<Extract<ConfigTrial, { targets: unknown }>>,
  running: ConfigFacts['running'] = [],
) => checkConfig({ trial: { ...trial, ...more }, running });

describe('a config', () => {
  test('that loads is well, with its box and targets', () => {
    expect(check({})).toEqual([
      { check: 'config', level: 'ok', says: '/lab/samebox.config.ts loads: box lab, pm and stage' },
    ]);
    expect(check({ targets: [] })[0]).toMatchObject({
      says: '/lab/samebox.config.ts loads: box lab, no targets',
    });
  });

  test('that does not load is a problem with its place', () => {
    const error = 'samebox.config.ts:3:5: Unexpected token\n  3 | const = 1;\n    |       ^';
    expect(checkConfig({ trial: { path: 'samebox.config.ts', error }, running: [] })).toEqual([
      {
        check: 'config',
        level: 'problem',
        says: "samebox.config.ts can't be loaded: samebox.config.ts:3:5: Unexpected token",
        todo: expect.stringContaining('const = 1;'),
      },
    ]);
  });

  test('that loads and could not be served is a problem for each reason', () => {
    const faults = ['defineBox(): socket.group: there is no group "optics". Make it: groupadd optics'];
    expect(check({ faults })[1]).toMatchObject({
      level: 'problem',
      says: '/lab/samebox.config.ts would not start: defineBox(): socket.group: there is no group "optics"',
      todo: 'Make it: groupadd optics',
    });
  });

  test('that has changed since its daemon was started is a warning that says what differs', () => {
    const running = [{ name: 'lab', targets: ['pm', 'lamp'] }];
    expect(check({}, running)[1]).toMatchObject({
      level: 'warning',
      says: 'lab runs with another config: stage of /lab/samebox.config.ts is not there; lamp is not in /lab/samebox.config.ts',
    });
    expect(check({}, [{ name: 'lab', targets: ['stage', 'pm'] }])).toHaveLength(1);
    expect(check({}, [{ name: 'other', targets: [] }])).toHaveLength(1);
  });
});
