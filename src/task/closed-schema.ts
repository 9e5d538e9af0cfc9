/** @file A shape -> the schema of a map that takes no other keys. */
import { z } from "zod";

/** The issue's message is the list of the keys it does take. */
export const closed = <S extends z.core.$ZodShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shape).join(", ") : undefined),
  });
