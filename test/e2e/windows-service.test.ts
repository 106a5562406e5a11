// The whole life of a Windows service, for real: on Windows (elevated), or on Windows' Node under Wine, which can't show that
// the manager starts a service again that has failed, nor who may not connect: there, all programs are one administrator's.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Client } from '../../client';
import type { BoxToInstall } from '../../daemon/service/service-manager';
import type { Plan } from '../../daemon/service/plan';
import {
  configOf,
  mayManageServices,
  statusOf,
  type FoundStatus,
} from '../../daemon/service/windows/service-database.windows';
import { WindowsServices } from '../../daemon/service/windows/windows-services';
import { openPipe } from '../../src/native/open-pipe.windows';
import { requireKoffi } from '../../src/native/win32.windows';
import { IS_WINDOWS } from '../../src/os';
import { planText } from '../../daemon/service/print-plan';
import { PLAIN } from '../../client/cli/paint';
import { PROGRAM } from '../client/cli/run-samebox';

/** SERVICE_CONTROL_PARAMCHANGE, and the right to say it. */
const PARAMETER_CHANGE = 6;
const PAUSE_CONTINUE = 0x40;

function tell(service: string, control: number): void {
  const advapi = requireKoffi().load('advapi32.dll');
  const func = (prototype: string) => advapi.func(prototype) as (...args: unknown[]) => bigint;
  const manager = func('intptr_t __stdcall OpenSCManagerW(void *machine, void *database, uint32_t access)')(
    null,
    null,
    1,
  );
  const open = func('intptr_t __stdcall OpenServiceW(intptr_t manager, str16 name, uint32_t access)');
  const handle = open(manager, service, PAUSE_CONTINUE);
  const done = func('int __stdcall ControlService(intptr_t service, uint32_t control, void *status)')(
    handle,
    control,
    new Uint32Array(7),
  );
  expect(Number(done)).toBe(1);
  const close = func('int __stdcall CloseServiceHandle(intptr_t handle)');
  close(handle);
  close(manager);
}

/** Wine's own library has one function more. */
function isWine(): boolean {
  if (!IS_WINDOWS) return false;
  try {
    requireKoffi().load('ntdll.dll').func('const char *wine_get_version()');
    return true;
  } catch {
    return false;
  }
}

/** Who may do what with a pipe. */
function accessOf(path: string): string {
  const end = openPipe(path);
  try {
    return end.access();
  } finally {
    end.close();
  }
}

const elevated = IS_WINDOWS && mayManageServices();
if (IS_WINDOWS && !elevated) console.warn('Services are for administrators: their test is skipped here.');
const windows = elevated ? describe : describe.skip;

const NAME = `test-${process.pid}`;
const SERVICE = `samebox-${NAME}`;
const PLACE = { scope: 'system', name: NAME } as const;

/** Everybody's group, which is called so in every language of Windows. */
const USERS = 'S-1-5-32-545';

function config(answer: string, more = ''): string {
  return `
import { setTimeout } from 'node:timers/promises';
import { callContext, defineBox } from 'samebox/daemon';
class Stage {
  which() { return '${answer}'; }
  async move(ms) { callContext().progress(0); await setTimeout(ms); return 'moved'; }
}
export default defineBox({ name: '${NAME}', drainTimeout: 30000,${more} targets: { stage: () => new Stage() } });
`;
}

