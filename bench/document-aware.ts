/** @file `tsx bench/document-aware.ts NAME=MODEL...`: strict F1 on whole documents with and without document-aware mentions -> results/document-aware.json. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readGold } from "../src/dataset/read-gold.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import { createDocumentPredictor, type DocumentRules } from "../src/model/document-predictor.ts";
import { loadNerPredictor, type NerPredictor } from "../src/model/ner-predictor.ts";
import type { ScoredMention } from "../src/task/example.ts";
import type { Predictor } from "../src/task/predictor.ts";
import { describeMachine } from "./machine.ts";
import { mean } from "./mean.ts";

const NCBI = ["SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"];
/** Gold files of ../shared/corpora, and the labels that are a Disease. */
const SETS = {
  "NCBI Disease dev, documents": ["ncbi-disease/docs_dev.jsonl", NCBI],
  "BC5CDR dev, documents, diseases": ["bc5cdr/docs_dev.jsonl", ["Disease"]],
  "NCBI Disease dev, single sentences": ["ncbi-disease/dev.jsonl", ["Disease"]],
} as const;
const WAYS: Readonly<Record<string, DocumentRules>> = {
  alone: { abbreviations: false, names: false },
  abbreviations: { names: false },
  names: { abbreviations: false },
  both: {},
};

/** One model in one way. */
interface Row {
  readonly model: string;
  readonly way: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly carried: { readonly gold: number; readonly all: number };
  readonly dropped: { readonly gold: number; readonly all: number };
}

const models = process.argv.slice(2);
if (models.length === 0) throw new Error("Name model folders of the disease task: seed-1=runs/disease/model");
const results = [];
for (const [set, [path, labels]] of Object.entries(SETS)) {
  const { examples } = await readGold(`../shared/corpora/${path}`, {
    labels: Object.fromEntries(labels.map((label) => [label, "Disease"])),
  });
  const texts = examples.map(({ text }) => text);
  const rows: Row[] = [];
  for (const entry of models) {
    const [name = "", folder = name] = entry.split("=");
    const found = await predict(folder, `${name}-${path.replaceAll("/", "-")}`, texts);
    const recorded: Predictor = { labels: ["Disease"], predict: async () => found };
    for (const [way, rules] of Object.entries(WAYS)) {
      const documents = await createDocumentPredictor(recorded, rules).predictDocuments(texts);
      const { precision, recall, f1 } = evaluate(
        examples,
        documents.map(({ mentions }) => mentions),
        { labels: ["Disease"], bootstrap: { samples: 1, seed: 1 } },
      ).strict.micro;
      const carried = documents.flatMap(({ mentions }, index) =>
        mentions.flatMap((mention) => (mention.source === undefined ? [] : [isGold(index, mention)])),
      );
      const dropped = documents.flatMap(({ dropped }, index) =>
        dropped.map((mention) => isGold(index, mention)),
      );
      rows.push({
        model: name,
        way,
        precision,
        recall,
        f1,
        carried: count(carried),
        dropped: count(dropped),
      });
    }
    console.log(
      set,
      name,
      rows
        .slice(-4)
        .map(({ way, f1 }) => `${way} ${f1.toFixed(4)}`)
        .join(", "),
    );
  }
  const means = Object.keys(WAYS).map((way) => {
    const of = rows.filter((row) => row.way === way);
    return {
      way,
      ...Object.fromEntries(
        (["precision", "recall", "f1"] as const).map((name) => [name, mean(of.map((row) => row[name]))]),
      ),
    };
  });
  results.push({ set, texts: texts.length, means, rows });

  function isGold(index: number, { start, end }: { readonly start: number; readonly end: number }): boolean {
    return examples[index]!.mentions.some((mention) => mention.start === start && mention.end === end);
  }
}
writeFileSync(
  "bench/results/document-aware.json",
  `${JSON.stringify({ machine: describeMachine(), results }, null, 2)}\n`,
);

/** Predictions are kept in .cache by 100 texts, so that a bench that was stopped goes on. */
async function predict(folder: string, key: string, texts: readonly string[]): Promise<ScoredMention[][]> {
  const cache = ".cache/bench-document-aware";
  mkdirSync(cache, { recursive: true });
  const found: ScoredMention[][] = [];
  let model: NerPredictor | undefined;
  for (let start = 0; start < texts.length; start += 100) {
    const file = `${cache}/${key}-${start}.json`;
    if (!existsSync(file)) {
      model ??= await loadNerPredictor(folder);
      writeFileSync(`${file}.part`, JSON.stringify(await model.predict(texts.slice(start, start + 100))));
      renameSync(`${file}.part`, file);
    }
    found.push(...(JSON.parse(readFileSync(file, "utf8")) as ScoredMention[][]));
  }
  await model?.release();
  return found;
}

/** How many of them are gold, of how many. */
function count(flags: readonly boolean[]): { gold: number; all: number } {
  return { gold: flags.filter(Boolean).length, all: flags.length };
}
