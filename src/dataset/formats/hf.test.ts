/** @file Tests of Hugging Face rows as JSON lines and Parquet: names of tags, where they are found, and files that `datasets` wrote. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { afterAll, expect, test } from "vitest";
import { createTrips, sampleOf, stream } from "../../../test/format-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { hfJsonlFormat } from "./hf-jsonl.ts";
import { hfParquetFormat } from "./hf-parquet.ts";

const trips = createTrips();
afterAll(trips.remove);

const ROW = { id: "0", tokens: ["Naloxone", "reverses", "severe", "gout"], ner_tags: [3, 0, 1, 2] };
const NAMES = ["O", "B-Disease", "I-Disease", "B-Chemical", "I-Chemical"];
const FOUND = ["Naloxone/Chemical", "severe gout/Disease"];

const mentionsOf = (document: CorpusDocument | undefined) =>
  document?.mentions.map(
    ({ label, spans }) => `${document.text.slice(spans[0]!.start, spans[0]!.end)}/${label}`,
  );

/** Reads a row in a folder of its own, with files beside it. */
async function readBeside(files: Readonly<Record<string, string>>, row: object = ROW) {
  const folder = join(trips.folder, "beside");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const path = join(folder, "train.jsonl");
  await writeFile(path, `${JSON.stringify(row)}\n`);
  return trips.read(hfJsonlFormat, path);
}

const classLabel = { feature: { names: NAMES, _type: "ClassLabel" }, _type: "Sequence" };

test.each([
  ["train.jsonl.labels.json", JSON.stringify(NAMES)],
  ["features.json", JSON.stringify({ id: { dtype: "string" }, ner_tags: classLabel })],
  ["dataset_info.json", JSON.stringify({ features: { ner_tags: { ...classLabel, _type: "List" } } })],
  [
    "dataset_infos.json",
    JSON.stringify({ default: { features: { tokens: {}, ner_tags: [{ names: NAMES }] } } }),
  ],
  [
    "README.md",
    `---\ndataset_info:\n  features:\n  - name: tokens\n    sequence: string\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n${NAMES.map((name, index) => `          '${index}': ${name}\n`).join("")}---\n# A corpus\n`,
  ],
])("numbers get their names from %s", async (name, text) => {
  expect(mentionsOf((await readBeside({ [name]: text })).documents[0])).toEqual(FOUND);
});

test("numbers without names are told what to do; names that are missing or none too", async () => {
  await expect(readBeside({})).rejects.toThrow(
    /train\.jsonl:1: tags are numbers, and nothing says what they are called\.$/,
  );
  await expect(readBeside({})).rejects.toMatchObject({
    code: "corpus-invalid",
    hint: 'Put their names beside it, in <file>.labels.json: ["O", "B-Disease", "I-Disease"].',
  });
  const files = { "train.jsonl.labels.json": JSON.stringify(NAMES.slice(0, 3)) };
  await expect(readBeside(files)).rejects.toThrow(
    /train\.jsonl:1: a tag has no name: there are 3, from 0 to 2\.$/,
  );
  await expect(readBeside(files, { ...ROW, ner_tags: [-100, 0, 0, 0] })).rejects.toThrow(/a tag has no name/);
  await expect(readBeside({ "train.jsonl.labels.json": "{}" })).rejects.toThrow(/holds no names of tags\.$/);
  await expect(
    readBeside({ "train.jsonl.labels.json": '["O", "Disease"]' }, { ...ROW, ner_tags: [1, 0, 0, 0] }),
  ).rejects.toThrow(/a tag that is none of IOB/);
  await expect(readBeside({}, { ...ROW, ner_tags: ["O"] })).rejects.toThrow(
    /no row of token classification\.$/,
  );
});

test("reads tags that are strings, other columns as facts or counted, empty tokens as none", async () => {
  const row = {
    tokens: ["a", "", "b"],
    ner_tags: ["I-D", "O", "S-E"],
    doc: 9,
    lang: "en",
    pos_tags: [1, 2, 3],
  };
  expect(await readBeside({}, row)).toEqual({
    documents: [
      {
        id: "1",
        text: "a b",
        mentions: [
          { label: "D", spans: [{ start: 0, end: 1 }] },
          { label: "E", spans: [{ start: 2, end: 3 }] },
        ],
        relations: [],
        tokens: [
          { start: 0, end: 1 },
          { start: 2, end: 3 },
        ],
        document: "9",
        meta: { lang: "en" },
      },
    ],
    losses: { token: 1, "iob1-start": 1, column: 1 },
  });
});

