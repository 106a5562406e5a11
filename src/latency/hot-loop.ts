// Keeps this thread's event loop awake for a moment after activity: waking a core that sleeps takes longer than a call.
import { availableParallelism } from 'node:os';
import { giveWay } from '../native/give-way';
import { systemClock, type Clock } from '../peer/clock';
import type { Heat } from './heat';

/** The name of the feature that both sides state when they keep their loops hot for a session. */
export const LOW_LATENCY = 'low-latency';

/** Whether keeping two loops awake can help at all: on one core, who looks keeps the other from working. */
export function canKeepHot(): boolean {
  return availableParallelism() > 1;
}

/** Milliseconds of one turn after which it is asked whether somebody else had the core meanwhile. */
const LONG_TURN_MS = 0.5;

/** Something besides sockets that is looked at while the loop is hot. Sockets need none: every turn of the loop reads them. */
export interface HotSource {
  /** Takes what has come; whether there was something. */
  look(): boolean;
  /** The loop is about to sleep: what comes next must wake it. False if something is there already. */
  rest(): boolean;
}

/** Looks at sources in one turn: some microseconds, by which sockets and timers wait longer. */
const LOOKS = 200;

/** The loop of this thread. While it is hot it turns without waiting, which takes a core; otherwise it costs nothing. */
export class HotLoop {
  private sources: readonly HotSource[] = [];
  private readonly turn = (): void => this.look();
  private turning = false;
  /** Something came, or was sent, since the last look. */
  private active = false;
  private lookedAt = 0;
  private switches = 0;

  constructor(
    private readonly heat: Heat,
    private readonly clock: Clock = systemClock,
    /** How often the system has taken the core from this process and given it to another. */
    private readonly preempted: () => number = involuntarySwitches,
  ) {}

  add(source: HotSource): void {
    this.sources = [...this.sources, source];
  }

  remove(source: HotSource): void {
    this.sources = this.sources.filter((one) => one !== source);
  }

  /** Something came, or was sent, of a session that is to have low latency. */
  activity(): void {
    if (this.turning) {
      this.active = true; // The next look notes it: that is soon, and asking for the time is not free.
      return;
    }
    const now = this.clock.now();
    this.heat.touch(now);
    this.turning = true;
    this.lookedAt = now;
    this.heat.begin(now);
    this.switches = this.heat.hot(now) ? this.preempted() : Infinity; // Asking takes longer than a call.
    setImmediate(this.turn);
  }

  private look(): void {
    const came = this.lookAtSources();
    const now = this.clock.now();
    if (came || this.active) this.heat.touch(now);
    this.active = false;
    const turn = now - this.lookedAt;
    if (turn > LONG_TURN_MS) this.countPreemption(now, turn);
    this.lookedAt = now;
    this.turning = this.heat.hot(now) || !this.rest();
    if (!this.turning) return;
    giveWay();
    setImmediate(this.turn);
  }

  private countPreemption(now: number, milliseconds: number): void {
    const switches = this.preempted();
    if (switches > this.switches) this.heat.preempted(now, milliseconds);
    this.switches = switches;
  }

  /** Again and again, since a look costs less than a turn of the loop. What came goes on when this turn ends. */
  private lookAtSources(): boolean {
    const { sources } = this;
    let came = false;
    for (let looks = sources.length === 0 ? 0 : LOOKS; looks > 0 && !came; looks -= sources.length)
      for (const source of sources) came = source.look() || came;
    return came;
  }

  private rest(): boolean {
    for (const source of this.sources) if (!source.rest()) return false;
    return true;
  }
}

function involuntarySwitches(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}
