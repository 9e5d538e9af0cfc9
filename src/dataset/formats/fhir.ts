/** @file FHIR R4 and R5: DocumentReference and DiagnosticReport, in a Bundle, alone, or one a line -> documents. */
import { z } from "zod";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions } from "./corpus-format.ts";
import { decodeAttachment } from "./fhir-attachment.ts";
import { readFormatSample } from "./format-sample.ts";
import { readJsonElements } from "./json-elements.ts";
import { parseRow } from "./json-rows.ts";

const attachment = z.looseObject({
  contentType: z.string().nullish(),
  data: z.string().nullish(),
  title: z.string().nullish(),
});
const concept = z
  .looseObject({
    text: z.string().nullish(),
    coding: z.array(z.looseObject({ code: z.string().nullish(), display: z.string().nullish() })).nullish(),
  })
  .nullish();
const base = z.looseObject({ resourceType: z.string(), id: z.string().nullish() });
type Resource = z.infer<typeof base>;
const common = {
  status: z.string().nullish(),
  subject: z
    .looseObject({
      reference: z.string().nullish(),
      identifier: z.looseObject({ value: z.string().nullish() }).nullish(),
    })
    .nullish(),
};
const documentReference = z.looseObject({
  ...common,
  date: z.string().nullish(),
  type: concept,
  content: z.array(z.looseObject({ attachment: attachment.nullish() })).nullish(),
});
const diagnosticReport = z.looseObject({
  ...common,
  effectiveDateTime: z.string().nullish(),
  code: concept,
  presentedForm: z.array(attachment).nullish(),
});
const form = {
  schema: base,
  what: "a resource of FHIR",
  hint: 'It is {"resourceType": "Bundle", "entry": [...]}, or {"resourceType": "DocumentReference", ...}, alone or one a line.',
};

/** The resources of a file. A Bundle that says so at its beginning is never held whole. */
async function* readResources(path: string): AsyncGenerator<{ found: Resource; place: string }> {
  const { text } = await readFormatSample(path);
  const isBundle = /"resourceType"\s*:\s*"([^"]*)"/.exec(text)?.[1] === "Bundle" && !isLines(text);
  let count = 0;
  const fail = (count: number) => corpusError(path, `after element ${count}`, "not valid JSON.");
  const paths = [isBundle ? "$.entry.*" : "$"];
  for await (const { number, value } of readJsonElements(path, paths, { fail, several: true })) {
    const place = `${isBundle ? "entry" : "resource"} ${number}`;
    for (const inner of isBundle ? [value] : entriesOf(value)) {
      const found = (inner as { resource?: unknown } | null)?.resource ?? (isBundle ? undefined : inner);
      if (found === undefined) continue; // an entry that is a link or a request
      count++;
      yield { found: parseRow(path, { place, value: found }, form), place };
    }
  }
  if (count === 0 && !isBundle) throw corpusError(path, 1, `no resource of FHIR.`, form.hint);
}

const isLines = (text: string) => /\}\s*\n\s*\{\s*"resourceType"/.test(text) && !/^\s*\{\s*\n/.test(text);

/** A Bundle that stands on a line, or is told late to be one: its entries; anything else is itself. */
function entriesOf(value: unknown): readonly unknown[] {
  const { resourceType, entry } = (value ?? {}) as { resourceType?: unknown; entry?: unknown };
  return resourceType === "Bundle" ? (Array.isArray(entry) ? entry : []) : [value];
}

/** What both kinds say of a note. */
function readNote(found: Resource, path: string, place: string) {
  if (found.resourceType === "DocumentReference") {
    const data = parseRow(path, { place, value: found }, { ...form, schema: documentReference });
    const attachments = (data.content ?? []).flatMap(({ attachment }) =>
      attachment == null ? [] : [attachment],
    );
    return { ...data, kind: data.type, date: data.date, attachments };
  }
  if (found.resourceType !== "DiagnosticReport") return undefined;
  const data = parseRow(path, { place, value: found }, { ...form, schema: diagnosticReport });
  return { ...data, kind: data.code, date: data.effectiveDateTime, attachments: data.presentedForm ?? [] };
}

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  let number = 0;
  for await (const { found, place } of readResources(path)) {
    const id = found.id ?? String(++number);
    const note = readNote(found, path, place);
    if (note === undefined) {
      onLoss("no-text", `${found.resourceType}/${id}`);
      continue;
    }
    const { attachments, kind, subject, date, status } = note;
    // Several are the same document in several forms: the first that can be read is taken.
    const readable = attachments.flatMap((candidate) => {
      const text = decodeAttachment(candidate);
      return text === undefined ? [] : [{ text, title: candidate.title }];
    })[0];
    if (readable === undefined) {
      if (attachments.length === 0) onLoss("no-text", id);
      else onLoss("attachment", id, attachments.length);
      continue;
    }
    const meta = Object.entries({
      patient: subject?.reference ?? subject?.identifier?.value,
      date,
      type: kind?.text ?? kind?.coding?.[0]?.display ?? kind?.coding?.[0]?.code,
      title: readable.title,
      status,
    }).filter((fact): fact is [string, string] => typeof fact[1] === "string" && fact[1] !== "");
    yield { id, text: readable.text, mentions: [], relations: [], meta: Object.fromEntries(meta) };
  }
}

/** Notes of FHIR. Only plain text that is in the file is read; the rest is counted. */
export const fhirFormat: CorpusFormat = {
  name: "fhir",
  title: "FHIR",
  looksLike: ({ isFolder, text }) =>
    !isFolder && /^\s*\{/.test(text) && /"resourceType"\s*:\s*"[A-Z]\w+"/.test(text),
  read,
};
