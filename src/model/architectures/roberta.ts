/** @file config.json of a RoBERTa (Liu et al. 2019) or of its twins in other languages -> its graph: BERT without token types. */
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
import { tokenId } from "./config-fields.ts";
import { embed } from "./layers.ts";

const schema = z
  .object({ ...bertFields, pad_token_id: tokenId.default(1) })
  .refine(hasEqualHeads, unequalHeads)
  .refine((config) => config.max_position_embeddings > config.pad_token_id + 3, {
    message: "max_position_embeddings must leave room after pad_token_id, where positions begin",
  });
const PREFIX = "roberta.";

function defineRoberta(className: string) {
  return defineArchitecture<z.infer<typeof schema>>({
    prefix: PREFIX,
    className,
    schema,
    describe(config) {
      // fairseq counts positions from behind the padding's row, so as many rows are never read
      const firstPosition = config.pad_token_id + 1;
      const maxTokens = config.max_position_embeddings - firstPosition;
      return { ...describeBert(config), firstPosition, maxTokens };
    },
    build(context, config, { ids, positions, attentionBias }) {
      const { graph } = context;
      const name = (part: string) => `${PREFIX}embeddings.${part}_embeddings`;
      const { hidden_size: hidden, type_vocab_size: kinds } = config;
      const words = embed(context, ids, [config.vocab_size, hidden], name("word"));
      // Every token is of type 0; picked by a product, since the saved model has no input for types.
      const table = context.parameter(`${name("token_type")}.weight`, [kinds, hidden]);
      const first = graph.constant(
        [1, kinds],
        Array.from({ length: kinds }, (_, kind) => (kind === 0 ? 1 : 0)),
      );
      const kind = graph.apply("gemm", [first, table], { transA: false, transB: false }); // [1, hidden]
      const places = embed(context, positions, [config.max_position_embeddings, hidden], name("position"));
      const x = finishEmbeddings(context, config, [words, kind, places], PREFIX);
      return buildBertLayers(context, config, x, attentionBias, PREFIX);
    },
    buildHead: buildBertHead,
  });
}

export const ROBERTA = defineRoberta("RobertaForTokenClassification");
/** RoBERTa in a hundred languages (Conneau et al. 2020). */
export const XLM_ROBERTA = defineRoberta("XLMRobertaForTokenClassification");
/** RoBERTa in French (Martin et al. 2020). */
export const CAMEMBERT = defineRoberta("CamembertForTokenClassification");
