/** @file Tests of the questions of `init`, typed at a terminal of pipes. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parseTaskSpec } from "../task/parse-spec.ts";
import { renderTaskTemplate } from "../task/task-template.ts";
import { askForTaskOrDemo } from "./init-questions.ts";

const [ENTER, DOWN, CTRL_C, CLEAR] = ["\r", "\u001b[B", "\u0003", "\u0015"];

/** Types each answer when its question is on the screen. */
function typeAnswers(script: readonly (readonly [question: string, keys: readonly string[]])[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = "";
  let next = 0;
  output.on("data", (piece: Buffer) => {
    screen += piece.toString();
    const step = script[next];
    if (step === undefined || !screen.includes(step[0])) return;
    next++;
    screen = "";
    setImmediate(async () => {
      for (const key of step[1]) {
        input.write(key);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
  });
  return { terminal: { input, output }, asked: () => next };
}

test("what a person types becomes a task file that parses", async () => {
  const { terminal, asked } = typeAnswers([
    ["What shall the task be?", [ENTER]],
    ["A short name for it", [CLEAR, "heart", ENTER]],
    ["What texts is it for?", [ENTER, "letters of a cardiology ward", ENTER]], // an empty answer is not taken
    ["A label: what is to be found?", ["1x", ENTER, CLEAR, "Finding", ENTER]], // nor a name that is no tag
    ["What is a mention of Finding?", ["What was seen or heard.", ENTER]],
    ["Another label", ["Drug", ENTER]],
    ["What is a mention of Drug?", ["A medicine.", ENTER]],
    ["Another label", [ENTER]],
    ["Topics the texts are about", ["heart failure, valves ,", ENTER]],
    ["Which model writes the texts?", [DOWN, ENTER]],
    ["The model's name there", [ENTER]],
    ["Where it listens", [ENTER]],
  ]);
  const answers = await askForTaskOrDemo(terminal);
  expect(asked()).toBe(12);
  expect(answers).toEqual({
    name: "heart",
    domain: "letters of a cardiology ward",
    labels: { Finding: "What was seen or heard.", Drug: "A medicine." },
    topics: ["heart failure", "valves"],
    completer: {
      from: "api",
      provider: "openai-compatible",
      model: "qwen3",
      baseUrl: "http://localhost:8000/v1",
    },
  });
  const spec = parseTaskSpec(renderTaskTemplate(answers), { path: "task.yaml" });
  expect(Object.keys(spec.labels)).toEqual(["Finding", "Drug"]);
});

test("the demo takes one answer", async () => {
  const { terminal } = typeAnswers([["What shall the task be?", [DOWN, ENTER]]]);
  expect((await askForTaskOrDemo(terminal)).completer).toEqual({ from: "recorded" });
});

test("Ctrl-C leaves before anything is written", async () => {
  const { terminal } = typeAnswers([
    ["What shall the task be?", [ENTER]],
    ["A short name for it", [CTRL_C]],
  ]);
  await expect(askForTaskOrDemo(terminal)).rejects.toThrow("Stopped: nothing was written.");
});
