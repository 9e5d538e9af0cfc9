/** @file How far long work is -> a bar on a terminal, else a plain line now and then; on stderr only. */
import type { Writable } from "node:stream";
import { type Options, SingleBar } from "cli-progress";
import { renderSeconds } from "./render-table.ts";

/** One piece of long work. */
export interface Task {
  /** @param note what else is worth reading, e.g. `loss 0.213` */
  update(done: number, note?: string): void;
  /** Ends the bar; the last state stays on the screen. */
  stop(): void;
}

interface TaskOptions {
  readonly title: string;
  /** Absent: not known. */
  readonly total?: number;
  /** Done before this process began; not counted in the time left. */
  readonly done?: number;
  /** Default: the number as it is. */
  readonly render?: (value: number) => string;
}

export interface Progress {
  start(options: TaskOptions): Task;
  /** A line between the bars. */
  say(line: string): void;
}

/** Between two plain lines. */
const LINE_EVERY_MS = 10_000;

/** @param now milliseconds; default the clock */
export function createProgress(
  stream: Writable & { readonly isTTY?: boolean },
  now: () => number = Date.now,
): Progress {
  const start = stream.isTTY ? startBar : startLines;
  return {
    start: (options) => start(stream, options, now),
    say: (line) => void stream.write(`${line}\n`),
  };
}

/** `120/1175` and `, 2 min 10 s left` once there is something to go by. */
function describe({ total, done: first = 0, render = String }: TaskOptions, startedAt: number) {
  return (done: number, at: number): { count: string; left: string } => {
    const count = total === undefined ? render(done) : `${render(done)}/${render(total)}`;
    if (total === undefined || done <= first || done >= total) return { count, left: "" };
    const seconds = ((at - startedAt) / 1000 / (done - first)) * (total - done);
    return { count, left: `, ${renderSeconds(seconds)} left` };
  };
}

function startLines(stream: Writable, options: TaskOptions, now: () => number): Task {
  const startedAt = now();
  const state = describe(options, startedAt);
  let printedAt = startedAt;
  let waiting: string | undefined;
  return {
    update(done, note) {
      const at = now();
      const { count, left } = state(done, at);
      waiting = `${options.title} ${count}${note === undefined ? "" : `, ${note}`}${left}\n`;
      if (at - printedAt < LINE_EVERY_MS) return;
      stream.write(waiting);
      [printedAt, waiting] = [at, undefined];
    },
    stop() {
      if (waiting !== undefined) stream.write(waiting);
      waiting = undefined;
    },
  };
}

function startBar(stream: Writable, options: TaskOptions, now: () => number): Task {
  const state = describe(options, now());
  const { title, total, done = 0 } = options;
  const settings: Options = {
    stream: stream as NodeJS.WritableStream,
    format: total === undefined ? "{title} {count}{note}" : "{title} {bar} {count}{note}{left}",
    barCompleteChar: "=",
    barIncompleteChar: "-",
    barsize: 24,
    hideCursor: false,
    linewrap: false,
    emptyOnZero: true,
    gracefulExit: false, // Ctrl-C is ours
  };
  const bar = new SingleBar(settings);
  bar.start(total ?? 1, done, { title, note: "", ...state(done, now()) });
  return {
    update(value, note) {
      bar.update(total === undefined ? 0 : value, {
        note: note === undefined ? "" : `, ${note}`,
        ...state(value, now()),
      });
    },
    stop: () => bar.stop(),
  };
}
