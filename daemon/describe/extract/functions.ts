// The functions of a file that could be members of a target: where they stand and what they are called.
import type { AnyNode, Function as FunctionNode, MethodDefinition, Program, Property } from 'acorn';
import { unwrapped, walk } from './syntax';

/** A function with a name. */
export interface NamedFunction {
  readonly node: FunctionNode;
  readonly name: string;
  readonly kind: 'method' | 'get' | 'set';
  readonly className?: string;
  /** Where the text that `Function.prototype.toString` gives begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Where its declaration begins, which a doc comment stands before. */
  readonly declaration: number;
  /** Where its name begins: modifiers stand before. */
  readonly nameStart: number;
}

/** A class with a name. */
export interface NamedClass {
  readonly name: string;
  readonly declaration: number;
}

/** Every named function and class of a file, nested ones too. Static members are left out: they are not inherited. */
export function namedThings(program: Program): { functions: NamedFunction[]; classes: NamedClass[] } {
  const functions: NamedFunction[] = [];
  const classes: NamedClass[] = [];
  walk(program, (node, above) => {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      const name = className(node, above);
      if (name !== undefined) classes.push({ name, declaration: declarationStart(node, above) });
    }
    const found = namedFunction(node, above);
    if (found !== undefined) functions.push(found);
  });
  return { functions, classes };
}

function namedFunction(node: AnyNode, above: readonly AnyNode[]): NamedFunction | undefined {
  switch (node.type) {
    case 'MethodDefinition':
      return node.static || node.kind === 'constructor' ? undefined : methodOf(node, node.kind, above);
    case 'Property':
      if (node.kind === 'init' && !node.method) return valueOf(node.key, node.value, node.start, above);
      return methodOf(node, node.kind === 'init' ? 'method' : node.kind, above);
    case 'PropertyDefinition':
      return node.static || !node.value ? undefined : valueOf(node.key, node.value, node.start, above);
    case 'VariableDeclarator':
      return node.init ? valueOf(node.id, node.init, declarationStart(node, above), above) : undefined;
    case 'AssignmentExpression':
      return valueOf(assigned(node.left), node.right, node.start, above);
    case 'FunctionDeclaration':
      return node.id
        ? found(node, node.id.name, node.id, node, declarationStart(node, above), [])
        : undefined;
    default:
      return undefined;
  }
}

function methodOf(
  node: MethodDefinition | Property,
  kind: NamedFunction['kind'],
  above: readonly AnyNode[],
): NamedFunction | undefined {
  const name = keyName(node.key);
  if (name === undefined || node.value.type !== 'FunctionExpression') return undefined;
  return { ...found(node.value, name, node.key, node, node.start, above), kind };
}

function valueOf(
  key: AnyNode | undefined,
  value: AnyNode,
  declaration: number,
  above: readonly AnyNode[],
): NamedFunction | undefined {
  const name = key === undefined ? undefined : keyName(key);
  const node = unwrapped(value);
  if (key === undefined || name === undefined) return undefined;
  if (node.type !== 'FunctionExpression' && node.type !== 'ArrowFunctionExpression') return undefined;
  return found(node, name, key, node, declaration, above);
}

/** @param text the node whose text `toString` gives. */
function found(
  node: FunctionNode,
  name: string,
  key: AnyNode,
  text: AnyNode,
  declaration: number,
  above: readonly AnyNode[],
): NamedFunction {
  const owner = above.findLast((one) => one.type === 'ClassBody' || one.type === 'ObjectExpression');
  const of = owner?.type === 'ClassBody' ? className(above[above.indexOf(owner) - 1], above) : undefined;
  const { start, end } = text;
  const place = { start, end, declaration, nameStart: key.start };
  return { node, name, kind: 'method', ...(of !== undefined && { className: of }), ...place };
}

/** The name that a class has when it runs: its own, or that of what it is assigned to. */
function className(node: AnyNode | undefined, above: readonly AnyNode[]): string | undefined {
  if (node?.type !== 'ClassDeclaration' && node?.type !== 'ClassExpression') return undefined;
  if (node.id) return node.id.name;
  const place = above.indexOf(node);
  const parent = place < 0 ? above.at(-1) : above[place - 1];
  if (parent?.type === 'ExportDefaultDeclaration') return 'default';
  return parent?.type === 'VariableDeclarator' ? keyName(parent.id) : undefined;
}

function assigned(left: AnyNode): AnyNode | undefined {
  return left.type === 'MemberExpression' && !left.computed ? left.property : undefined;
}

function keyName(key: AnyNode): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')
    ? String(key.value)
    : undefined;
}

/** Where a declaration begins, with its `export` and `const`. */
function declarationStart(node: AnyNode, above: readonly AnyNode[]): number {
  const parent = above.at(-1);
  const outer =
    parent?.type === 'VariableDeclarator' ||
    parent?.type === 'VariableDeclaration' ||
    parent?.type === 'ExportNamedDeclaration' ||
    parent?.type === 'ExportDefaultDeclaration';
  return outer ? declarationStart(parent, above.slice(0, -1)) : node.start;
}
