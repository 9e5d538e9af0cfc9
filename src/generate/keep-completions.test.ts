/** @file What is kept is not asked again. */
import { expect, test } from "vitest";
import { createAnsweringCompleter } from "../testing/answering-completer.ts";
import type { Completion } from "./completer.ts";
import { keepCompletions } from "./keep-completions.ts";

test("keeps new answers before it gives them, and gives kept ones without asking", async () => {
  const kept: Completion[] = [];
  const store = {
    has: (id: string) => kept.some(({ promptId }) => promptId === id),
    append: (completion: Completion) => void kept.push(completion),
    read: () => kept,
  };
  const completer = createAnsweringCompleter((line) => line, { isLocal: false });
  const keeping = keepCompletions(completer, store);
  const prompt = (id: string) => ({ id, messages: [{ role: "user", content: `1. ${id}` }] });
  const ids = async (...asked: string[]) => {
    const given: string[] = [];
    for await (const result of keeping.complete(asked.map(prompt))) {
      if (!("text" in result)) continue;
      expect(store.has(result.promptId)).toBe(true);
      given.push(result.promptId);
    }
    return given;
  };
  expect(keeping.isLocal).toBe(false);
  expect(await ids("a", "b")).toEqual(["a", "b"]);
  expect(await ids("c", "b")).toEqual(["b", "c"]);
  expect(completer.asked.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});
