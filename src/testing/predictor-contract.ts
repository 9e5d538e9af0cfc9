/** @file What every Predictor must do, as checks that any test runner can run. */
import assert from "node:assert/strict";
import type { Predictor } from "../task/predictor.ts";

/** One rule of the contract. */
export interface ContractCheck {
  readonly name: string;
  /** @throws AssertionError when the predictor breaks the rule. */
  check(predictor: Predictor): Promise<void>;
}

/** Texts that break careless offsets. */
const nastyTexts: readonly string[] = [
  "",
  " \r\n\t\u00a0",
  "\u200b\ufeff\u00ad",
  "😀 👩‍⚕️ with asthma\r\n\r\nand “gout” (𝛼-synuclein)…",
  "hyper\u00adtension\u200bcancer\u0000\ud83d",
  "抗体と糖尿病。",
  "[CLS] [MASK] [SEP] </s> <mask>",
  "breast cancer ".repeat(400),
  "a".repeat(5000),
];

/**
 * @param texts real texts of the task, in which the predictor should find something
 * @example for (const { name, check } of predictorContract(texts)) test(name, () => check(createPredictor()));
 */
export function predictorContract(texts: readonly string[]): ContractCheck[] {
  const all = [...texts, ...nastyTexts];
  return [
    {
      name: "names its labels, each once",
      async check({ labels }) {
        assert.ok(labels.length > 0);
        assert.equal(new Set(labels).size, labels.length);
      },
    },
    {
      name: "gives one list a text, none for none",
      async check(predictor) {
        assert.deepEqual(await predictor.predict([]), []);
        assert.equal((await predictor.predict(all)).length, all.length);
        assert.deepEqual(await predictor.predict(["", " \n"]), [[], []]);
      },
    },
    {
      name: "finds something in texts of its task",
      async check(predictor) {
        const found = (await predictor.predict(texts)).flat();
        assert.ok(found.length > 0);
      },
    },
    {
      name: "gives mentions in reading order that do not overlap, with known labels and scores in [0, 1]",
      async check(predictor) {
        for (const mentions of await predictor.predict(all)) {
          let last = 0;
          for (const { start, end, label, score } of mentions) {
            assert.ok(last <= start && start < end);
            assert.ok(predictor.labels.includes(label));
            assert.ok(score >= 0 && score <= 1);
            last = end;
          }
        }
      },
    },
    {
      name: "gives offsets into the whole text that cut no character and hold no outer white space",
      async check(predictor) {
        const found = await predictor.predict(all);
        for (const [i, text] of all.entries()) {
          for (const { start, end } of found[i]!) {
            assert.ok(Number.isInteger(start) && Number.isInteger(end) && end <= text.length);
            assert.ok(!cutsPair(text, start) && !cutsPair(text, end));
            const named = text.slice(start, end);
            assert.equal(named.trim(), named);
          }
        }
      },
    },
    {
      name: "gives the same for the same text: again, alone, and in other company",
      async check(predictor) {
        const together = await predictor.predict(all);
        assert.deepEqual(await predictor.predict(all), together);
        const reversed = await predictor.predict([...all].reverse());
        const strip = (lists: typeof together) =>
          lists.map((list) => list.map(({ start, end, label }) => ({ start, end, label })));
        assert.deepEqual(strip(reversed.reverse()), strip(together));
        for (const [i, text] of texts.entries()) {
          assert.deepEqual(strip(await predictor.predict([text]))[0], strip(together)[i]);
        }
      },
    },
  ];
}

function cutsPair(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, offset - 1), offset + 1));
}
