// Which operating system this is: the only place that asks.

/** The systems that samebox tells apart; `unix` is any other POSIX system. */
export type OperatingSystem = 'linux' | 'darwin' | 'windows' | 'unix';

/** The system that this process runs on. */
export const OS: OperatingSystem = named(process.platform);

/** Whether this is Windows: pipes instead of sockets, no uids, no modes. */
export const IS_WINDOWS = OS === 'windows';

function named(platform: NodeJS.Platform): OperatingSystem {
  switch (platform) {
    case 'win32':
      return 'windows';
    case 'linux':
    case 'android':
      return 'linux';
    case 'darwin':
      return 'darwin';
    default:
      return 'unix';
  }
}
