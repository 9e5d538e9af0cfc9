/** @file Tests of writing prompts: the same each time, in turn, drawn until all were used, in flat memory. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNerSpec } from "../testing/prompt-specs.ts";
import { countPrompts, writePrompts } from "./write-prompts.ts";

const SETS = [
  { name: "one", prompts: 12, styles: ["s0", "s1"], attributes: { section: ["aims", "results"] } },
  { name: "whole", prompts: 3, form: "documents" as const, attributes: { study: ["a", "b", "c", "d"] } },
];
const TOPICS = ["t0", "t1", "t2", "t3"];

test("numbers prompts by set and counts them", () => {
  const spec = createNerSpec({ topics: TOPICS, sets: SETS });
  const ids = [...writePrompts(spec)].map(({ id }) => id);
  expect(countPrompts(spec)).toBe(15);
  expect(ids.length).toBe(15);
  expect([ids[0], ids[11], ids[12]]).toEqual(["demo-one-000", "demo-one-011", "demo-whole-000"]);
});

test("takes topics in turn, and every topic meets every style", () => {
  const spec = createNerSpec({ topics: TOPICS, sets: SETS });
  const drawn = [...writePrompts(spec)].slice(0, 8).map(({ attributes }) => attributes!);
  expect(new Set(drawn.slice(0, 4).map(({ topic }) => topic))).toEqual(new Set(TOPICS));
  expect(new Set(drawn.map(({ topic, style }) => `${topic} ${style}`)).size).toBe(8);
  expect(drawn.every(({ set }) => set === "one")).toBe(true);
});

test("shows in the text what it says was drawn; documents get a value each", () => {
  const spec = createNerSpec({ topics: TOPICS, sets: SETS });
  for (const { messages, attributes } of writePrompts(spec)) {
    const [system, user] = messages.map(({ content }) => content);
    expect(system).toBe(spec.prompts!.system);
    expect(user).toContain(`Topic: ${attributes!.topic}.`);
    if (attributes!.set === "one") expect(user).toContain(`Section: ${attributes!.section}.`);
    else {
      expect(user).toContain(`Study, one each: ${attributes!.study}.`);
      expect(new Set(attributes!.study!.split("; ")).size).toBe(3);
    }
  }
});

test("gives each prompt names that no other had, until all were used", () => {
  const names = Array.from({ length: 50 }, (_, i) => `name${i}`);
  const terms = [{ label: "Disease", path: "names.txt", perPrompt: 5 }];
  const spec = createNerSpec({ terms, sets: [{ name: "one", prompts: 20 }] });
  const used = [...writePrompts(spec, { terms: [names] })].map(
    ({ messages }) => messages[1]!.content.match(/name\d+/g)!,
  );
  expect(used.map((list) => new Set(list).size)).toEqual(Array(20).fill(5));
  for (const round of [used.slice(0, 10), used.slice(10)])
    expect(new Set(round.flat())).toEqual(new Set(names));
  expect(used[0]).not.toEqual(used[10]);
  expect(() => [...writePrompts(spec)]).toThrow("1 files of names (prompts.terms); 0 were given");
});

test("prompts go by seed, set and number: longer and further sets change no other, and selection picks them", () => {
  const names = Array.from({ length: 23 }, (_, i) => `name${i}`);
  const terms = [{ label: "Disease", path: "names.txt", perPrompt: 4 }];
  const write = (seed: number, sets: typeof SETS, select?: string[]) =>
    new Map(
      [
        ...writePrompts(createNerSpec({ seed, topics: TOPICS, terms, sets }), {
          terms: [names],
          ...(select && { select }),
        }),
      ].map((prompt) => [prompt.id, JSON.stringify(prompt)]),
    );
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 11 }),
      (seed, more, number) => {
        const before = write(seed, SETS);
        const longer = write(seed, [
          ...SETS.map((set) => ({ ...set, prompts: set.prompts + more })),
          { ...SETS[0]!, name: "new" },
        ]);
        for (const [id, prompt] of before) expect(longer.get(id)).toBe(prompt);
        const id = `demo-one-${String(number).padStart(3, "0")}`;
        expect([...write(seed, SETS, [id])]).toEqual([[id, before.get(id)]]);
      },
    ),
    { numRuns: 20 },
  );
  expect(write(1, SETS)).not.toEqual(write(2, SETS));
  expect(() => write(1, SETS, ["nothing"])).toThrow('No prompt matches "nothing"');
});

test("topics found in a first stage take the place of the task's, not of a set's", () => {
  const spec = createNerSpec({
    topics: TOPICS,
    sets: [SETS[0]!, { name: "own", prompts: 2, topics: ["mine"] }],
  });
  const topics = [...writePrompts(spec, { topics: ["found"] })].map(({ attributes }) => attributes!.topic);
  expect(topics).toEqual([...Array(12).fill("found"), "mine", "mine"]);
});

test("writes 100,000 prompts without holding them", () => {
  const spec = createNerSpec({ topics: TOPICS, sets: [{ ...SETS[0]!, prompts: 100_000 }] });
  let characters = 0;
  let last = "";
  let highest = 0;
  const before = process.memoryUsage().heapUsed;
  for (const { id, messages } of writePrompts(spec)) {
    characters += messages[1]!.content.length;
    last = id;
    if (id.endsWith("000")) highest = Math.max(highest, process.memoryUsage().heapUsed);
  }
  expect(last).toBe("demo-one-99999");
  expect(characters).toBeGreaterThan(90_000_000);
  // All of them together hold 93 MB of user messages alone.
  expect(highest - before).toBeLessThan(60e6);
}, 60_000);

test("tells a task that has nothing to generate", () => {
  const { prompts: _, ...spec } = createNerSpec({ sets: SETS });
  expect(() => [...writePrompts(spec)]).toThrow('Task "demo" has no "prompts"');
});
