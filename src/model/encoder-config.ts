/** @file config.json of an encoder -> the numbers its graph is built from. */
import { z } from "zod";
import { InputError } from "../util/errors.ts";

/** Architectures that can be built, by `model_type`. */
const MODEL_TYPES = ["bert"] as const;

const probability = z.number().min(0).lt(1);
const size = z.int().positive().max(1_000_000);

/** Hugging Face's own key names; keys we do not use are kept, since the file is written out again. */
const encoderConfigSchema = z
  .looseObject({
    model_type: z.enum(MODEL_TYPES),
    vocab_size: size,
    hidden_size: size,
    num_hidden_layers: size,
    num_attention_heads: size,
    intermediate_size: size,
    max_position_embeddings: size,
    type_vocab_size: size,
    layer_norm_eps: z.number().positive(),
    hidden_act: z.literal("gelu"),
    hidden_dropout_prob: probability,
    attention_probs_dropout_prob: probability,
    /** Deviation of freshly drawn weights. */
    initializer_range: z.number().positive().default(0.02),
    position_embedding_type: z.literal("absolute").optional(),
    id2label: z.record(z.string(), z.string()).optional(),
  })
  .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
    message: "hidden_size must be a multiple of num_attention_heads",
  });

export type EncoderConfig = z.infer<typeof encoderConfigSchema>;

/** @throws InputError naming the key, and the architectures that exist where it is another one. */
export function parseEncoderConfig(json: unknown, source: string): EncoderConfig {
  const type = (json as { model_type?: unknown } | null)?.model_type;
  if (!MODEL_TYPES.some((known) => known === type)) {
    throw new InputError(
      "encoder-unknown",
      `${source}: model_type is ${JSON.stringify(type)}; it must be one of: ${MODEL_TYPES.join(", ")}.`,
      {
        hint: "Choose an encoder of such an architecture in the task file, under encoder.name.",
      },
    );
  }
  const result = encoderConfigSchema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join(".") || "config"}: ${message}`);
  throw new InputError("encoder-config-invalid", `${source}: ${issues.join("; ")}.`, { cause: result.error });
}
