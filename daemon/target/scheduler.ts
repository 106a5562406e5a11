// Whose turn it is on one target: so many at once, the rest in the order they came, no more than so many.

/** The queue of one target. It starts jobs, and is told when each has finished. */
export class Scheduler<J> {
  /** A Set keeps the order and forgets any one at once. */
  private readonly queue = new Set<J>();
  private running = 0;
  private looking = false;

  /**
   * @param concurrency jobs that run at once.
   * @param maxQueue jobs that wait.
   * @param start begins a job; called within `submit`, `finished` or `look`.
   * @param mayStart whether a job's turn may come now; the jobs behind one that may not are looked at. Call `look`
   * when that changes. Jobs of one session must agree, or their order is lost.
   */
  constructor(
    private readonly concurrency: number,
    private readonly maxQueue: number,
    private readonly start: (job: J) => void,
    private readonly mayStart: (job: J) => boolean = () => true,
  ) {}

  get active(): number {
    return this.running;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /**
   * Starts the job or queues it; false if the queue is full. Jobs that may not start yet get half of the queue only, and
   * those that may pass them.
   */
  submit(job: J): boolean {
    if (this.queue.size > 0) this.look();
    const mayStart = this.mayStart(job);
    if (mayStart && this.running < this.concurrency && !this.looking) {
      this.run(job);
      return true;
    }
    if (this.queue.size >= (mayStart ? this.maxQueue : this.maxQueue / 2)) return false;
    this.queue.add(job);
    return true;
  }

  /** Takes a waiting job out; false if it doesn't wait. */
  remove(job: J): boolean {
    return this.queue.delete(job);
  }

  /** A job that was started has ended: the next ones start. */
  finished(): void {
    this.running--;
    this.look();
  }

  /** Starts what may start. A job that ends while it is started doesn't start the next from within: no recursion. */
  look(): void {
    if (this.looking) return;
    this.looking = true;
    try {
      for (const job of this.queue) {
        if (this.running >= this.concurrency) return;
        if (this.mayStart(job) && this.queue.delete(job)) this.run(job);
      }
    } finally {
      this.looking = false;
    }
  }

  /** Takes out all that wait, or those of them that `which` names, in their order. */
  takeWaiting(which: (job: J) => boolean = () => true): J[] {
    const taken = [...this.queue].filter(which);
    for (const job of taken) this.queue.delete(job);
    return taken;
  }

  private run(job: J): void {
    this.running++;
    this.start(job);
  }
}
