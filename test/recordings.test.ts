/** @file The shared recordings of relation tasks: every line is a pair, and a corpus can be built from them. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { buildRelations } from "../src/dataset/build-relations.ts";
import { collectRelations } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { renderRelationLine } from "../src/task/relation-markup.ts";

const FOLDER = resolve(import.meta.dirname, "../../shared/recordings");
const present = existsSync(FOLDER);

const TASKS = [
  { task: "gene-disease", head: "Gene", completions: 96, yes: 1248, no: 1152 },
  { task: "chemical-induced-disease", head: "Chemical", completions: 48, yes: 528, no: 672 },
];

test.skipIf(!present).each(TASKS)(
  "every line of $task is a pair",
  async ({ task, head, completions, yes, no }) => {
    const relation = { head, tail: "Disease", classes: { yes: {}, no: {} } };
    const files = { requests: `${FOLDER}/${task}/requests.jsonl`, output: `${FOLDER}/${task}/output.jsonl` };
    const completer = await createRecordedCompleter(files);
    const collected = await collectRelations(completer.complete(completer.prompts), {
      labels: { [head]: {}, Disease: {} },
      relation,
    });
    const { examples, rejections, repairs } = collected;
    expect([collected.completions, collected.lines, examples.length]).toEqual([
      completions,
      completions * 25,
      completions * 25,
    ]);
    expect(rejections).toEqual([]);
    expect(repairs).toEqual({ trimmed: 0, recased: 0, unescaped: 0, recasedClasses: 0, reseparated: 0 });

    const rows = (await readFile(files.output, "utf8")).trim().split("\n");
    const recorded = rows.flatMap((row): string[] =>
      JSON.parse(row).response.body.choices[0].message.content.trim().split("\n"),
    );
    expect(examples.map(renderRelationLine).sort()).toEqual(recorded.sort());

    const { audit } = buildRelations(examples, rejections, {
      classes: ["yes", "no"],
      devFraction: 0.05,
      seed: 1,
      repairs,
    });
    const classes = [audit.train.classes, audit.dev.classes];
    expect(audit.duplicates).toEqual({ identical: 0, contradictory: 0 });
    expect([audit.train.prompts + audit.dev.prompts, audit.dev.prompts]).toEqual([
      completions,
      Math.round(completions / 20),
    ]);
    expect(["yes", "no"].map((name) => classes.reduce((sum, side) => sum + side[name]!, 0))).toEqual([
      yes,
      no,
    ]);
  },
);
