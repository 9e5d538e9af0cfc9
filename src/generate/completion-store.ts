/** @file `completions.jsonl`: completions and final failures, on disk before they count, each with what was asked. */
import { z } from "zod";
import type { Rejection } from "../task/rejection.ts";
import { fileExists } from "../util/files.ts";
import { openJournal, readJournal } from "../util/journal.ts";
import { lockFile } from "../util/lock-file.ts";
import type { Completion, Usage } from "./completer.ts";
import { createCompletionIndex, HASH_PATTERN } from "./completion-index.ts";

/** `answered`: with these messages by this model. `changed`: to other messages or by another model; it is asked anew. */
export type StoredState = "answered" | "failed" | "changed" | "absent";

export interface CompletionStore {
  /** Prompts with a completion. */
  readonly answered: number;
  /** Whether there is a completion for this prompt, to whatever messages. */
  has(promptId: string): boolean;
  /** @param hash see `hashPrompt` */
  check(promptId: string, hash: string): StoredState;
  /** Ends when it is on disk, flushed: within 100 ms, or 64 lines. @throws EnvironmentError where the disk refuses */
  append(result: Completion | Rejection, hash: string): Promise<void>;
  /** Writes what waits for company, at once. */
  flush(): Promise<void>;
  /**
   * One result a prompt, the newest, in the order of the file, from disk: its completion, or its last failure where it has
   * none.
   * @param wanted which prompts; default: all that were ever stored
   */
  read(wanted?: (promptId: string, hash: string) => boolean): AsyncGenerator<Completion | Rejection>;
  close(): Promise<void>;
}

const lineSchema = z.union([
  z.strictObject({
    promptId: z.string(),
    hash: z.string().regex(HASH_PATTERN),
    text: z.string(),
    finishReason: z.exactOptional(z.string()),
    usage: z.exactOptional(z.strictObject({ inputTokens: z.number(), outputTokens: z.number() })),
  }),
  z.strictObject({
    promptId: z.string(),
    hash: z.string().regex(HASH_PATTERN),
    // Not held against the closed list: another version may have had another one.
    rejected: z.strictObject({ reason: z.string(), raw: z.string() }),
  }),
]);

type StoredLine = z.output<typeof lineSchema>;

function parseLine(text: string): StoredLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function toResult({ hash: _, ...line }: StoredLine): Completion | Rejection {
  if ("text" in line) return line;
  const { reason, raw } = line.rejected;
  return { prompt: line.promptId, reason: reason as Rejection["reason"], raw };
}

/** Tokens of all completions a store ever took, also those that were asked anew since. No file: none. */
export async function readUsage(path: string): Promise<Usage> {
  let [inputTokens, outputTokens] = [0, 0];
  if (!(await fileExists(path))) return { inputTokens, outputTokens };
  for await (const { text } of readJournal(path)) {
    const stored = parseLine(text);
    if (stored === undefined || !("text" in stored) || stored.usage === undefined) continue;
    inputTokens += stored.usage.inputTokens;
    outputTokens += stored.usage.outputTokens;
  }
  return { inputTokens, outputTokens };
}

/**
 * Opens or makes a store, for one process at a time (`<path>.lock`). A last line that a kill has torn is cut off.
 * @throws InputError when another process has it open, or a line in the middle is none
 * @example const store = await openStore("runs/disease/completions.jsonl");
 */
export async function openStore(path: string): Promise<CompletionStore> {
  const lock = await lockFile(`${path}.lock`, `store of completions "${path}"`);
  const entries = createCompletionIndex();
  let lines = 0;
  let answered = 0;
  const note = (promptId: string, hash: string, good: boolean) => {
    const known = entries.get(promptId);
    // A failure after a completion to the same messages takes nothing away.
    if (!good && known?.good && known.hash === hash) return;
    answered += Number(good) - Number(known?.good ?? false);
    entries.set(promptId, { hash, line: lines, good });
  };
  const journal = await openJournal(path, (text, line) => {
    const parsed = parseLine(text);
    if (parsed === undefined) return false;
    lines = line;
    note(parsed.promptId, parsed.hash, "text" in parsed);
    return true;
  }).catch(async (error) => {
    await lock.release();
    throw error;
  });
  lines = journal.lines;

  return {
    get answered() {
      return answered;
    },
    has: (promptId) => entries.get(promptId)?.good ?? false,
    check(promptId, hash) {
      const entry = entries.get(promptId);
      if (entry === undefined) return "absent";
      if (entry.hash !== hash) return "changed";
      return entry.good ? "answered" : "failed";
    },
    async append(result, hash) {
      // Such a line would not be read again.
      if (!HASH_PATTERN.test(hash)) throw new TypeError("A completion was to be kept with no hash.");
      const good = "text" in result;
      const promptId = good ? result.promptId : result.prompt;
      const row = good
        ? { ...result, hash }
        : { promptId, hash, rejected: { reason: result.reason, raw: result.raw } };
      lines++;
      note(promptId, hash, good);
      await journal.append(JSON.stringify(row));
    },
    flush: journal.flush,
    async *read(wanted = () => true) {
      await journal.flush();
      for await (const { line, text } of readJournal(path)) {
        const stored = parseLine(text);
        if (stored === undefined || entries.get(stored.promptId)?.line !== line) continue;
        if (wanted(stored.promptId, stored.hash)) yield toResult(stored);
      }
    },
    async close() {
      await journal.close();
      await lock.release();
    },
  };
}
