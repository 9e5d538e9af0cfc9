/** @file `evaluate MODEL --gold FILE`: a model's scores on human annotation. */
import { type Command, Option } from "commander";
import type { Gold } from "../../dataset/read-gold.ts";
import type { Device } from "../../engine/devices.ts";
import type { Precision } from "../../model/emit-model.ts";
import { CORPUS_FORMATS, type CorpusFormatName } from "../../task/corpus-formats.ts";
import type { RelationSpec } from "../../task/relation-spec.ts";
import type { GoldSpec, TaskKind } from "../../task/spec.ts";
import { didYouMean } from "../../util/did-you-mean.ts";
import { InputError } from "../../util/errors.ts";
import { writeFileAtomic } from "../../util/files.ts";
import { noteDevice } from "../device-note.ts";
import { checkOutput } from "../documents.ts";
import { renderErrorList } from "../error-context.ts";
import { type Io, print, printJson } from "../io.ts";
import {
  deviceOption,
  documentAwareOptions,
  jsonOption,
  parseLabels,
  parseShare,
  precisionOption,
  threadsOption,
} from "../options.ts";
import { createProgress } from "../progress.ts";
import { renderScores, renderSkipped, renderUnsupported } from "../render-scores.ts";

/** What the command line says. */
export interface EvaluateFlags {
  readonly gold: string;
  readonly format?: CorpusFormatName;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of relations. */
  readonly classes?: Readonly<Record<string, string>>;
  readonly threshold?: number;
  readonly level?: NonNullable<GoldSpec["level"]>;
  /** A model folder: relations are scored end to end. */
  readonly mentions?: string;
  readonly errors?: string;
  readonly threads?: number;
  readonly device?: Device;
  readonly precision: Precision;
  readonly documentAware: boolean;
  readonly json?: boolean;
}

export function addEvaluateCommand(program: Command, io: Io): void {
  program
    .command("evaluate")
    .description("score a model on human annotation")
    .argument("<model>", "a model folder, as runs/disease/model")
    .requiredOption(
      "--gold <file>",
      "a corpus in any format that is read; of pairs JSON lines or TSV with placeholders",
    )
    .addOption(new Option("--format <format>", "default: told by the content").choices(CORPUS_FORMATS))
    .addOption(
      new Option(
        "--labels <labels>",
        "labels to score, as a,b or File=Model,...; others are left out and counted (default: the model's)",
      ).argParser(parseLabels),
    )
    .addOption(
      new Option(
        "--classes <classes>",
        "of relations: classes to score, as a,b or File=Model,...; others are left out and counted",
      ).argParser(parseLabels),
    )
    .addOption(
      new Option("--threshold <p>", "of relations: probability from which a pair is related").argParser(
        parseShare,
      ),
    )
    .addOption(
      new Option(
        "--level <level>",
        "of relations: document, where the gold is of whole documents (default: sentence, marked pairs)",
      ).choices(["sentence", "document"]),
    )
    .option(
      "--mentions <model>",
      "with --level document: a model that finds the mentions (default: those of gold)",
    )
    .option("--errors <file>", "write every error with the text around it, as JSON lines")
    .addOption(documentAwareOptions()[0]!)
    .addOption(documentAwareOptions()[1]!)
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .action((model: string, flags: EvaluateFlags) => evaluateModel(model, flags, io));
}

async function evaluateModel(folder: string, flags: EvaluateFlags, io: Io): Promise<void> {
  await checkOutput("--errors", flags.errors, [flags.gold]);
  const { readModelFolder } = await import("../../model/model-folder.ts");
  const { spec } = await readModelFolder(folder);
  if (spec.relation !== undefined) checkRelationFlags(flags, spec.relation);
  await EVALUATORS[spec.kind](folder, flags, io);
}

const EVALUATORS: { readonly [K in TaskKind]: typeof evaluateModel } = {
  ner: evaluateMentions,
  relation: async (...input) => (await import("../evaluate-pairs.ts")).evaluatePairs(...input),
};

