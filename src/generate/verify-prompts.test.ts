/** @file Prompts of the second pass: all texts once, in order, no mark of the first reader. */
import { describe, expect, it } from "vitest";
import { parseMarkup } from "../task/markup.ts";
import { writeVerifyPrompts } from "./verify-prompts.ts";

const spec = {
  name: "disease",
  domain: "abstracts on genetics",
  labels: {
    Disease: {
      definition: "The shortest phrase that names a disease.",
      rules: ["Do not mark genes."],
      examples: ["The <Disease>VHL</Disease> gene."],
    },
    Chemical: { definition: "A drug.", rules: [], examples: [] },
  },
};
const examples = Array.from({ length: 27 }, (_, i) => ({
  id: `e${i}`,
  text: `Case ${i} had gout & p<0.05.`,
}));

describe("verification prompts", () => {
  const prompts = writeVerifyPrompts(spec, examples);

  it("show 25 texts each, and remember whose", () => {
    expect(prompts.map(({ prompt, ids }) => [prompt.id, ids.length, ids[0]])).toEqual([
      ["disease-verify-000", 25, "e0"],
      ["disease-verify-001", 2, "e25"],
    ]);
  });

  it("say the rules of the task and what to answer", () => {
    expect(prompts[1]!.prompt.messages[1]!.content).toBe(
      [
        "Mark every mention of Disease and of Chemical in sentences from abstracts on genetics with <Disease>...</Disease> or <Chemical>...</Chemical>.",
        "Disease: The shortest phrase that names a disease.\n- Do not mark genes.\nExamples:\nThe <Disease>VHL</Disease> gene.",
        "Chemical: A drug.",
        "Marks do not overlap. A sentence may hold no mention: leave it as it is.",
        "Answer with the same 2 sentences in the same order, unchanged but for the marks, one a line, no numbering.",
        "Case 25 had gout & p<0.05.\nCase 26 had gout & p<0.05.",
      ].join("\n\n"),
    );
  });

  it("write what looks like a tag so that it is read back as text, and a text on one line", () => {
    const text = "a <b> of\n\u2028 IL-2 &lt; 3";
    const [only] = writeVerifyPrompts(spec, [{ id: "x", text }]);
    const line = only!.prompt.messages[1]!.content.split("\n").at(-1)!;
    expect(parseMarkup(line, ["Disease"])).toMatchObject({ text: "a <b> of IL-2 &lt; 3", mentions: [] });
    expect(only!.prompt.messages[1]!.content).toContain("Answer with the same sentence, unchanged");
  });

  it("are none for no example", () => {
    expect(writeVerifyPrompts(spec, [])).toEqual([]);
  });
});
