// What a service may not do, and why it can do without: reviewed like code. `systemd-analyze security` judges it.
import type { Group } from './unit-text';

/**
 * Serial lines by number, as systemd looks names up only once, when the unit starts: those of a driver that is loaded by
 * plugging the first instrument in would be missing then.
 */
const SERIAL_DEVICES: readonly string[] = [
  'char-188', // ttyUSB: adapters
  'char-166', // ttyACM: instruments with USB of their own
  'char-204', // ttyAMA and others: on small boards
  ...[64, 65, 66, 67].map((minor) => `/dev/char/4:${minor}`), // ttyS0 to ttyS3: built in
];

/** What a service of the machine is given. */
export interface Given {
  /** Who exists only while it runs. */
  readonly user: string;
  /** The user's groups besides its own. */
  readonly groups: readonly string[];
  readonly serialDevices: boolean;
}

/**
 * The machine's service: a user who exists only while it runs, serial lines, its socket, and nothing else.
 *
 * Left out on purpose: PrivateUsers (clients' user ids would all be `nobody`), MemoryDenyWriteExecute (V8 compiles),
 * ProcSubset (Node counts processors in /proc), PrivateDevices where there are serial lines (none would be left). With
 * ProtectProc it can't read when a client's process began; that there is no such process any more it still knows.
 */
export function systemHardening({ user, groups, serialDevices }: Given): Group[] {
  return [
    {
      why: [
        'It runs as a user who exists only while it runs, and owns nothing but its socket and its cache.',
      ],
      set: [
        'DynamicUser=yes',
        `User=${user}`,
        ...groups.map((group) => `SupplementaryGroups=${group}`),
        'UMask=0077',
        'NoNewPrivileges=yes',
        'CapabilityBoundingSet=',
        'AmbientCapabilities=',
      ],
    },
    serialDevices ? SERIAL : { why: ['It sees no devices.'], set: ['PrivateDevices=yes'] },
    {
      why: ['It speaks to programs of this machine, and to no network.'],
      set: ['PrivateNetwork=yes', 'IPAddressDeny=any', 'RestrictAddressFamilies=AF_UNIX'],
    },
    {
      why: [
        "It reads programs and its config, can't write to any of them, and sees nobody's home or temporary files.",
      ],
      set: [
        'ProtectSystem=strict',
        'ProtectHome=yes',
        'PrivateTmp=yes',
        'PrivateIPC=yes',
        'PrivateMounts=yes',
        'RemoveIPC=yes',
      ],
    },
    {
      why: ["Others' processes, the kernel, its settings and its clock are out of reach."],
      set: [
        'ProtectProc=invisible',
        'ProtectKernelTunables=yes',
        'ProtectKernelModules=yes',
        'ProtectKernelLogs=yes',
        'ProtectControlGroups=yes',
        'ProtectClock=yes',
        'ProtectHostname=yes',
        ...COMMON,
      ],
    },
    SYSTEM_CALLS,
  ];
}

/** A user's own service may do what its user may; only the ways to more rights are shut. systemd 252 can do no more there. */
export function userHardening(): Group[] {
  return [
    {
      why: ["It can't get more rights than its user has."],
      set: ['NoNewPrivileges=yes', 'UMask=0077', ...COMMON],
    },
  ];
}

const SERIAL: Group = {
  why: [
    'It sees serial lines and no other devices. Who may open one, its file says: root and a group.',
    'In turn: ttyUSB, ttyACM, ttyAMA (small boards), ttyS0 to ttyS3 (built in).',
  ],
  set: ['DevicePolicy=closed', ...SERIAL_DEVICES.map((device) => `DeviceAllow=${device} rw`)],
};

const COMMON: readonly string[] = [
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
];

/** V8 asks for memory protection keys when it starts: hence @pkey. */
const SYSTEM_CALLS: Group = {
  why: [
    'Of the calls to the kernel, those that a service needs (and @pkey, which Node asks for when it starts).',
  ],
  set: [
    'SystemCallFilter=@system-service @pkey',
    'SystemCallFilter=~@privileged @resources',
    'SystemCallErrorNumber=EPERM',
  ],
};