async function evaluateMentions(folder: string, flags: EvaluateFlags, io: Io): Promise<void> {
  const { gold: path, threads, device, precision, documentAware } = flags;
  for (const flag of ["classes", "threshold", "level", "mentions"] as const) {
    if (flags[flag] === undefined) continue;
    throw new InputError("flag-unused", `--${flag} is for models of relations; "${folder}" finds mentions.`);
  }
  const { evaluatePredictor } = await import("../../evaluate/evaluate-predictor.ts");
  const { loadNerPredictor } = await import("../../model/ner-predictor.ts");
  const { createDocumentPredictor } = await import("../../model/document-predictor.ts");
  const progress = createProgress(io.stderr);
  await noteDevice(device, "annotating", progress.say);
  const predictor = await loadNerPredictor(folder, {
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
  try {
    const asked = flags.labels ?? Object.fromEntries(predictor.labels.map((label) => [label, label]));
    checkLabels(asked, predictor.labels);
    const gold = await readGoldFor(path, asked, flags, predictor.labels);
    const finder = documentAware ? createDocumentPredictor(predictor) : predictor;
    const task = progress.start({ title: "score", total: gold.examples.length });
    const evaluation = await evaluatePredictor(finder, gold.examples, {
      names: predictor.model.names,
      labels: [...new Set(Object.values(asked))],
      onProgress: (done) => task.update(done),
    }).finally(task.stop);
    if (flags.errors !== undefined) {
      await writeFileAtomic(flags.errors, renderErrorList(evaluation.errors, gold.examples));
    }
    const { format, skipped } = gold;
    if (flags.json) {
      await printJson(io, { model: folder, documentAware, gold: { path, format, skipped }, ...evaluation });
      return;
    }
    const lines = [
      ...renderScores(`${path} (${format})`, evaluation),
      ...renderSkipped(skipped),
      ...(documentAware
        ? ["  with document-aware mentions, as annotate finds them; the model alone: --no-document-aware"]
        : []),
      ...renderUnsupported(evaluation, "If it is not annotated with them, name those it has: --labels."),
      ...(flags.errors === undefined ? [] : [`  errors: ${evaluation.errors.length} in ${flags.errors}`]),
    ];
    await print(io.stdout, `${lines.join("\n")}\n`);
  } finally {
    await predictor.release();
  }
}

function checkRelationFlags({ classes = {}, labels = {} }: EvaluateFlags, relation: RelationSpec): void {
  const known = Object.keys(relation.classes);
  const unknown = Object.values(classes).find((name) => !known.includes(name));
  if (unknown === undefined) {
    checkLabels(labels, [...new Set([relation.head, relation.tail])]);
    return;
  }
  throw new InputError(
    "class-unknown",
    `Unknown class "${unknown}" in --classes.${didYouMean(unknown, known)} The model's classes: ${known.join(", ")}.`,
    { hint: `Where the file names them otherwise, write the file's name first: --classes 1=${known[0]}.` },
  );
}

function checkLabels(asked: Readonly<Record<string, string>>, known: readonly string[]): void {
  for (const label of Object.values(asked)) {
    if (known.includes(label)) continue;
    throw new InputError(
      "label-unknown",
      `Unknown label "${label}" in --labels.${didYouMean(label, known)} The model's labels: ${known.join(", ")}.`,
      { hint: "Where the file names them otherwise, write the file's name first: --labels DISO=Disease." },
    );
  }
}

async function readGoldFor(
  path: string,
  labels: Readonly<Record<string, string>>,
  { format }: EvaluateFlags,
  known: readonly string[],
): Promise<Gold> {
  const { readGold } = await import("../../dataset/read-gold.ts");
  try {
    return await readGold(path, { labels, ...(format === undefined ? {} : { format }) });
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== "gold-labels") throw error;
    throw new InputError(error.code, `${error.message} The model's labels: ${known.join(", ")}.`, {
      hint: `Is the gold of another task? If only the names differ: --labels FILE_LABEL=${known[0]}.`,
      details: error.details,
      cause: error,
    });
  }
}
