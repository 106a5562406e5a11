// Who may do what: the rules of a box, asked when a client comes and when it calls.
import { SameboxError } from '../../src/errors';
import type { IncomingCall } from '../../src/peer/incoming-call';
import { native, userLabel, whyNoCredentials } from '../../src/native';
import { IS_WINDOWS } from '../../src/os';
import type { AllowLists } from '../box/allow';
import type { Box } from '../box/define-box';
import type { CallerSession } from '../call-context';
import { propertiesOf } from '../target/perform';
import { isOwner, ROOT, type AccessRule, type OwnerId } from './access-rule';
import { MACHINE, resolveRule, type Accounts } from './resolve-rule';

/** Who calls, as far as rules ask. */
export type Caller = Pick<CallerSession, 'name' | 'pid' | 'user' | 'credentials'>;

interface TargetRules {
  readonly all: AccessRule | undefined;
  readonly members: ReadonlyMap<string, AccessRule>;
}

interface Rules {
  readonly daemon: AccessRule | undefined;
  readonly targets: ReadonlyMap<string, TargetRules>;
}

/** What of a box the rules are made of. */
type RuledBox = Pick<Box, 'allow' | 'name' | 'socket' | 'targets'>;

/** What the rules depend on beside the box. */
export interface AccessSurroundings {
  /** The user that the daemon runs as. */
  readonly owner: OwnerId;
  readonly accounts: Accounts | undefined;
  /** Why the kernel names no peers here, if it doesn't. */
  readonly blind: string | undefined;
  /** Windows: whether the pipe itself lets in those of the box's `allow` alone. */
  readonly guardedDoor: boolean;
}

/** The rules of a daemon. Each that applies must admit the caller: the daemon's, the target's, the member's. */
export class Access {
  private rules: Rules;

  /** @throws SameboxError `INVALID_ARGUMENT` for a user or group that the machine doesn't know. */
  constructor(
    private box: RuledBox,
    private readonly where: AccessSurroundings = here(),
  ) {
    this.rules = rulesOf(box, where);
  }

  /** From now on the rules of another box hold. @throws as the constructor: then the old ones go on. */
  renew(box: RuledBox): void {
    this.rules = rulesOf(box, this.where);
    this.box = box;
  }

  /** What whoever starts the daemon should know of its rules. */
  get warnings(): string[] {
    const { blind } = this.where;
    const { daemon, targets } = this.rules;
    const kept = daemon !== undefined && !this.where.guardedDoor;
    if (!kept && targets.size === 0) return [];
    if (blind !== undefined) {
      return [
        `The kernel does not tell who calls (${blind}): what \`allow\` guards is refused to everybody.`,
      ];
    }
    if (this.shared || !this.admitsOthers) return [];
    return [
      'There are rules for other users, but the socket is closed to them: see `socket: { group }` of defineBox().',
    ];
  }

  /** Lets a client in. @throws SameboxError `DENIED` */
  enter(caller: Caller): void {
    const { daemon } = this.rules;
    if (daemon !== undefined && !this.where.guardedDoor)
      this.require(daemon, caller, `use the daemon "${this.box.name ?? ''}"`);
  }

  /** Lets somebody have a target to himself. @throws SameboxError `DENIED`, `ran: 'no'` */
  checkTarget(target: string, caller: Caller): void {
    const rule = this.rules.targets.get(target)?.all;
    if (rule !== undefined) this.require(rule, caller, `use ${target}`, { target });
  }

  /** Lets a call go to its target. @throws SameboxError `DENIED`, `ran: 'no'` */
  check(call: IncomingCall, caller: Caller): void {
    const { target } = call;
    const rules = this.rules.targets.get(target);
    if (rules === undefined) return;
    this.checkTarget(target, caller);
    if (rules.members.size === 0) return;
    const names = call.operation === 'set' ? propertiesOf(call).map(([name]) => name) : [call.member];
    for (const member of names) {
      const rule = rules.members.get(member);
      const verb = call.operation === 'get' ? 'read' : call.operation;
      if (rule !== undefined) this.require(rule, caller, `${verb} ${target}.${member}`, { target, member });
    }
  }

