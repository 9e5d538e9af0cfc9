/** @file The error list: words around each mention, no character cut. */
import { expect, it } from "vitest";
import { renderErrorList } from "./error-context.ts";

it("shows the mention and up to 80 units on each side", () => {
  const text = `${"😀".repeat(60)} gout ${"x".repeat(100)}`;
  const gold = [{ id: "a", text, mentions: [], document: "d" }];
  const wanted = { start: 121, end: 125, label: "Disease" };
  const [line] = renderErrorList([{ example: "a", index: 0, kind: "missed", gold: wanted }], gold)
    .trim()
    .split("\n");
  expect(JSON.parse(line!)).toEqual({
    example: "a",
    document: "d",
    kind: "missed",
    gold: { ...wanted, text: "gout" },
    context: { start: 42, end: 205, text: text.slice(42, 205) },
  });
});

it("is empty where there is no error", () => {
  expect(renderErrorList([], [])).toBe("");
});
