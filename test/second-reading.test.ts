/** @file Second passes over recorded corpora: of mentions, recorded too; of pairs, written from the first with planted faults. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { verifyExamples } from "../src/dataset/verify-examples.ts";
import { verifyRelations } from "../src/dataset/verify-relations.ts";
import { collectExamples, collectRelations } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { collectSecondPass } from "../src/generate/parse-verification.ts";
import { collectSecondClasses } from "../src/generate/parse-verification-re.ts";
import { selectPrompts } from "../src/generate/select-prompts.ts";
import { renderRelationLine } from "../src/task/relation-markup.ts";

const recordings = "../shared/recordings";
const labels = ["Disease"];

it.skipIf(!existsSync(`${recordings}/disease-verify/output.jsonl`))(
  "mention F1 0.98 over 2,400 sentences, 75 of which differ (skipped: no ../shared/recordings)",
  async () => {
    const open = (task: string) =>
      createRecordedCompleter({
        requests: `${recordings}/${task}/requests.jsonl`,
        output: `${recordings}/${task}/output.jsonl`,
      });
    const first = await open("disease");
    const prompts = selectPrompts(first.prompts, ["000..095"]);
    const { examples } = await collectExamples(first.complete(prompts), { labels: { Disease: {} } });
    const second = await open("disease-verify");
    const pass = await collectSecondPass(second.complete(second.prompts), examples, { labels });
    expect([pass.readings.length, pass.missing, pass.rejections]).toEqual([2400, [], []]);

    const { agreement, doubts, kept, dropped } = verifyExamples(examples, pass.readings, "drop");
    expect(agreement).toMatchObject({ first: 3552, second: 3548, both: 3475 });
    expect(agreement.f1).toBeCloseTo(0.9789, 4);
    expect(Object.keys(agreement.byLabel)).toEqual(["Disease"]);
    expect(new Set(doubts.map(({ id }) => id)).size).toBe(75);
    expect([kept.length, dropped.length]).toEqual([2325, 75]);
  },
);

// No model has read the pairs twice: the answers are those of the first pass, put into another order and other prompts.
it.skipIf(!existsSync(`${recordings}/gene-disease/output.jsonl`))(
  "every planted wrong class of the recorded gene-disease corpus is doubted, and nothing else (skipped: no ../shared/recordings)",
  async () => {
    const task = { head: "Gene", tail: "Disease", classes: { yes: {}, no: {} } };
    const both = ["Gene", "Disease"];
    const first = await createRecordedCompleter({
      requests: `${recordings}/gene-disease/requests.jsonl`,
      output: `${recordings}/gene-disease/output.jsonl`,
    });
    const { examples } = await collectRelations(first.complete(first.prompts), {
      labels: { Gene: {}, Disease: {} },
      relation: task,
    });
    const lines = examples.map(renderRelationLine).reverse();
    const answers = Array.from({ length: Math.ceil(lines.length / 40) }, (_, part) => ({
      promptId: `again-${part}`,
      text: lines.slice(part * 40, (part + 1) * 40).join("\n"),
    }));
    const planted = examples.map((example, index) =>
      index % 10 === 3 ? { ...example, relation: example.relation === "yes" ? "no" : "yes" } : example,
    );
    const pass = await collectSecondClasses(answers, planted, { relation: task, labels: both });
    expect([pass.readings.length, pass.missing, pass.rejections]).toEqual([examples.length, [], []]);
    const { doubts, kept, agreement } = verifyRelations(planted, pass.readings, "relabel");
    expect(doubts.map(({ id }) => id)).toEqual(
      planted.filter((_, index) => index % 10 === 3).map(({ id }) => id),
    );
    expect(kept).toEqual(examples);
    expect(agreement.both).toBe(examples.length - doubts.length);
  },
);
