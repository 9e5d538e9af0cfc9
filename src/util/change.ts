/** @file Something that changes -> those who wait for a change. */

export interface Change {
  /** Ends at the next {@link Change.notify}: look at what matters, then wait, without an `await` between the two. */
  wait(): Promise<void>;
  /** Wakes all who wait. */
  notify(): void;
}

export function createChange(): Change {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    notify() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
