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
      /** Variables that it needs beside those of this process. */
      readonly env?: Readonly<Record<string, string>>;
      /** It may fail: what it would undo isn't there. */
      readonly mayFail?: boolean;
      /** It may fail, and this is said then. */
      readonly otherwise?: string;
      /** What the person does if it fails: a sentence. */
      readonly next?: string;
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

/** Something that keeps the service from working, and what to do about it. */
export interface Problem {
  /** A sentence. */
  readonly what: string;
  /** What the person does next: a sentence, or a command. */
  readonly next: string;
}

/** Steps in their order, and what the person is told. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Files of ours that are as they shall be already. */
  readonly unchanged?: readonly string[];
  /** With one of them nothing is done; a dry run tells them, and goes on. */
  readonly problems?: readonly Problem[];
  /** Said before anything is done, also in a dry run: what will not work as installed, and what to do. */
  readonly warnings?: readonly string[];
  /** Said when it is done. */
  readonly done: readonly string[];
}
