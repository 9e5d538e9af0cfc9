/** @file config.json of an ELECTRA discriminator (Clark et al. 2020) -> its graph: BERT with narrower embeddings. */
import { z } from "zod";
import { defineArchitecture } from "./architecture.ts";
import {
  bertFields,
  buildBertHead,
  buildBertLayers,
  describeBert,
  finishEmbeddings,
  hasEqualHeads,
  unequalHeads,
} from "./bert.ts";
import { size } from "./config-fields.ts";
import { dense, embed } from "./layers.ts";

const schema = z.object({ ...bertFields, embedding_size: size }).refine(hasEqualHeads, unequalHeads);
const PREFIX = "electra.";

export const ELECTRA = defineArchitecture<z.infer<typeof schema>>({
  prefix: PREFIX,
  className: "ElectraForTokenClassification",
  schema,
  describe: describeBert,
  build(context, config, { ids, positions, types, attentionBias }) {
    const name = (part: string) => `${PREFIX}embeddings.${part}_embeddings`;
    const width = config.embedding_size;
    const words = embed(context, ids, [config.vocab_size, width], name("word"));
    const kinds = embed(context, types, [config.type_vocab_size, width], name("token_type"));
    const places = embed(context, positions, [config.max_position_embeddings, width], name("position"));
    const narrow = finishEmbeddings(context, config, [words, kinds, places], PREFIX);
    const isWide = width === config.hidden_size;
    const x = isWide ? narrow : dense(context, narrow, config.hidden_size, `${PREFIX}embeddings_project`);
    return buildBertLayers(context, config, x, attentionBias, PREFIX);
  },
  buildHead: buildBertHead,
});
