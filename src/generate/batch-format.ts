/** @file A line of an OpenAI Batch requests or output file -> the few fields of it that are used. */
import { z } from "zod";

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
export const completionBodySchema = z.looseObject({
  choices: z.tuple(
    [z.looseObject({ message: z.looseObject({ content }), finish_reason: z.string().nullish() })],
    z.unknown(),
  ),
});
