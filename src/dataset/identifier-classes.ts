/** @file The 18 classes of personal identifiers, under the names that reports have for them. */

/** 45 CFR 164.514(b)(2)(i), (A) to (R). */
export const IDENTIFIER_CLASSES = [
  "name",
  "geographic",
  "date-or-age",
  "phone",
  "fax",
  "email",
  "social-security",
  "medical-record",
  "health-plan",
  "account",
  "licence",
  "vehicle",
  "device",
  "url",
  "ip-address",
  "biometric",
  "photograph",
  "other-code",
] as const;
export type IdentifierClass = (typeof IDENTIFIER_CLASSES)[number];
