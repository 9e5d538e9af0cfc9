/** @file config.json of an encoder -> the network it describes, and the file itself. */
import { z } from "zod";
import { InputError } from "../util/errors.ts";
import type { EncoderNetwork } from "./architectures/architecture.ts";
import { ARCHITECTURES, MODEL_TYPES, type ModelType } from "./architectures.ts";

/** An encoder as its config.json describes it: its sizes, and the functions that build it. */
export interface EncoderConfig extends EncoderNetwork {
  readonly modelType: ModelType;
  /** Before the names of the encoder's weights in a model with a head: `bert.`. */
  readonly prefix: string;
  /** Hugging Face's class of a token classifier with this encoder. */
  readonly className: string;
  /** A label is read from so many tokens' hidden states, end to end, after dropout. Absent: the architecture's own head, from one token. */
  readonly pooled?: { readonly tokens: number; readonly dropout: number };
  /** The tags of a fine-tuned model, by their number. */
  readonly id2label?: Readonly<Record<string, string>>;
  /** config.json as it was read, with the keys that are not used here: it is written out again. */
  readonly json: Readonly<Record<string, unknown>>;
}

const labelsSchema = z.looseObject({ id2label: z.record(z.string(), z.string()).optional() });

/** @throws InputError naming the key, and the architectures that exist where it is another one. */
export function parseEncoderConfig(json: unknown, source: string): EncoderConfig {
  const type = (json as { model_type?: unknown } | null)?.model_type;
  const modelType = MODEL_TYPES.find((known) => known === type);
  if (modelType === undefined) {
    throw new InputError(
      "encoder-unknown",
      `${source}: model_type is ${JSON.stringify(type)}; it must be one of: ${MODEL_TYPES.join(", ")}.`,
      {
        hint: "Choose an encoder of such an architecture in the task file, under encoder.name.",
      },
    );
  }
  const { prefix, className, configure } = ARCHITECTURES[modelType];
  try {
    const { id2label, ...rest } = labelsSchema.parse(json);
    const known = { modelType, prefix, className, json: rest, ...configure(json) };
    return id2label === undefined ? known : { ...known, id2label };
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const issues = cause.issues.map(({ path, message }) => `${path.join(".") || "config"}: ${message}`);
    throw new InputError("encoder-config-invalid", `${source}: ${issues.join("; ")}.`, { cause });
  }
}
