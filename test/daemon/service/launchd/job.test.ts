// launchd's property lists and plans, as text: there is no macOS to run them on.
import fc from 'fast-check';
import type { Plan } from '../../../../daemon/service/plan';
import { jobText, type MacHost } from '../../../../daemon/service/launchd/job';
import {
  planInstall,
  planRestart,
  planStart,
  planStop,
  planUninstall,
} from '../../../../daemon/service/launchd/plans';
import { plistText, stringsIn } from '../../../../daemon/service/launchd/plist';
import { statusIn } from '../../../../daemon/service/launchd/print';
import { boxToInstall } from '../systemd/fixtures';

const host: MacHost = { uid: 501, home: '/Users/ada', behindSudo: undefined };
const own = boxToInstall({ scope: 'user', config: '/Users/ada/lab/samebox.config.ts' });
const machine = boxToInstall({ config: '/usr/local/etc/samebox/lab/samebox.config.ts' });
const brief = ({ steps }: Plan): string[] =>
  steps.map((step) =>
    step.kind === 'run'
      ? step.command.join(' ')
      : step.kind === 'act'
        ? step.says
        : `${step.kind} ${step.path}`,
  );
const nothing = { host, existing: undefined, loaded: false, kept: [] };
const PLIST = '/Users/ada/Library/LaunchAgents/samebox.lab.plist';

test('an agent runs the daemon at login, again after a crash, and gives it time to stop', () => {
  expect(jobText(own, host)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- The samebox "lab", written by \`samebox service install\`, which will write it anew. -->
<!-- It starts at once and with every boot or login (RunAtLoad), and again when it crashes (KeepAlive). -->
<!-- When it is stopped, running calls get their time before launchd kills it (ExitTimeOut). -->
<!-- Variables for it: /Users/ada/.config/samebox/lab.env, NAME=value in each line, if you write that file. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>samebox.lab</string>
  <key>ProgramArguments</key>
  <array>
    <string>/bin/sh</string>
    <string>-c</string>
    <string>set -a; [ ! -r "$0" ] || . "$0"; exec "$@"</string>
    <string>/Users/ada/.config/samebox/lab.env</string>
    <string>/usr/bin/node</string>
    <string>/usr/lib/node_modules/samebox/dist/bin/samebox.js</string>
    <string>serve</string>
    <string>/Users/ada/lab/samebox.config.ts</string>
    <string>-e</string>
    <string>lab</string>
    <string>--log-format</string>
    <string>json</string>
  </array>
  <key>WorkingDirectory</key>
  <string>/Users/ada/lab</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>19</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>/Users/ada/Library/Logs/samebox/lab.log</string>
  <key>StandardErrorPath</key>
  <string>/Users/ada/Library/Logs/samebox/lab.log</string>
</dict>
</plist>
`);
});

test('a daemon of the machine runs as whoever called sudo, and a drain without end has none', () => {
  const text = jobText({ ...machine, drainTimeout: Infinity }, { ...host, behindSudo: 'ada' });
  expect(text).toMatch(/<key>UserName<\/key>\s*<string>ada<\/string>/);
  expect(text).toMatch(/<key>ExitTimeOut<\/key>\s*<integer>0<\/integer>/);
  expect(text).toContain('<string>/Library/Logs/samebox/lab.log</string>');
  expect(planInstall(machine, nothing).warnings?.join()).toMatch(/will run as root/);
});

test('whatever stands in a path is read back from the property list', () => {
  const text = fc.string({ unit: fc.constantFrom('&', '<', '>', '"', ';', 'a', 'amp', 'lt', ' ', 'é', '-') });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (words) => {
      const list = plistText(['--about--'], { Words: words, More: ['x'] });
      expect(stringsIn(list, 'Words')).toEqual(words);
      expect(list.split('\n')[2]).toBe('<!-- - -about- - -->');
    }),
  );
});

test('installing writes the list, makes the folder of the log, and loads the job', () => {
  expect(brief(planInstall(own, nothing))).toEqual([
    `write ${PLIST}`,
    'install -d /Users/ada/Library/Logs/samebox',
    'launchctl enable gui/501/samebox.lab',
    `launchctl bootstrap gui/501 ${PLIST}`,
  ]);
});

test('installing again does nothing; a changed job is loaded anew', () => {
  const existing = jobText(own, host);
  expect(planInstall(own, { ...nothing, existing, loaded: true })).toMatchObject({
    steps: [],
    unchanged: [PLIST],
  });
  expect(brief(planInstall(own, { ...nothing, existing: 'older', loaded: true }))).toContain(
    'launchctl bootout gui/501/samebox.lab',
  );
});

test('uninstalling unloads the job and removes list and log; again it does nothing', () => {
  const plan = planUninstall(own, {
    ...nothing,
    existing: jobText(own, host),
    loaded: true,
    kept: [own.config],
  });
  expect(brief(plan)).toEqual([
    'launchctl bootout gui/501/samebox.lab',
    `remove ${PLIST}`,
    'remove /Users/ada/Library/Logs/samebox/lab.log',
    'rmdir /Users/ada/Library/Logs/samebox',
  ]);
  expect(plan.done.join()).toContain(own.config);
  expect(planUninstall(own, nothing).steps).toEqual([]);
});

test('starting, stopping and restarting address the job where it is', () => {
  const loaded = { ...nothing, loaded: true };
  expect(brief(planStart(machine, loaded))).toEqual(['launchctl kickstart system/samebox.lab']);
  expect(brief(planStart(machine, nothing))).toEqual([
    'launchctl bootstrap system /Library/LaunchDaemons/samebox.lab.plist',
  ]);
  expect(brief(planStop(own, loaded))).toEqual(['launchctl kill SIGTERM gui/501/samebox.lab']);
  expect(brief(planRestart(own, loaded))).toEqual(['launchctl kickstart -k gui/501/samebox.lab']);
});

test('what launchd prints of a job is told in words', () => {
  const printed = (lines: string): string =>
    `gui/501/samebox.lab = {\n\tactive count = 1\n${lines}\n\tendpoints = {\n\t\tpid = 9\n\t}\n}`;
  expect(statusIn(printed('\tstate = running\n\tpid = 812'), 'lab')).toEqual({ state: 'running', pid: 812 });
  expect(statusIn(printed('\tlast exit code = 0'), 'lab').state).toBe('stopped');
  expect(statusIn(printed('\tlast exit code = (never exited)'), 'lab').state).toBe('stopped');
  expect(statusIn(printed('\tlast exit code = 20'), 'lab').detail).toBe('it ended with exit code 20');
  expect(statusIn(printed('\tlast exit code = 2'), 'lab')).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/mistake/),
  });
  expect(statusIn(undefined, 'lab')).toMatchObject({ state: 'stopped', detail: 'launchd has not loaded it' });
});
