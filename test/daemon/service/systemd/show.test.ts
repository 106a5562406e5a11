// What systemd says of the units, in words.
import { programIn, propertiesOf, statusOf } from '../../../../daemon/service/systemd/show';
import { unitText } from '../../../../daemon/service/systemd/unit-text';
import { serviceUnit } from '../../../../daemon/service/systemd/service-unit';
import { unitFacts } from './fixtures';

const place = { scope: 'system', name: 'lab' } as const;
const installed = {
  unit: unitText(serviceUnit(unitFacts())),
  unitName: 'samebox@lab.service',
  socket: '/run/samebox/lab.sock',
  enabled: true,
};
const status = (
  service: Record<string, string>,
  socket: Record<string, string> = { ActiveState: 'active' },
) => statusOf(place, service, socket, installed);

test('one that runs has a pid, a config, and a time since when', () => {
  const said =
    'ActiveState=active\nSubState=running\nMainPID=812\nStatusText=3 targets ready\nStateChangeTimestamp=Sat 2026-11-28 02:38:43 UTC\n';
  expect(status(propertiesOf(said))).toMatchObject({
    state: 'running',
    pid: 812,
    config: '/etc/samebox/lab/samebox.config.ts',
    socket: '/run/samebox/lab.sock',
    since: new Date('2026-11-28T02:38:43Z'),
    detail: '3 targets ready',
    advice: [],
  });
});

test('one that is not there while its socket is waits for a client', () => {
  expect(status({ ActiveState: 'inactive' })).toMatchObject({ state: 'waiting' });
  const stopped = status({ ActiveState: 'inactive' }, { ActiveState: 'inactive' });
  expect(stopped).toMatchObject({
    state: 'stopped',
    advice: ['Start it: sudo samebox service start -e lab'],
  });
});

test.each([
  [{ Result: 'watchdog' }, /did not answer for a minute/],
  [
    { Result: 'exit-code', ExecMainCode: '1', ExecMainStatus: '2' },
    /its config has a mistake \(exit code 2\)/,
  ],
  [{ Result: 'exit-code', ExecMainCode: '1', ExecMainStatus: '216' }, /one of its groups does not exist/],
  [{ Result: 'exit-code', ExecMainCode: '1', ExecMainStatus: '1' }, /ended with exit code 1/],
  [{ Result: 'signal', ExecMainCode: '2', ExecMainStatus: '9' }, /was killed \(signal 9\)/],
  [{ Result: 'start-limit-hit' }, /again and again/],
])('a failure is told in words: %j', (service, words) => {
  const found = status({ ActiveState: 'failed', ...service });
  expect(found.state).toBe('failed');
  expect(found.detail).toMatch(words);
  expect(found.advice?.join()).toMatch(/samebox service logs -e lab/);
});

test('one that is started again in a moment says so', () => {
  const found = status({
    ActiveState: 'activating',
    SubState: 'auto-restart',
    Result: 'signal',
    ExecMainCode: '2',
    ExecMainStatus: '9',
  });
  expect(found.detail).toMatch(/started again in a moment/);
});

test('what is not as it should be is said, with what to do', () => {
  const found = statusOf(
    place,
    { ActiveState: 'active', NeedDaemonReload: 'yes' },
    {},
    { ...installed, enabled: false },
  );
  expect(found.advice).toEqual([
    expect.stringContaining('samebox service install'),
    expect.stringContaining('systemctl daemon-reload'),
  ]);
});

test('where systemd does not answer, nothing is claimed', () => {
  expect(status({}, {})).toMatchObject({ state: 'unknown', detail: 'systemd does not answer' });
});

test('Node, script and config are found in a unit, also with blanks', () => {
  const config = '/srv/my lab/50% "x" $y/samebox.config.ts';
  const { node, script } = unitFacts({});
  expect(programIn(unitText(serviceUnit(unitFacts({ config }))))).toEqual({ node, script, config });
  expect(programIn('[Service]\n')).toEqual({});
  expect(programIn('[Service]\nExecStart=/bin/serve x\n')).toEqual({});
});
