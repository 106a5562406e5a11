// Two targets of one name in the source of a config: JavaScript would silently take the last.
import type { AnyNode, ObjectExpression, Program } from 'acorn';
import { unwrapped, walk } from '../describe/extract/syntax';

/** A name that stands twice among the targets of `defineBox`. */
export interface DuplicateTarget {
  readonly name: string;
  /** Where the first and the second stand. */
  readonly first: number;
  readonly second: number;
}

/** The first name that stands twice in the object that is given to `defineBox` as `targets`. */
export function duplicateTarget(program: Program): DuplicateTarget | undefined {
  const constants = topLevelObjects(program);
  const objectAt = (node: AnyNode | undefined): ObjectExpression | undefined => {
    const value = node === undefined ? undefined : unwrapped(node);
    if (value?.type === 'ObjectExpression') return value;
    return value?.type === 'Identifier' ? constants.get(value.name) : undefined;
  };
  let duplicate: DuplicateTarget | undefined;
  walk(program, (node) => {
    if (node.type !== 'CallExpression' || calleeName(node.callee) !== 'defineBox') return;
    const targets = objectAt(node.arguments[0])?.properties.find(
      (property) => property.type === 'Property' && keyOf(property.key) === 'targets',
    );
    if (targets?.type === 'Property') duplicate ??= duplicateKey(objectAt(targets.value));
  });
  return duplicate;
}

function duplicateKey(object: ObjectExpression | undefined): DuplicateTarget | undefined {
  const seen = new Map<string, number>();
  for (const property of object?.properties ?? []) {
    const name = property.type === 'Property' && !property.computed ? keyOf(property.key) : undefined;
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first !== undefined) return { name, first, second: property.start };
    seen.set(name, property.start);
  }
  return undefined;
}

function topLevelObjects(program: Program): Map<string, ObjectExpression> {
  const objects = new Map<string, ObjectExpression>();
  for (const node of program.body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      const value = init ? unwrapped(init) : undefined;
      if (id.type === 'Identifier' && value?.type === 'ObjectExpression') objects.set(id.name, value);
    }
  }
  return objects;
}

function calleeName(callee: AnyNode): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? keyOf(callee.property) : undefined;
}

function keyOf(key: AnyNode): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
