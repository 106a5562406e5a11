// Stack traces that name a person's own files, not the prepared ones that run.

/** A place on the stack, as V8 hands it over. */
interface CallSite {
  toString(): string;
}

/**
 * From now on the stacks of new errors are told in original places, wherever they are read: in the log, by a caller.
 *
 * V8 asks `Error.prepareStackTrace` for the text of a stack when it is first read.
 * @param originalText what `loadConfig` gives.
 */
export function tellOriginalPlaces(originalText: (text: string) => string): void {
  Error.prepareStackTrace = (error, sites: CallSite[]) => {
    const stack = [heading(error), ...sites.map((site) => `    at ${site.toString()}`)].join('\n');
    try {
      return originalText(stack);
    } catch {
      return stack;
    }
  };
}

/** As `Error.prototype.toString` says it; an error that can't be read must not end the process. */
function heading(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
