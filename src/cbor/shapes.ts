// The names of objects, in the order in which they came before: what comes again is recognised by its bytes, and made at once.
import type { DirectBuffer } from './direct-buffer';
import { asciiName } from './names';
import { seldom } from './seldom';

/** Most bytes of a name: its length stands in one byte with its kind. */
const LONGEST = 23;
/** Most names of a shape: those that follow are set one by one. */
const MOST_NAMES = 32;
/** When there are so many shapes, all are forgotten. */
const MOST_SHAPES = 1024;
/** So often a shape is used before code is made for it. */
const USES = 64;

/** Nothing but this becomes code. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

type Literal = (values: readonly unknown[]) => Record<string, unknown>;

/**
 * The names that an object has so far. V8 takes 25 ns to set a property whose name differs from call to call, and 5 in an object
 * literal: so there is code with a literal for each shape that is used, where the program allows code to be made.
 */
export class Shape {
  private likely: Shape | undefined;
  private following: Map<string, Shape> | undefined;
  private first: Shape | undefined;
  private uses = 0;
  private literal: Literal | undefined;

  /** @param spelt the last name in CBOR, its header included. */
  constructor(
    private readonly all: Shapes,
    private readonly names: readonly string[] = [],
    readonly spelt: Uint8Array = new Uint8Array(0),
  ) {}

  /** No names yet: an object that is the value of the last name, or is in that value. */
  get inside(): Shape {
    return (this.first ??= new Shape(this.all));
  }

  /** The one with the name that stands at `position`, too; undefined if it isn't known, or not to be known. */
  next(bytes: DirectBuffer, position: number): Shape | undefined {
    const { likely } = this;
    if (likely !== undefined && standsAt(position, bytes, likely.spelt)) return likely;
    return this.other(bytes, position);
  }

  /** The object that has `values` under the names. */
  make(values: readonly unknown[]): Record<string, unknown> {
    if (this.literal !== undefined) return this.literal(values);
    if (++this.uses === USES) this.literal = compile(this.names);
    return assigned(this.names, values);
  }

  private other(bytes: DirectBuffer, position: number): Shape | undefined {
    const length = (bytes[position] ?? 0) - 0x60;
    const end = position + 1 + length;
    if (length < 0 || length > LONGEST || end > bytes.length) return undefined;
    const name = asciiName(bytes, position + 1, end);
    if (name === undefined) return undefined;
    const known = this.following?.get(name);
    if (known !== undefined) this.likely = known;
    else if (seldom()) this.learn(name, bytes.subarray(position, end));
    return known;
  }

  private learn(name: string, bytes: Uint8Array): void {
    const { all, names } = this;
    if (names.length === MOST_NAMES || !IDENTIFIER.test(name) || name === '__proto__') return;
    all.grow();
    this.likely = new Shape(all, [...names, name], new Uint8Array(bytes));
    (this.following ??= new Map()).set(name, this.likely);
  }
}

/** A tree of shapes. */
export class Shapes {
  /** Where a value begins. */
  top = new Shape(this);
  private count = 0;

  grow(): void {
    if (this.count++ < MOST_SHAPES) return;
    this.top = new Shape(this);
    this.count = 0;
  }
}

function standsAt(position: number, bytes: DirectBuffer, spelt: Uint8Array): boolean {
  const { length } = spelt;
  if (position + length > bytes.length) return false;
  for (let at = 0; at < length; at++) if (bytes[position + at] !== spelt[at]) return false;
  return true;
}

function compile(names: readonly string[]): Literal {
  const members = names.map((name, index) => `${name}: values[${index}]`);
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- identifiers and numbers, and nothing else
    return new Function('values', `return { ${members.join(', ')} };`) as Literal;
  } catch {
    return (values) => assigned(names, values); // --disallow-code-generation-from-strings
  }
}

function assigned(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) record[names[index] as string] = values[index];
  return record;
}
