/** @file A line of an OpenAI Batch requests or output file -> the few fields of it that are used. */
import { z } from "zod";
import type { Rejection } from "../task/rejection.ts";
import type { Completion, Usage } from "./completer.ts";

const content = z.union([
  z.string(),
  // Content in parts: only the text counts.
  z
    .array(z.looseObject({ text: z.string().optional() }))
    .transform((parts) => parts.map((part) => part.text ?? "").join("")),
]);

/** A line of the requests file. Other fields (model, temperature) are the business of whoever sent it. */
export const batchRequestSchema = z.looseObject({
  custom_id: z.string().min(1),
  body: z.looseObject({
    model: z.string().optional(),
    messages: z.array(z.looseObject({ role: z.string(), content })).min(1),
  }),
});

/** A line of the output or error file. The body is read apart: a service's error body has another shape. */
export const batchAnswerSchema = z
  .looseObject({
    custom_id: z.string().min(1),
    response: z.looseObject({ status_code: z.int(), body: z.unknown() }).nullish(),
    error: z.looseObject({ code: z.coerce.string().nullish() }).nullish(),
  })
  .refine((line) => line.response !== undefined || line.error !== undefined, {
    path: ["response"],
    error: "neither response nor error",
  });
export type BatchAnswer = z.output<typeof batchAnswerSchema>;

/** The body of a good answer. */
const completionBodySchema = z.looseObject({
  choices: z.tuple(
    [z.looseObject({ message: z.looseObject({ content }), finish_reason: z.string().nullish() })],
    z.unknown(),
  ),
});

/** The first choice is the completion; anything but a 200 with text is a failure, named by its codes only. */
export function toCompletion({ custom_id: id, response, error }: BatchAnswer): Completion | Rejection {
  if (response?.status_code !== 200 || error) {
    const status = response ? `status ${response.status_code}` : "no response";
    return {
      prompt: id,
      reason: "failed-request",
      raw: error?.code ? `${status}, ${error.code}` : status,
    };
  }
  const choice = completionBodySchema.safeParse(response.body).data?.choices[0];
  if (choice === undefined) return { prompt: id, reason: "no-text", raw: "" };
  const { message, finish_reason: finishReason } = choice;
  return { promptId: id, text: message.content, ...(finishReason ? { finishReason } : {}) };
}

const usageSchema = z.looseObject({
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }),
});

/** Undefined where the service counted nothing. */
export function readUsage({ response }: BatchAnswer): Usage | undefined {
  const usage = usageSchema.safeParse(response?.body).data?.usage;
  return usage && { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
}
