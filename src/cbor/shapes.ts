// The names of objects, in the order in which they came before: what comes again is recognised by its bytes, and made at once.
import type { DirectBuffer } from './direct-buffer';
import { seldom } from './names';

/** In an object whose names have turned elsewhere so often, the rest goes the long way: it is not worth the trouble. */
export const MOST_FORKS = 2;
/** Most bytes of a name: its length stands in one byte with its kind. */
const LONGEST = 23;
/** Most names of a shape: those that follow are set one by one. */
const MOST_NAMES = 32;
/** No more are learnt then. */
const MOST_SHAPES = 1024;
/** They are forgotten when so many were not known: what comes now is not what came once. */
const MOST_STRANGERS = 64 * MOST_SHAPES;
/** So often a shape is used before code is made for it, which is slow at first. */
const USES = 1000;
/** Nothing but this becomes code. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const NO_NAMES: readonly string[] = [];
const NO_BYTES = new Uint8Array(0);

type Literal = (values: readonly unknown[]) => Record<string, unknown>;

/**
 * The names that an object has so far. V8 takes 25 ns to set a property whose name differs from call to call, and 5 in an object
 * literal: so there is code with a literal for each shape that is used much, where the program allows code to be made.
 */
export class Shape {
  /** What followed last, by one name more. */
  private likely: Shape | undefined;
  private following: Map<string, Shape> | undefined;
  private empty: Shape | undefined;
  private uses = 0;
  private literal: Literal | undefined;

  /** @param spelt the last name in CBOR, its header included. */
  constructor(
    private readonly all: Shapes,
    private readonly names = NO_NAMES,
    readonly spelt = NO_BYTES,
  ) {}

  /** No names yet: for an object that is the value of the last name, or lies in that value. */
  get inside(): Shape {
    return (this.empty ??= new Shape(this.all));
  }

  /** What followed last, if its last name stands at `position` again. */
  next(bytes: DirectBuffer, position: number): Shape | undefined {
    const { likely } = this;
    if (likely === undefined) return undefined;
    const { spelt } = likely;
    const { length } = spelt;
    if (position + length > bytes.length) return undefined;
    for (let at = 0; at < length; at++) if (bytes[position + at] !== spelt[at]) return undefined;
    return likely;
  }

  /** The one that has `name`, too; undefined if it isn't known, or not to be known. */
  with(name: string): Shape | undefined {
    const known = this.following?.get(name);
    if (known !== undefined) this.likely = known;
    else if (this.all.learnsOneMore()) this.learn(name);
    return known;
  }

  /** The object that has `values` under the names, and no others. */
  make(values: readonly unknown[]): Record<string, unknown> {
    if (this.literal !== undefined) return this.literal(values);
    if (++this.uses === USES) this.literal = compile(this.names);
    return assigned(this.names, values);
  }

  /** One that gets others, too: a literal would have no room for them. */
  begin(values: readonly unknown[]): Record<string, unknown> {
    return assigned(this.names, values);
  }

  private learn(name: string): void {
    const { all, names } = this;
    if (name.length > LONGEST || names.length === MOST_NAMES) return;
    if (!IDENTIFIER.test(name) || name === '__proto__') return;
    all.count++;
    const spelt = Uint8Array.of(0x60 + name.length, ...Buffer.from(name, 'latin1'));
    this.likely = new Shape(all, [...names, name], spelt);
    (this.following ??= new Map()).set(name, this.likely);
  }
}

/** A tree of shapes. */
export class Shapes {
  /** What values that lie in no other are inside of. */
  outside = new Shape(this);
  count = 0;
  private strangers = 0;

  /** Whether another name that isn't known is to be learnt. */
  learnsOneMore(): boolean {
    if (this.count < MOST_SHAPES) return seldom();
    if (++this.strangers === MOST_STRANGERS) {
      this.outside = new Shape(this);
      this.count = this.strangers = 0;
    }
    return false;
  }
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