const document = (label: string, id = "x"): CorpusDocument => {
  return { id, text: "gout", mentions: [{ label, spans: [{ start: 0, end: 4 }] }], relations: [] };
};

test("labels given come first in the numbers, others as they are met; names are beside the file", async () => {
  const { path } = await trips.write(hfJsonlFormat, [document("Z"), document("B")], "n.jsonl", {
    labels: ["A", "B"],
  });
  expect((await readFile(path, "utf8")).split("\n")[0]).toBe('{"id":"x","tokens":["gout"],"ner_tags":[5]}');
  expect(JSON.parse(await readFile(`${path}.labels.json`, "utf8"))).toEqual([
    "O",
    "B-A",
    "I-A",
    "B-B",
    "I-B",
    "B-Z",
    "I-Z",
  ]);
});

test("both are known by their first bytes", () => {
  expect(hfJsonlFormat.looksLike(sampleOf(JSON.stringify(ROW)))).toBe(true);
  expect(hfJsonlFormat.looksLike(sampleOf('{"text": "a", "spans": []}'))).toBe(false);
  expect(hfParquetFormat.looksLike(sampleOf("PAR1\u0000"))).toBe(true);
  expect(hfParquetFormat.looksLike(sampleOf("P"))).toBe(false);
});

test("Parquet is written in row groups, with the names as `datasets` has them", async () => {
  const documents = Array.from({ length: 4001 }, (_, index) =>
    document(index % 2 ? "A" : "β", String(index)),
  );
  const { path } = await trips.write(hfParquetFormat, documents, "groups.parquet");
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([2000, 2000, 1]);
  expect(metadata.key_value_metadata?.map(({ key, value }) => [key, JSON.parse(value!)])).toEqual([
    [
      "huggingface",
      {
        info: {
          features: {
            id: { dtype: "string", _type: "Value" },
            tokens: { feature: { dtype: "string", _type: "Value" }, _type: "Sequence" },
            ner_tags: {
              feature: { names: ["O", "B-β", "I-β", "B-A", "I-A"], _type: "ClassLabel" },
              _type: "Sequence",
            },
          },
        },
      },
    ],
  ]);
  const { documents: back } = await trips.read(hfParquetFormat, path);
  expect(back.map(({ id, mentions }) => [id, mentions])).toEqual(
    documents.map(({ id, mentions }) => [id, mentions]),
  );
});

test("an empty corpus is a Parquet file without rows", async () => {
  expect(await trips.roundTrip(hfParquetFormat, [])).toEqual({ documents: [], written: {}, read: {} });
});

test("half a character is written as a replacement and counted", async () => {
  const broken = { ...document("A"), text: "g\ud83dut", tokens: [{ start: 0, end: 4 }] };
  const back = await trips.roundTrip(hfParquetFormat, [broken]);
  expect([back.documents[0]?.text, back.written]).toEqual(["g\ufffdut", { character: 1 }]);
  const json = await trips.roundTrip(hfJsonlFormat, [broken]);
  expect([json.documents[0]?.text, json.written]).toEqual(["g\ud83dut", {}]);
});

test("what is no Parquet file is told", async () => {
  await expect(trips.parse(hfParquetFormat, "PAR1 and no more")).rejects.toThrow(
    /it is no Parquet file, or cut off\.$/,
  );
  await expect(trips.read(hfParquetFormat, join(trips.folder, "absent"))).rejects.toThrow(/no such file\.$/);
});

test.each([hfJsonlFormat, hfParquetFormat])(
  "$name leaves nothing when its documents end in an error",
  async (format) => {
    const folder = join(trips.folder, `broken-${format.name}`);
    async function* broken() {
      yield* stream([document("A")]);
      throw new Error("no more");
    }
    await expect(format.write!(broken(), join(folder, "out"), { onLoss: () => {} })).rejects.toThrow(
      "no more",
    );
    expect(existsSync(folder) ? await readdir(folder) : []).toEqual([]);
  },
);

/** Three rows that `datasets` 5.2 and pyarrow 26 wrote, in row groups of two. */
test.each(["snappy", "gzip", "zstd"])("reads what datasets wrote: %s", async (codec) => {
  const path = new URL(`../../../test/fixtures/hf/${codec}.parquet`, import.meta.url).pathname;
  const { documents, losses } = await trips.read(hfParquetFormat, path);
  expect(documents.map((one) => [one.id, one.text, mentionsOf(one), one.meta])).toEqual([
    ["a", "😷 gout flares", ["gout flares/Disease"], { pmid: "7" }],
    ["b", "", [], { pmid: "8" }],
    ["c", "β-blocker", ["β-blocker/Chemical"], undefined],
  ]);
  expect(losses).toEqual({});
});
