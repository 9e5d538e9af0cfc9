/** @file Tests against the recorded prompts: each line of theirs is in ours, word for word or in our words. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { promptsSchema, relationSchema } from "../task/generation-schema.ts";
import type { TaskSpec } from "../task/spec.ts";
import { createNerSpec } from "../testing/prompt-specs.ts";
import { renderPrompt } from "./render-prompt.ts";

const FOLDER = new URL("../../../shared/recordings/", import.meta.url);
const absent = !existsSync(FOLDER); // ../shared/recordings beside the repository holds the recordings

interface RecordedPrompt {
  readonly custom_id: string;
  readonly body: { readonly messages: readonly { readonly content: string }[] };
}

const read = (task: string): RecordedPrompt[] =>
  readFileSync(new URL(`${task}/requests.jsonl`, FOLDER), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): RecordedPrompt => JSON.parse(line));

const label = (definition: string, rules: readonly string[] = []) => ({ definition, rules, examples: [] });

/** What every line of the recordings says, by how it begins -> what ours says for it, lines of rules left aside. */
const SAYS: readonly [RegExp, (match: RegExpMatchArray) => readonly string[]][] = [
  [
    /^Write (\d+) (sentences|abstracts) for training a recogniser of (.*) in (PubMed .*)\.$/,
    ([, count, form, what, domain]) => [
      `Write ${count} ${form === "abstracts" ? "documents" : form} for training a recogniser of ${what} in ${domain}.`,
    ],
  ],
  [
    /^Write 25 sentences for training a classifier that reads one sentence from (PubMed .*) and says whether/,
    ([, domain]) => [
      `Write 25 sentences for training a classifier that reads one sentence from ${domain} and says how the`,
    ],
  ],
  [/^(Topic: .*)\.$/, ([, topic]) => [topic!]],
  [/^(Style: .*)\.$/, ([, style]) => [style!]],
  [/^Kinds of study, one each: (.*)\.$/, ([, kinds]) => [`Kind of study, one each: ${kinds}.`]],
  [/^(Mark every mention of .*)\.$/, ([, marks]) => [marks!]],
  [
    /^(?:Name|Put) exactly one (?:\w+ .*as )?<(\w+)>.* exactly one (?:\w+.* as )?<(\w+)>.* unmarked/,
    ([, head, tail]) => [
      `exactly one ${head!.toLowerCase()} as <${head}>...</${head}> and exactly one ${tail!.toLowerCase()} as <${tail}>...</${tail}> in each sentence`,
      "Others of their kind may stand beside them, unmarked; in most sentences some do.",
    ],
  ],
  [
    /^Make them differ: length from (\d+) to (\d+) words, subject, syntax, position of the mentions\. About 4 of the 25 .*about 10 hold two or more mentions/,
    ([, low, high]) => [
      `length from ${low} to ${high} words, subject, syntax, position of the mentions.`,
      "About 4 of the 25 name none of the things to mark but stay on the topic",
      "methods, cohorts, measurements",
      "about 10 hold two or more mentions",
      "rare names, long names, plural forms and abbreviations used without their long form",
      ...MANNER,
    ],
  ],
  [
    /^Make them differ: length from (\d+) to (\d+) words, subject, syntax, order and distance of the pair/,
    ([, low, high]) => [
      `length from ${low} to ${high} words, subject, syntax, order and distance of the pair`,
      ...MANNER,
    ],
  ],
  [
    /^Write them as authors do: a title, then 7 to 11 sentences/,
    () => [
      "Write them as authors do: a title, then 7 to 11 sentences",
      "background, methods, results and conclusion",
      "each on its own line, with a blank line between documents",
      "Long names come with their abbreviation once and as the abbreviation afterwards",
      "stay unmarked",
      "Many sentences hold nothing to mark, as methods and measurements do",
      "Vary names, numbers, populations, spelling habits and style between them.",
      ...MANNER,
    ],
  ],
  [
    /^Start each line with the label and a tab: "yes" (where .*); "no" (where .*)\.$/,
    ([, yes, no]) => [
      `"yes": ${yes}`,
      `"no" (not related): ${no}`,
      'the class ("yes" or "no"), a tab, the sentence',
    ],
  ],
  [
    /^Write (\d+) yes (?:\((\d+) of them negative findings, (\d+) cautious ones\) )?and (\d+) no, mixed\. Make the no sentences hard/,
    ([, yes, negative, cautious, no]) => [
      `Write ${yes} "yes" and ${no} "no", mixed.`,
      'Make the "no" sentences hard: most use the words of the "yes" sentences, said of another pair; in several of them a pair for which "yes" is true stands unmarked beside the marked one.',
      ...(negative
        ? [
            `About ${cautious} of the 25 are cautious`,
            `about ${negative} report that something was looked for`,
          ]
        : []),
    ],
  ],
  [
    /^Answer with the 25 sentences only/,
    () => ["Answer with the 25 sentences only, one a line, no numbering."],
  ],
  [
    /^Answer with the 3 abstracts only/,
    () => ["Answer with the 3 documents only:", "no headings, no numbering."],
  ],
  [/^Answer with the 25 lines only/, () => ["Answer with the 25 lines only:", "no numbering."]],
];
const MANNER = ["in American English", "Do not copy published sentences."];

