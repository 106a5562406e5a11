// The clock that all processes of the machine share.

/** Milliseconds of the monotonic clock: what one process reads can be compared with what another does. */
export const machineTime = () => Number(process.hrtime.bigint()) / 1e6;
