/** @file The shipped tasks: each parses, and says what was asked in its recordings; their answers are read whole. */
import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it, test } from "vitest";
import { collectExamples } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { selectPrompts } from "../src/generate/select-prompts.ts";
import { writePrompts } from "../src/generate/write-prompts.ts";
import { parseTaskSpec, resolveTaskPath } from "../src/task/parse-spec.ts";
import { parseRelationLine, renderRelationLine } from "../src/task/relation-markup.ts";
import type { TaskSpec } from "../src/task/spec.ts";

const folder = resolve(import.meta.dirname, "../examples");

/** The sets of each task, and which recorded prompts they describe. */
const ROUNDS: Record<string, Record<string, string[]>> = {
  disease: {
    "round-1": ["000..023", "072..095"],
    "round-2": ["024..071"],
    "round-3": ["096..143"],
  },
  "chemical-disease": {
    "round-1": ["000..023", "072..095"],
    "round-2": ["024..071"],
    "round-3": ["096..143"],
  },
  "gene-disease": { "round-1": ["000..023", "072..095"], "round-2": ["024..071"] },
  "chemical-induced-disease": { "round-1": ["000..023", "072..095"], "round-2": ["024..071"] },
};
const NAMES = Object.keys(ROUNDS);
/** Rounds whose prompts were written by this very program from the task file; those before it were written by hand. */
const WRITTEN_HERE = new Set(["chemical-induced-disease round-2"]);

async function load(name: string) {
  const path = resolve(folder, name, "task.yaml");
  const spec = parseTaskSpec(await readFile(path, "utf8"), { path });
  if (spec.completions.from !== "recorded") throw new Error("The examples answer from recordings.");
  const completer = await createRecordedCompleter({
    requests: resolveTaskPath(path, spec.completions.requests),
    output: resolveTaskPath(path, spec.completions.output),
  });
  return { path, spec, completer, prompts: spec.prompts! };
}

type Recordings = Awaited<ReturnType<typeof createRecordedCompleter>>;

/** The lines of all answers that are not blank. */
async function readLines(completer: Recordings): Promise<string[]> {
  const lines: string[] = [];
  for await (const answer of completer.complete(completer.prompts)) {
    if ("reason" in answer) throw new Error(`A recorded answer was rejected: ${answer.reason}.`);
    lines.push(...answer.text.split("\n").filter((line) => line !== ""));
  }
  return lines;
}

const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();

/** What a recorded prompt says after a word at the start of a line; the full stop is not part of it. */
function read(what: string, message: string): string[] {
  const found = new RegExp(`^${what}: (.*)$`, "m").exec(message)?.[1];
  return found === undefined ? [] : [found.replace(/\.$/, "")];
}

test("every folder with a task file is tested here", async () => {
  const entries = await readdir(folder, { recursive: true });
  const tasks = entries.filter((entry) => /^[^/\\]+[/\\]task\.yaml$/.test(entry));
  expect(tasks.map((entry) => entry.split(/[/\\]/)[0]).sort()).toEqual([...NAMES].sort());
});

describe.each(NAMES)("the task %s", (name) => {
  const rounds = Object.entries(ROUNDS[name]!);

  it("describes all of its recorded prompts, set by set", async () => {
    const { spec, completer, prompts } = await load(name);
    expect(spec.name).toBe(name);
    expect(prompts.sets.map((set) => [set.name, set.prompts])).toEqual(
      rounds.map(([set, select]) => [set, selectPrompts(completer.prompts, select).length]),
    );
    expect(prompts.sets.reduce((sum, set) => sum + set.prompts, 0)).toBe(completer.prompts.length);
  });

  it("has the topics, styles, kinds of study and numbers of the recorded prompts", async () => {
    const { spec, completer, prompts } = await load(name);
    for (const [index, [round, select]] of rounds.entries()) {
      const set = prompts.sets[index]!;
      const asked = selectPrompts(completer.prompts, select).map(({ messages }) => messages);
      if (WRITTEN_HERE.has(`${name} ${round}`)) {
        const written = [...writePrompts(spec)].filter(({ id }) => id.startsWith(`${name}-${round}-`));
        expect(asked).toEqual(written.map(({ messages }) => messages));
        continue;
      }
      const texts = asked.map((messages) => messages[1]!.content);
      const all = (what: string) => sorted(texts.flatMap((text) => read(what, text)));
      expect(sorted(asked.map((messages) => messages[0]!.content))).toEqual([prompts.system]);
      expect(all("Topic")).toEqual(sorted(prompts.topics));
      expect(all("Style")).toEqual(sorted(set.styles));
      const kinds = texts.flatMap((text) => read("Kinds of study, one each", text));
      expect(sorted(kinds.flatMap((list) => list.split("; ")))).toEqual(
        sorted(set.attributes["kind of study"] ?? []),
      );
      const says = [spec.domain, ...renderNumbers(spec, index)];
      const rules = readRules(spec, index);
      for (const text of texts) {
        expect(says.filter((phrase) => !text.includes(phrase))).toEqual([]);
        // What stands in quotes in the recorded rules: the cases that they decide.
        const cases = [...text.replace(/<\/?\w+>/g, "").matchAll(/"([^"]+)"/g)].map(([, inner]) => inner!);
        expect(cases.filter((inner) => !rules.includes(inner.toLowerCase()))).toEqual([]);
      }
    }
  });
});