/** A task as its description would be written, from the lines of rules of one recorded prompt. */
function toSpec(recorded: string, rules: readonly string[]): TaskSpec {
  const pick = (pattern: RegExp) => pattern.exec(recorded)?.[1];
  const documents = /^Write \d+ abstracts/.test(recorded);
  const kinds = pick(/^Kinds of study, one each: (.*)\.$/m)?.split("; ");
  const words = /length from (\d+) to (\d+) words/.exec(recorded);
  const counts = /Write (\d+) yes .*and (\d+) no/.exec(recorded);
  const prompts = promptsSchema.parse({
    sets: [
      {
        name: "one",
        prompts: 1,
        form: documents ? "documents" : "sentences",
        ...(kinds && { attributes: { "kind of study": kinds } }),
        ...(words && { words: [Number(words[1]), Number(words[2])] }),
        ...(counts && { shares: { yes: Number(counts[1]) / 25, no: Number(counts[2]) / 25 } }),
        rules: [...rules],
      },
    ],
  });
  const domain = pick(/in (PubMed .*)\.$/m) ?? pick(/from (PubMed .*) and says/)!;
  const names = [...new Set([...recorded.matchAll(/<(\w+)>\.\.\./g)].map((match) => match[1]!))];
  const labels = Object.fromEntries(names.map((name) => [name, label(`A ${name.toLowerCase()}.`)]));
  const base = { ...createNerSpec({ sets: [{ name: "one", prompts: 1 }] }), domain, labels, prompts };
  if (counts === null) return base;
  const [, yes, no] = /tab: "yes" (where .*); "no" (where .*)\.$/m.exec(recorded)!;
  const classes = { yes: label(yes!), no: label(no!) };
  const [head, tail] = names as [string, string];
  return {
    ...base,
    kind: "relation",
    relation: relationSchema.parse({ head, tail, classes, negative: "no" }),
  };
}

test.skipIf(absent).each(["disease", "chemical-disease", "gene-disease", "chemical-induced-disease"])(
  "the recorded prompts of %s can be written",
  (task) => {
    const prompts = read(task);
    expect(prompts.length).toBeGreaterThanOrEqual(48);
    let rules = 0;
    for (const { body } of prompts) {
      const [system, recorded] = body.messages.map(({ content }) => content) as [string, string];
      const lines = recorded.split("\n").filter((line) => line !== "");
      const said = lines.map((line) => {
        for (const [pattern, ours] of SAYS) {
          const match = line.match(pattern);
          if (match !== null) return ours(match);
        }
        return undefined;
      });
      // What no pattern knows has to be a rule of the task, which stands in ours word for word.
      const own = lines.filter((_, index) => said[index] === undefined);
      for (const rule of own) expect(rule).toMatch(RULES);
      rules += own.length;
      const spec = toSpec(recorded, own);
      const topic = /^Topic: (.*)\.$/m.exec(recorded)![1]!;
      const style = /^Style: (.*)\.$/m.exec(recorded)?.[1];
      const { attributes } = spec.prompts!.sets[0]!;
      const [ours, text] = renderPrompt(spec, spec.prompts!.sets[0]!, {
        topic,
        ...(style === undefined ? {} : { style }),
        attributes,
        terms: [],
      }).map(({ content }) => content) as [string, string];
      expect(ours).toBe(system);
      for (const part of [...said.flatMap((parts) => parts ?? []), ...own]) expect(text).toContain(part);
    }
    expect(rules).toBe(
      { disease: 528, "chemical-disease": 528, "gene-disease": 48, "chemical-induced-disease": 0 }[task],
    );
  },
);

/** How the rules of the recorded tasks begin. */
const RULES =
  /^(?:Chemical: |Disease: |A mention is |Mark specific |Do not mark: |When a long form |A gene or protein named |The body's own |The sentences were marked by an automatic tagger)/;
