/** @file Progress where there is no terminal: a line now and then, with the time left. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createProgress } from "./progress.ts";
import { renderBytes } from "./render-table.ts";

function setUp() {
  const stream = new PassThrough({ encoding: "utf8" });
  let time = 0;
  const progress = createProgress(stream, () => time);
  return {
    progress,
    at: (seconds: number) => {
      time = 1000 * seconds;
    },
    printed: () => (stream.read() as string | null) ?? "",
  };
}

it("prints at most every 10 seconds, the last state at the end", () => {
  const { progress, at, printed } = setUp();
  const task = progress.start({ title: "training", total: 100 });
  at(4);
  task.update(10, "loss 0.5");
  expect(printed()).toBe("");
  at(10);
  task.update(25, "loss 0.4");
  expect(printed()).toBe("training 25/100, loss 0.4, 30 s left\n");
  at(19);
  task.update(50, "loss 0.3");
  expect(printed()).toBe("");
  task.stop();
  task.stop();
  expect(printed()).toBe("training 50/100, loss 0.3, 19 s left\n");
});

it("reckons the time left without what was done before", () => {
  const { progress, at, printed } = setUp();
  const task = progress.start({ title: "training", total: 100, done: 60 });
  at(10);
  task.update(80);
  expect(printed()).toBe("training 80/100, 10 s left\n");
  at(20);
  task.update(100);
  expect(printed()).toBe("training 100/100\n");
});

it("does without a total and writes values as it is told", () => {
  const { progress, at, printed } = setUp();
  const task = progress.start({ title: "download", render: renderBytes });
  at(11);
  task.update(5_000_000);
  progress.say("done");
  expect(printed()).toBe("download 5.0 MB\ndone\n");
});
