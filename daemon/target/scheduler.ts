// Whose turn it is on one target: so many at once, the rest in the order they came, no more than so many.

/** The queue of one target. It starts jobs, and is told when each has finished. */
export class Scheduler<J> {
  /** A Set keeps the order and forgets any one at once. */
  private readonly queue = new Set<J>();
  private running = 0;

  /**
   * @param concurrency jobs that run at once.
   * @param maxQueue jobs that wait.
   * @param start begins a job; called within `submit` or `finished`.
   */
  constructor(
    private readonly concurrency: number,
    private readonly maxQueue: number,
    private readonly start: (job: J) => void,
  ) {}

  get active(): number {
    return this.running;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** Starts the job or queues it; false if the queue is full. */
  submit(job: J): boolean {
    if (this.running < this.concurrency && this.queue.size === 0) {
      this.run(job);
    } else {
      if (this.queue.size >= this.maxQueue) return false;
      this.queue.add(job);
    }
    return true;
  }

  /** Takes a waiting job out; false if it doesn't wait. */
  remove(job: J): boolean {
    return this.queue.delete(job);
  }

  /** A job that was started has ended: the next ones start. */
  finished(): void {
    this.running--;
    while (this.running < this.concurrency) {
      const next = this.queue.values().next();
      if (next.done === true) return;
      this.queue.delete(next.value);
      this.run(next.value);
    }
  }

  /** Takes out all that wait, in their order. */
  takeWaiting(): J[] {
    const all = [...this.queue];
    this.queue.clear();
    return all;
  }

  private run(job: J): void {
    this.running++;
    this.start(job);
  }
}
