/** @file `annotate MODEL FILE... | -`: texts in, a JSON line a document out, with every mention. */
import { type Command, Option } from "commander";
import type { Device } from "../../engine/devices.ts";
import type { Precision } from "../../model/emit-model.ts";
import { annotateDocuments } from "../../task/annotate-documents.ts";
import { InterruptedError } from "../../util/errors.ts";
import { createFileSink } from "../../util/file-sink.ts";
import { noteDevice } from "../device-note.ts";
import { checkSources, type InputKind, readDocuments } from "../documents.ts";
import { EXIT } from "../errors.ts";
import { type Io, print } from "../io.ts";
import { deviceOption, documentAwareOptions, precisionOption, threadsOption } from "../options.ts";
import { createProgress } from "../progress.ts";
import { renderPlural } from "../render-table.ts";

interface AnnotateFlags {
  readonly input?: InputKind;
  readonly output?: string;
  readonly threads?: number;
  readonly device?: Device;
  readonly precision: Precision;
  readonly documentAware: boolean;
  readonly sections?: boolean;
}

export function addAnnotateCommand(program: Command, io: Io): void {
  program
    .command("annotate")
    .description("find the mentions in texts; gives a JSON line a document")
    .argument("<model>", "a model folder, as runs/disease/model")
    .argument("<files...>", "texts, .jsonl files ({id, text} a line), or - for standard input")
    .addOption(
      new Option(
        "--input <kind>",
        "what is read (default: by the file's ending; told by content for -)",
      ).choices(["text", "jsonl"]),
    )
    .option("--output <file>", "write there instead of to stdout, whole or not at all")
    .option("--sections", "say of each mention which kind of section it is in, as family-history")
    .addOption(documentAwareOptions()[0]!)
    .addOption(documentAwareOptions()[1]!)
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(deviceOption())
    .action((model: string, files: readonly string[], flags: AnnotateFlags) =>
      annotate(model, files, flags, io),
    );
}

async function annotate(
  model: string,
  files: readonly string[],
  { input, output, threads, device, precision, documentAware, sections }: AnnotateFlags,
  io: Io,
): Promise<void> {
  await checkSources(files);
  const { loadNerPredictor } = await import("../../model/ner-predictor.ts");
  const { createDocumentPredictor } = await import("../../model/document-predictor.ts");
  const { createSectionFinder } = await import("../../tokenize/sections.ts");
  const progress = createProgress(io.stderr);
  await noteDevice(device, "annotating", progress.say);
  const predictor = await loadNerPredictor(model, {
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
  const sink =
    output === undefined
      ? { write: (text: string) => print(io.stdout, text), commit: async () => {}, abort: async () => {} }
      : await createFileSink(output);
  const task = progress.start({ title: "annotate: file", total: files.length });
  let interrupted = false;
  const unlisten = io.onInterrupt(() => {
    if (interrupted) io.exit(EXIT.interrupted);
    interrupted = true;
  });
  let filesDone = 0;
  let documents = 0;
  try {
    const notes: string[] = [];
    const read = readDocuments(files, {
      stdin: io.stdin,
      ...(input === undefined ? {} : { input }),
      onSourceEnd: (source, count) => {
        filesDone++;
        if (count === 0) notes.push(`note: ${source} holds no document.`);
      },
    });
    const finder = documentAware ? createDocumentPredictor(predictor) : predictor;
    const options = sections ? { findSections: createSectionFinder } : {};
    for await (const document of annotateDocuments(read, finder, options)) {
      if (interrupted) throw stopped(output);
      await sink.write(`${JSON.stringify(document)}\n`);
      task.update(filesDone, renderPlural(++documents, "document"));
    }
    if (interrupted) throw stopped(output);
    await sink.commit();
    task.update(filesDone, renderPlural(documents, "document"));
    task.stop();
    for (const note of notes) progress.say(note);
  } finally {
    task.stop();
    unlisten();
    await sink.abort();
    await predictor.release();
  }
}

function stopped(output: string | undefined): InterruptedError {
  const hint =
    output === undefined ? "What was printed is right as far as it goes." : `"${output}" was not written.`;
  return new InterruptedError("annotation-interrupted", "Annotation stopped.", { hint });
}
