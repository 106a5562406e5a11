// Whether the process at the other end of a pipe is gone: Node shows no handle of the pipe that could be asked.

/** A process that only closed the pipe isn't seen; its number may be another's by now. */
export function isProcessGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
