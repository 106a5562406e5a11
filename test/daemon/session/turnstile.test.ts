// Who comes in when.
import { Turnstile } from '../../../daemon/session/turnstile';

let turns: (() => void)[];
let admitted: number[];
let turnstile: Turnstile<number>;

beforeEach(() => {
  turns = [];
  admitted = [];
  turnstile = new Turnstile<number>(
    (one) => admitted.push(one),
    (then) => turns.push(then),
  );
});

function turn(): void {
  for (const then of turns.splice(0)) then();
}

test('the first of a turn comes in at once, the others one in each turn, in their order', () => {
  for (const one of [1, 2, 3]) turnstile.enter(one);
  expect(admitted).toEqual([1]);
  turn();
  expect(admitted).toEqual([1, 2]);
  turnstile.enter(4);
  turn();
  turn();
  expect(admitted).toEqual([1, 2, 3, 4]);
});

test('when nobody waits, no turn is waited for', () => {
  turnstile.enter(1);
  turn();
  expect(turns).toEqual([]);
  turnstile.enter(2);
  expect(admitted).toEqual([1, 2]);
});

test('who finds a thousand waiting comes in at once', () => {
  for (let one = 0; one < 1025; one++) turnstile.enter(one);
  expect(admitted).toEqual([0]);
  turnstile.enter(7777);
  expect(admitted).toEqual([0, 7777]);
});
