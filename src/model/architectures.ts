/** @file `model_type` of config.json -> the architecture that builds it: one line here, one file below architectures/. */
import type { EncoderArchitecture } from "./architectures/architecture.ts";
import { BERT } from "./architectures/bert.ts";
import { DEBERTA_V2 } from "./architectures/deberta.ts";
import { DISTILBERT } from "./architectures/distilbert.ts";
import { ELECTRA } from "./architectures/electra.ts";
import { MODERNBERT } from "./architectures/modernbert.ts";
import { CAMEMBERT, ROBERTA, XLM_ROBERTA } from "./architectures/roberta.ts";

/** Every encoder that can be built, under the name that config.json gives it. */
export const ARCHITECTURES = {
  bert: BERT,
  camembert: CAMEMBERT,
  "deberta-v2": DEBERTA_V2,
  distilbert: DISTILBERT,
  electra: ELECTRA,
  modernbert: MODERNBERT,
  roberta: ROBERTA,
  "xlm-roberta": XLM_ROBERTA,
} as const satisfies Readonly<Record<string, EncoderArchitecture>>;

export type ModelType = keyof typeof ARCHITECTURES;

/** Every `model_type` there is, in the order of the alphabet. */
export const MODEL_TYPES = Object.keys(ARCHITECTURES).sort() as readonly ModelType[];
