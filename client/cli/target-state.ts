// How the state of a target is shown.
import type { TargetState } from '../../src/description';
import type { Paint } from './paint';
import type { Cell } from './table';

/** The state as a cell, in its colour. */
export function stateCell(state: TargetState, paint: Paint): Cell {
  const colour = state === 'ready' ? paint.green : state === 'failed' ? paint.red : paint.yellow;
  return { text: state, colour };
}
