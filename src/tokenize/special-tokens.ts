/** @file tokenizer.json and tokenizer_config.json -> the ids that begin, end and fill a sequence. */
import { InputError } from "../util/errors.ts";
import { listPieces, type TokenizerJson, type TokenizerModel } from "./tokenizer-json.ts";

interface SpecialIds {
  readonly clsId: number;
  readonly sepId: number;
  readonly padId: number;
  readonly unkId: number;
}

interface Processor {
  readonly type?: string;
  readonly processors?: readonly Processor[];
  readonly cls?: readonly [string, number];
  readonly sep?: readonly [string, number];
  readonly single?: readonly { readonly SpecialToken?: { readonly id: string } }[];
}

/**
 * Asks the post-processor first (what really stands around a text), then tokenizer_config.json, then the names that
 * BERT gave them, then RoBERTa's.
 * @throws InputError that lists the tokens which are missing.
 */
export function readSpecialTokens(
  json: TokenizerJson,
  config: Record<string, unknown>,
): { ids: SpecialIds; vocabularySize: number } {
  const known = new Map<unknown, number>(listPieces(json.model));
  for (const { content, id } of json.added_tokens) known.set(content, id);
  const around = readPostProcessor(json.post_processor as Processor | null);
  const padding = json.padding as { pad_token?: unknown } | null | undefined;
  const names: Record<keyof SpecialIds, readonly unknown[]> = {
    clsId: [around.begin, config.cls_token, "[CLS]", "<s>"],
    sepId: [around.end, config.sep_token, "[SEP]", "</s>"],
    padId: [config.pad_token, padding?.pad_token, "[PAD]", "<pad>"],
    unkId: [unknownPiece(json.model), config.unk_token, "[UNK]", "<unk>"],
  };
  const found = Object.entries(names).map(([key, candidates]) => {
    const ids = candidates.map((name) => known.get(contentOf(name))).filter((id) => id !== undefined);
    return [key, ids[0]] as const;
  });
  const missing = found
    .filter(([, id]) => id === undefined)
    .map(([key]) => key.replace("Id", "").toUpperCase());
  if (missing.length > 0) {
    throw new InputError(
      "tokenizer-special-missing",
      `The tokenizer has no special token for ${missing.join(", ")}. Needed: CLS, SEP, PAD, UNK.`,
      { hint: "Name them in tokenizer_config.json (cls_token, sep_token, pad_token, unk_token)." },
    );
  }
  let highest = 0;
  for (const id of known.values()) if (id > highest) highest = id;
  return { ids: Object.fromEntries(found) as unknown as SpecialIds, vocabularySize: highest + 1 };
}

function unknownPiece(model: TokenizerModel): unknown {
  return model.type === "Unigram" ? model.vocab[model.unk_id]?.[0] : model.unk_token;
}

/** A token is written as its text or, in tokenizer_config.json, as `{ content }`. */
function contentOf(token: unknown): unknown {
  return typeof token === "object" && token !== null ? (token as { content?: unknown }).content : token;
}

function readPostProcessor(processor: Processor | null): { begin?: unknown; end?: unknown } {
  if (processor?.type === "Sequence") {
    const found = (processor.processors ?? []).map(readPostProcessor);
    return found.find(({ begin }) => begin !== undefined) ?? {};
  }
  if (processor?.type === "TemplateProcessing") {
    const { single } = processor;
    return { begin: single?.at(0)?.SpecialToken?.id, end: single?.at(-1)?.SpecialToken?.id };
  }
  return { begin: processor?.cls?.[0], end: processor?.sep?.[0] };
}
