/** @file The recorded second pass over rounds 1 and 2 of the disease task agrees with the first as its record says. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { verifyExamples } from "../src/dataset/verify-examples.ts";
import { collectExamples } from "../src/generate/collect-examples.ts";
import { createRecordedCompleter } from "../src/generate/completers/recorded.ts";
import { collectSecondPass } from "../src/generate/parse-verification.ts";
import { selectPrompts } from "../src/generate/select-prompts.ts";

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
