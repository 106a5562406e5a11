// How much a daemon logs: the levels that config, command line and `$daemon` know.

/** From the most to nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How much a daemon logs. */
export type LogLevel = (typeof LOG_LEVELS)[number];
