/** @file Hugging Face token classification as JSON lines, `{id, tokens, ner_tags}` <-> documents; names of tags in a file beside. */
import { writeFileAtomic } from "../../util/files.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { namesPath, readTagNames } from "./hf-names.ts";
import { createTagNumbers, fromHfRow } from "./hf-rows.ts";
import { readJsonRows } from "./json-rows.ts";
import { sampleRows } from "./sample-rows.ts";
import { createTextSink } from "./text-sink.ts";

/**
 * Tags are numbers when written; their names go to `<file>.labels.json`, and are looked for there and in what `datasets`
 * leaves beside a file. Tags that are strings are read as they are. Labels are numbered as they are met, after those of
 * `options.labels`.
 */
export const hfJsonlFormat: CorpusFormat = {
  name: "hf-jsonl",
  title: "Hugging Face ner_tags JSON lines",
  looksLike: (sample) => {
    const [row] = sampleRows(sample, { arrays: true });
    return row !== undefined && Array.isArray(row.tokens) && Array.isArray(row.ner_tags);
  },
  async *read(path, { onLoss }) {
    const names = await readTagNames(path);
    for await (const { place, number, value } of readJsonRows(path)) {
      if (typeof value !== "object" || value === null) throw corpusError(path, place, "no JSON object.");
      yield fromHfRow(value as Record<string, unknown>, { path, place, number }, names, onLoss);
    }
  },
  async write(documents, path, { onLoss, labels = [] }) {
    const numbers = createTagNumbers(labels, onLoss);
    const sink = await createTextSink(path);
    try {
      for await (const document of documents) {
        const { id, tokens, tags } = numbers.toRow(document);
        await sink.write(`${JSON.stringify({ id, tokens, ner_tags: tags })}\n`);
      }
      await writeFileAtomic(namesPath(path), `${JSON.stringify(numbers.names())}\n`);
      await sink.commit();
    } finally {
      await sink.abort();
    }
  },
};
