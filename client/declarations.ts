// What the daemon has declared of methods, found without making a name for each call.
import type { MethodDeclaration } from '../src/handshake';

/** The declarations of a welcome, by `target.method`. */
export class Declarations {
  /** Everything that may be a target's name: names may have dots in them. */
  private readonly targets = new Set<string>();

  constructor(private readonly methods: Readonly<Record<string, MethodDeclaration>>) {
    for (const name of Object.keys(methods))
      for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
        this.targets.add(name.slice(0, dot));
  }

  of(target: string, method: string): MethodDeclaration | undefined {
    return this.targets.has(target) ? this.methods[`${target}.${method}`] : undefined;
  }
}