windows('a box as a Windows service', () => {
  const services = new WindowsServices();
  let folder: string;
  let file: string;
  let client: Client | undefined;

  const box = (): BoxToInstall => ({
    ...PLACE,
    config: file,
    group: undefined,
    sources: [],
    drainTimeout: 30_000,
    closingTime: 4000,
    node: process.execPath,
    script: PROGRAM,
    settings: { group: undefined, account: undefined, udev: false, start: true },
  });

  async function perform(plan: Promise<Plan>): Promise<string[]> {
    const { steps } = await plan;
    const lines: string[] = [];
    for (const step of steps) {
      if (step.kind === 'act') await step.act((line) => lines.push(line));
      else throw new Error(`what is ${step.kind} for?`);
    }
    return lines;
  }

  /** The next state that fits. */
  async function seen(fits: (status: FoundStatus) => boolean): Promise<FoundStatus> {
    for (;;) {
      const status = statusOf(SERVICE);
      if (status !== undefined && fits(status)) return status;
      await delay(50);
    }
  }

  /** Waits until the log says so. */
  async function written(pattern: RegExp): Promise<void> {
    while (!pattern.test(log())) await delay(50);
  }

  const log = (): string => readFileSync(services.logFile(PLACE), 'utf8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samebox service '));
    file = join(folder, 'samebox.config.mjs');
    writeFileSync(file, config('first'));
    delete process.env['SAMEBOX_RUNTIME_DIR'];
  });
  afterAll(async () => {
    await client?.close();
    if (statusOf(SERVICE) !== undefined) await perform(services.uninstall(PLACE));
    rmSync(folder, { recursive: true, force: true });
  });

  test('is told in words before anything is done', async () => {
    const plan = await services.install(box());
    const text = planText(plan, PLAIN);
    expect(text).toMatch(new RegExp(`^# do: create the service ${SERVICE}:\\n {4}command: `, 'm'));
    expect(text).toContain(`account: NT SERVICE\\${SERVICE}, which has no password`);
    expect(text).toMatch(new RegExp(`# do: start the service ${SERVICE}`));
    expect(statusOf(SERVICE)).toBeUndefined();
  });

  test('is installed and started, and answers through the machine’s pipe', async () => {
    expect(await services.installed('system')).not.toContainEqual(PLACE);
    await perform(services.install(box()));
    expect(await services.installed('system')).toContainEqual(PLACE);
    const status = await services.status(PLACE);
    expect(status).toMatchObject({ installed: true, enabled: true, state: 'running', config: file });
    client = await connect(NAME, { timeout: 20_000 });
    expect(client.daemon.pid).toBe(status.pid);
    expect((await client.status()).path).toBe(`\\\\.\\pipe\\samebox\\${NAME}`);
    expect(await client.call('stage', 'which')).toBe('first');
  });

  test('installed once more, it keeps its config and runs anew; its clients come back', async () => {
    const before = await services.status(PLACE);
    await perform(services.install({ ...box(), config: before.config ?? '' }));
    expect(configOf(SERVICE)?.command).toContain(file);
    expect(await client?.call('stage', 'which')).toBe('first');
    expect((await services.status(PLACE)).pid).not.toBe(before.pid);
  });

  test('told that its parameters have changed, it reads its config again, opens its pipe to others, and keeps its clients', async () => {
    const path = `\\\\.\\pipe\\samebox\\${NAME}`;
    expect(accessOf(path)).not.toContain('(A;;0x12019b;;;BU)');
    writeFileSync(file, config('changed', ` allow: { groups: ['${USERS}'] },`));
    tell(SERVICE, PARAMETER_CHANGE);
    await written(/The config was read again/);
    expect(await client?.call('stage', 'which')).toBe('changed');
    expect(client?.session).toBe(1);
    expect(accessOf(path)).toContain('(A;;0x12019b;;;BU)');
  });

  (isWine() ? test.skip : test)('killed, it is started again by the manager', async () => {
    const { pid } = await services.status(PLACE);
    process.kill(pid ?? 0);
    await seen((status) => status.state === 'running' && status.pid !== pid);
    expect(await client?.call('stage', 'which')).toBe('changed');
  });

  test('told to stop, it says that it goes on until its running call has ended, and then that it has stopped', async () => {
    let moving: Promise<unknown> | undefined;
    await new Promise<void>((begun) => {
      moving = client?.call('stage', 'move', [5000], { timeout: Infinity, onProgress: () => begun() });
    });
    const stopping = perform(services.stop(PLACE));
    const first = await seen(({ state }) => state === 'stopping');
    expect(first.waitHint).toBeGreaterThan(0);
    await seen(({ state, checkpoint }) => state === 'stopping' && checkpoint > first.checkpoint);
    expect(await moving).toBe('moved');
    await stopping;
    expect(statusOf(SERVICE)).toMatchObject({ state: 'stopped', exitCode: 0, pid: 0 });
    expect(log()).toContain('Ended.');
  });

  test('that can not start says why in its log, and fails', async () => {
    writeFileSync(file, 'export default {');
    await expect(perform(services.start(PLACE))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(await services.status(PLACE)).toMatchObject({ state: 'failed', detail: 'it ended with code 1' });
    expect(log()).toMatch(/could not start: .*samebox\.config\.mjs/);
    const lines = await perform(services.logs(PLACE, { follow: false, lines: 1 }));
    expect(lines).toHaveLength(1);
    writeFileSync(file, config('second'));
    await perform(services.start(PLACE));
    expect(await client?.call('stage', 'which')).toBe('second');
  });

  test('is uninstalled while it runs, and leaves nothing behind but the config', async () => {
    await perform(services.uninstall(PLACE));
    expect(await services.status(PLACE)).toMatchObject({ installed: false });
    expect(existsSync(services.logFile(PLACE))).toBe(false);
    expect(existsSync(join(services.logFile(PLACE), '..'))).toBe(false);
    expect(existsSync(file)).toBe(true);
  });
});