/** Numbers of a set in the words of the recorded prompts. */
function renderNumbers(spec: TaskSpec, index: number): string[] {
  const {
    form,
    words = [],
    sentences,
    items = 0,
    shares,
    empty = 0,
    several = 0,
  } = spec.prompts!.sets[index]!;
  if (form === "documents") {
    return [`Write ${items} abstracts`, `a title, then ${sentences[0]} to ${sentences[1]} sentences`];
  }
  const all = [`Write ${items} sentences`, `length from ${words[0]} to ${words[1]} words`];
  const count = (share: number) => Math.round(share * items);
  if (shares !== undefined) {
    return [...all, `Write ${count(shares.yes!)} yes`, `and ${count(shares.no!)} no, mixed`];
  }
  return [
    ...all,
    `About ${count(empty)} of the ${items} name none`,
    `about ${count(several)} hold two or more`,
  ];
}

/** All that a prompt of the set is told of marks and classes, without tags, in lower case. */
function readRules({ labels, relation, prompts }: TaskSpec, index: number): string {
  const specs = Object.entries({ ...labels, ...relation?.classes });
  const texts = specs.flatMap(([name, spec]) => [name, spec.definition, ...spec.rules, ...spec.examples]);
  return [...texts, ...prompts!.sets[index]!.rules]
    .join("\n")
    .replace(/<\/?\w+>/g, "")
    .toLowerCase();
}

test("the sentences of the chemicals and diseases are all read, in the numbers that the README states", async () => {
  const { spec, completer } = await load("chemical-disease");
  const collect = (...select: string[]) =>
    collectExamples(completer.complete(selectPrompts(completer.prompts, select)), spec);
  const { lines, examples, rejections } = await collect("000..143");
  expect({ lines, examples: examples.length, rejections }).toEqual({
    lines: 3905,
    examples: 3905,
    rejections: [],
  });
  expect((await collect("096..143")).examples).toHaveLength(1505);
  const count = (label: string) =>
    examples.flatMap(({ mentions }) => mentions).filter((mention) => mention.label === label).length;
  expect([count("Chemical"), count("Disease")]).toEqual([3777, 3241]);
  expect(examples.filter(({ mentions }) => mentions.length === 0)).toHaveLength(600);
  expect(new Set(examples.map(({ text }) => text)).size).toBe(3905);
});

test.each([
  ["gene-disease", 2400, 1248, 2400],
  ["chemical-induced-disease", 2400, 1056, 2016],
])(
  "every line of %s is a labelled pair, and is written as it was",
  async (name, total, positive, sentences) => {
    const { spec, completer } = await load(name);
    const pairs = (await readLines(completer)).map((line) => {
      const read = parseRelationLine(line, spec.relation!, Object.keys(spec.labels));
      if ("rejected" in read) throw new Error(`A recorded line was rejected: ${read.rejected}.`);
      expect(renderRelationLine(read)).toBe(line);
      return read;
    });
    expect(pairs).toHaveLength(total);
    expect(pairs.filter(({ relation }) => relation === "yes")).toHaveLength(positive);
    expect(new Set(pairs.map(({ text, head, tail }) => JSON.stringify([text, head, tail]))).size).toBe(total);
    // Round 2 of the latter has sentences twice, with other marks.
    expect(new Set(pairs.map(({ text }) => text)).size).toBe(sentences);
  },
);

test("the second readings of the diseases are there, and change nothing", async () => {
  const { path, spec } = await load("disease");
  const verify = spec.curation.verify!;
  expect(verify.action).toBe("keep");
  const completer = await createRecordedCompleter({
    requests: resolveTaskPath(path, verify.requests!),
    output: resolveTaskPath(path, verify.output!),
  });
  expect([completer.prompts.length, (await readLines(completer)).length]).toEqual([96, 2400]);
});
