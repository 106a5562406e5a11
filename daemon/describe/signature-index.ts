// The signatures and documentation that were extracted from sources, found again by a function's own text.
import { createHash } from 'node:crypto';
import type { ParameterDescription } from '../../src/description';

/** What the source says of one function. */
export interface Signature {
  readonly name: string;
  /** The class that it stands in, if it does. */
  readonly className?: string;
  readonly kind: 'method' | 'get' | 'set';
  readonly parameters: readonly ParameterDescription[];
  /** Method: the type of the result. Getter: the type of the property. */
  readonly type?: string;
  /** The doc comment without its stars. */
  readonly documentation?: string;
  /** Whether TypeScript says `private` or `protected`, or the doc comment `@private` or `@protected`. */
  readonly hidden?: boolean;
}

/** What extraction writes and an index is made of: plain data. */
export interface SignatureData {
  /** By `functionKey`: functions with the same text share a key. */
  readonly functions: Readonly<Record<string, readonly Signature[]>>;
  /** Documentation by class name. */
  readonly classes: Readonly<Record<string, string>>;
}

/** Several files' signatures as one. Of two classes with one name the first is documented. */
export function mergedSignatures(all: readonly SignatureData[]): SignatureData {
  const functions: Record<string, readonly Signature[]> = {};
  const classes: [string, string][] = [];
  for (const data of all) {
    for (const [key, signatures] of Object.entries(data.functions)) {
      functions[key] = [...(functions[key] ?? []), ...signatures];
    }
    classes.push(...Object.entries(data.classes));
  }
  return { functions, classes: Object.fromEntries(classes.reverse()) };
}

/** The key of a function: a digest of the text that `Function.prototype.toString` gives. */
export function functionKey(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The text of a function as it was loaded; nothing for what has none (a native function, a proxy). */
export function functionText(fn: unknown): string | undefined {
  try {
    const text = Function.prototype.toString.call(fn);
    return /\{\s*\[native code\]\s*\}$/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Finds signatures by function. Several sources (the config's, the package's) are asked in turn. */
export class SignatureIndex {
  /** Knows nothing. */
  static readonly EMPTY = new SignatureIndex([]);

  readonly #functions = new Map<string, readonly Signature[]>();
  readonly #classes = new Map<string, string>();

  /** @param sources the first that knows a function or class wins. */
  constructor(sources: readonly SignatureData[]) {
    for (const { functions, classes } of sources) {
      for (const [key, signatures] of Object.entries(functions)) {
        this.#functions.set(key, [...(this.#functions.get(key) ?? []), ...signatures]);
      }
      for (const [name, documentation] of Object.entries(classes)) {
        if (!this.#classes.has(name)) this.#classes.set(name, documentation);
      }
    }
  }

  /**
   * What is known of `fn`. Functions of the same text are told apart by the name of their class and their own.
   */
  of(fn: unknown, name: string, className?: string): Signature | undefined {
    if (this.#functions.size === 0) return undefined;
    const text = functionText(fn);
    const found = text === undefined ? undefined : this.#functions.get(functionKey(text));
    return (
      found?.find((one) => one.name === name && one.className === className) ??
      found?.find((one) => one.name === name) ??
      found?.[0]
    );
  }

  /** The doc comment of a class. */
  documentationOf(className: string): string | undefined {
    return this.#classes.get(className);
  }
}
