/** @file BRAT standoff: a folder of pairs `<stem>.txt`, `<stem>.ann`, or one of them <-> documents. */
import { randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../util/errors.ts";
import { decodeUtf8 } from "../../util/read-lines.ts";
import { parseAnn } from "./brat-parse.ts";
import { type BratNames, renderAnn, renderAnnotationConf } from "./brat-render.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";

const HINT = 'A corpus of brat is a folder of "<name>.txt" and "<name>.ann", or one such pair.';
const stemOf = (path: string) => path.replace(/\.(?:ann|txt)$/, "");

/**
 * A document is named by its path in the folder. Offsets of the files are code points of the text as it stands, a byte
 * order mark included, as brat counts them. Fragments with only a line break between them are one span: brat cuts a
 * mention of two lines so. An attribute without value is `"true"`. An event is its trigger: relations and attributes of
 * it are those of the mention. Text files without .ann are no documents.
 */
export const bratFormat: CorpusFormat = {
  name: "brat",
  title: "BRAT standoff",
  looksLike: ({ path, isFolder, names }) =>
    isFolder
      ? names.some((name) => name.endsWith(".ann"))
      : path.endsWith(".ann") || (path.endsWith(".txt") && existsSync(`${stemOf(path)}.ann`)),
  async *read(path, { onLoss }) {
    const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      const what = cause.code === "ENOENT" ? "no such file" : `${cause.code}`;
      throw new InputError("file-unreadable", `Cannot read "${path}": ${what}.`, { cause, hint: HINT });
    });
    if (!found.isDirectory()) {
      yield await readPair(stemOf(path), basename(stemOf(path)), onLoss);
      return;
    }
    let count = 0;
    for await (const name of listStems(path, "", onLoss)) {
      count++;
      yield await readPair(join(path, name), name, onLoss);
    }
    if (count === 0) throw new InputError("corpus-invalid", `"${path}": no .ann files.`, { hint: HINT });
  },
  async write(documents, path, { onLoss }) {
    if (/\.(?:ann|txt)$/.test(path)) throw unwritable(path, "brat is written as a folder");
    const before = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw unwritable(path, cause.code === "ENOTDIR" ? "it is a file" : `${cause.code}`);
    });
    if (before.length > 0) throw unwritable(path, "there is something in the folder");
    const target = path.replace(/[/\\]+$/, "");
    const temporary = `${target}.${randomUUID()}.tmp`;
    const names: BratNames = { labels: new Set(), relations: new Map(), attributes: new Map() };
    try {
      await mkdir(temporary, { recursive: true });
      const taken = new Set<string>();
      for await (const document of documents) {
        const stem = toStem(document.id, taken);
        if (stem !== document.id) onLoss("document-id", document.id);
        const file = join(temporary, stem);
        await mkdir(dirname(file), { recursive: true });
        const lone = document.text.match(/\p{Surrogate}/gu)?.length ?? 0;
        if (lone > 0) onLoss("character", document.id, lone);
        await writeFile(`${file}.txt`, document.text, { flag: "wx" });
        await writeFile(`${file}.ann`, renderAnn(document, names, onLoss), { flag: "wx" });
      }
      await writeFile(join(temporary, "annotation.conf"), renderAnnotationConf(names));
      await rename(temporary, target);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
      throw unwritable(path, `${(cause as NodeJS.ErrnoException).code}`, cause);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  },
};

const unwritable = (path: string, found: string, cause?: unknown) =>
  new InputError("output-unwritable", `Cannot write "${path}": ${found}.`, {
    hint: "Give the path of a folder that is empty or not there.",
    ...(cause === undefined ? {} : { cause }),
  });

async function readPair(stem: string, id: string, onLoss: ReportLoss) {
  const text = await readText(`${stem}.txt`);
  const annotation = existsSync(`${stem}.ann`) ? await readText(`${stem}.ann`) : "";
  return parseAnn(annotation.replace(/^\ufeff/, ""), text, { path: `${stem}.ann`, id, onLoss });
}

async function readText(path: string): Promise<string> {
  if (!existsSync(path))
    throw new InputError("file-unreadable", `Cannot read "${path}": no such file.`, { hint: HINT });
  let text = "";
  for await (const piece of decodeUtf8(createReadStream(path), path)) text += piece;
  return text;
}

/** Pairs of a folder and those below, sorted by name; links to folders are not followed. */
async function* listStems(root: string, under: string, onLoss: ReportLoss): AsyncGenerator<string> {
  const entries = await readdir(join(root, under), { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = under === "" ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) yield* listStems(root, name, onLoss);
    else if (name.endsWith(".ann")) yield stemOf(name);
    else if (name.endsWith(".txt") && !names.has(`${stemOf(entry.name)}.ann`))
      onLoss("unannotated", stemOf(name));
  }
}

/** A path below the folder that every system takes, given once. */
function toStem(id: string, taken: Set<string>): string {
  const parts = id
    .split("/")
    .map(
      (part) =>
        part.replace(/[\u0000-\u001f<>:"\\|?*\u007f]|\p{Surrogate}|^\.+|[. ]+$/gu, "_").slice(0, 100) || "_",
    );
  const stem = parts.join("/");
  let free = stem;
  for (let number = 2; taken.has(free); number++) free = `${stem}-${number}`;
  taken.add(free);
  return free;
}