  /**
   * Whether a caller is the daemon's user or root. Where the kernel names nobody, whoever came through a socket that is closed
   * to all others is.
   */
  isOwner({ credentials }: Pick<Caller, 'credentials'>): boolean {
    if (credentials === undefined && this.where.blind !== undefined) return !this.shared;
    return isOwner(credentials, this.where.owner);
  }

  /** @throws SameboxError `DENIED` unless the caller is the daemon's user or root. */
  requireOwner(caller: Caller, deed: string): void {
    if (this.isOwner(caller)) return;
    throw new SameboxError(
      'DENIED',
      `${labelOf(caller)} may not ${deed}: that is for ${this.owners.join(' and ')}. Ask ${this.owners.join(' or ')}.`,
      { details: { ...userOf(caller) } },
    );
  }

  private require(rule: AccessRule, caller: Caller, deed: string, details: object = {}): void {
    if (rule.admits(caller.credentials)) return;
    const whom = `that is for ${inWords([...this.owners, ...rule.names])}`;
    const next =
      caller.credentials === undefined
        ? 'The kernel does not tell who calls, so nobody can be let in by a rule: see docs/SECURITY.md.'
        : `Ask ${this.owners.join(' or ')} to be let in; a new group counts from the next login on.`;
    throw new SameboxError('DENIED', `${labelOf(caller)} may not ${deed}: ${whom}. ${next}`, {
      details: { ...userOf(caller), ...details },
    });
  }

  /** Whether some rule names somebody. */
  private get admitsOthers(): boolean {
    const { daemon, targets } = this.rules;
    const all = [daemon, ...[...targets.values()].flatMap(({ all, members }) => [all, ...members.values()])];
    return all.some((rule) => rule !== undefined && rule.names.length > 0);
  }

  /** Whether others than the daemon's user can reach the socket. */
  private get shared(): boolean {
    return this.box.socket.group !== undefined || (this.where.guardedDoor && this.rules.daemon !== undefined);
  }

  /** Those who always pass, by name. */
  private get owners(): string[] {
    const { accounts, owner } = this.where;
    return owner === ROOT ? ['root'] : [accounts?.userLabel(owner) ?? "the daemon's user", 'root'];
  }
}

function rulesOf({ allow: forAll, targets }: RuledBox, { owner, accounts }: AccessSurroundings): Rules {
  const rule = (allow: AllowLists, what: string): AccessRule => resolveRule(allow, what, owner, accounts);
  const ofTargets = new Map<string, TargetRules>();
  for (const { name, exposure } of targets.values()) {
    const { allow, allowMethods } = exposure;
    if (allow === undefined && allowMethods.size === 0) continue;
    const of = `target "${name}"`;
    const members = [...allowMethods].map(
      ([member, lists]) => [member, rule(lists, `${of}: allowMethods.${member}`)] as const,
    );
    ofTargets.set(name, { all: allow && rule(allow, `${of}: allow`), members: new Map(members) });
  }
  return { daemon: forAll && rule(forAll, 'defineBox(): allow'), targets: ofTargets };
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function here(): AccessSurroundings {
  return {
    owner: process.geteuid?.() ?? -1,
    accounts: MACHINE,
    blind: whyNoCredentials(),
    guardedDoor: IS_WINDOWS && native().available,
  };
}

function labelOf({ name, pid, credentials, user }: Caller): string {
  if (credentials !== undefined) return user ?? userLabel(credentials.uid);
  return `${name} (pid ${String(pid)}, of an unknown user)`;
}

function userOf(caller: Caller): { user?: string } {
  return caller.user === undefined ? {} : { user: caller.user };
}
