// Parameters out of the text of one function, with acorn.
import { parseExpressionAt, type AnyNode, type Function as FunctionNode, type Pattern } from 'acorn';
import type { ParameterDescription } from '../../src/description';

const OPTIONS = {
  ecmaVersion: 'latest',
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
} as const;

/**
 * The names and defaults of the parameters of a function with the text `text`: a function, an arrow function, or a
 * method or accessor as `Function.prototype.toString` gives it.
 * @throws SyntaxError if it is none of these.
 */
export function parametersFromText(text: string): ParameterDescription[] {
  for (const wrapped of [`(${text})`, `({${text}})`, `(class extends Object {${text}})`]) {
    const found = functionIn(wrapped);
    if (found !== undefined) return found.params.map((parameter) => parameterOf(parameter, wrapped));
  }
  throw new SyntaxError('not the text of a function');
}

/** What a parameter's pattern says: its name (or, destructured, its text), its default, whether it takes the rest. */
export function parameterOf(pattern: Pattern, source: string): ParameterDescription {
  if (pattern.type === 'RestElement') {
    return { name: nameOf(pattern.argument, source), optional: true, rest: true };
  }
  if (pattern.type === 'AssignmentPattern') {
    const { left, right } = pattern;
    const value = oneLine(source.slice(right.start, right.end));
    return { name: nameOf(left, source), default: value, optional: true, rest: false };
  }
  return { name: nameOf(pattern, source), optional: false, rest: false };
}

/** Text on one line, runs of white space as one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function nameOf(pattern: Pattern, source: string): string {
  return pattern.type === 'Identifier' ? pattern.name : oneLine(source.slice(pattern.start, pattern.end));
}

function functionIn(source: string): FunctionNode | undefined {
  let node: AnyNode;
  try {
    node = parseExpressionAt(source, 0, OPTIONS);
  } catch {
    return undefined;
  }
  if (node.type === 'ObjectExpression') {
    const property = node.properties[0];
    return property?.type === 'Property' ? asFunction(property.value) : undefined;
  }
  if (node.type === 'ClassExpression') {
    const element = node.body.body[0];
    return element?.type === 'MethodDefinition' ? asFunction(element.value) : undefined;
  }
  return asFunction(node);
}

function asFunction(node: AnyNode): FunctionNode | undefined {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression' ? node : undefined;
}
