// What is to be done to install, start or remove a service: data, so that it can be shown, tested and reviewed before it is done.

/** One thing to do. */
export type Step =
  | {
      /** A file as it shall be. Folders above it are made. */
      readonly kind: 'write';
      readonly path: string;
      readonly text: string;
      /** Default 0o644. */
      readonly mode?: number;
    }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      /** A program of the system. */
      readonly kind: 'run';
      readonly command: readonly [string, ...string[]];
      /** It may fail: what it would undo isn't there. */
      readonly mayFail?: boolean;
      /** Its output is for the person who asked. */
      readonly shown?: boolean;
    }
  | {
      /** Something that no program does, as on Windows. */
      readonly kind: 'act';
      /** As in `samebox service install --dry-run`: "create the service samebox-lab, ...". */
      readonly says: string;
      /** @param line gets lines of output that are for the person who asked. */
      readonly act: (line: (text: string) => void) => void | Promise<void>;
    };

/** Steps in their order, and what the person is told. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Said before anything is done, also in a dry run: what will not work as installed, and what to do. */
  readonly warnings?: readonly string[];
  /** Said when it is done. */
  readonly done: readonly string[];
}
