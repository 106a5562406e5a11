// How the state of a target is shown.
import type { TargetSummary } from '../../src/description';
import type { Paint } from './paint';
import type { Cell } from './table';

/** The state as a cell, in its colour; `away` if the target is open and its instrument isn't there. */
export function stateCell(
  { state, connected }: Pick<TargetSummary, 'state' | 'connected'>,
  paint: Paint,
): Cell {
  if (state === 'ready' && connected === false) return { text: 'away', colour: paint.red };
  const colour = state === 'ready' ? paint.green : state === 'failed' ? paint.red : paint.yellow;
  return { text: state, colour };
}
