// A motion with trapezoidal velocity: speed up, cruise, slow down.

/** Distances in mm, times in ms, speeds in mm/s, accelerations in mm/s². */
export interface MoveLimits {
  readonly speed: number;
  readonly acceleration: number;
}

/** A motion from rest to rest, or, after `stopped`, to rest as soon as the brakes allow. */
export class Trapezoid {
  readonly #from: number;
  readonly #direction: number;
  readonly #acceleration: number;
  /** Speed that is reached: less than the limit on a short way. */
  readonly #peak: number;
  /** Seconds of speeding up, and of cruising. */
  readonly #ramp: number;
  readonly #cruise: number;
  readonly #start: number;
  /** Seconds after the start at which braking begins. */
  #brakeAt: number;

  /** @param start when it sets out. */
  constructor(from: number, to: number, start: number, limits: MoveLimits) {
    const distance = Math.abs(to - from);
    this.#from = from;
    this.#start = start;
    this.#direction = Math.sign(to - from);
    this.#acceleration = limits.acceleration;
    this.#peak = Math.min(limits.speed, Math.sqrt(distance * limits.acceleration));
    this.#ramp = this.#peak / limits.acceleration;
    this.#cruise = this.#peak === 0 ? 0 : distance / this.#peak - this.#ramp;
    this.#brakeAt = this.#ramp + this.#cruise;
  }

  /** When it comes to rest. */
  get end(): number {
    return this.#start + 1000 * (this.#brakeAt + this.#speedAt(this.#brakeAt) / this.#acceleration);
  }

  /** Where it is. */
  position(now: number): number {
    const seconds = Math.max(0, (now - this.#start) / 1000);
    const driving = Math.min(seconds, this.#brakeAt);
    const braking = Math.min(seconds, (this.end - this.#start) / 1000) - driving;
    const speed = this.#speedAt(this.#brakeAt);
    const way = this.#way(driving) + braking * (speed - (this.#acceleration * braking) / 2);
    return this.#from + this.#direction * way;
  }

  /** Whether it is under way. */
  moving(now: number): boolean {
    return now < this.end;
  }

  /** Brakes from `now` on. */
  stop(now: number): void {
    this.#brakeAt = Math.min(this.#brakeAt, Math.max(0, (now - this.#start) / 1000));
  }

  /** Speed before braking. */
  #speedAt(seconds: number): number {
    return Math.min(this.#peak, seconds * this.#acceleration);
  }

  /** Way before braking. */
  #way(seconds: number): number {
    const ramp = Math.min(seconds, this.#ramp);
    return (this.#acceleration * ramp * ramp) / 2 + Math.max(0, seconds - this.#ramp) * this.#peak;
  }
}
