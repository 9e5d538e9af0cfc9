/** @file An attachment of FHIR -> its text, if it is plain text and in the file. */

/** What an attachment says of itself. */
export interface Attachment {
  /** `text/plain; charset=ISO-8859-1` */
  readonly contentType?: string | null | undefined;
  /** Base64. */
  readonly data?: string | null | undefined;
}

/** Undefined: another type, elsewhere (`url`), not Base64, or not in the character set it says (UTF-8 if it says none). */
export function decodeAttachment({ contentType, data }: Attachment): string | undefined {
  if (data == null) return undefined;
  const [type = "", ...parameters] = (contentType ?? "text/plain").toLowerCase().split(";");
  if (type.trim() !== "text/plain") return undefined;
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(parameter)?.[1])
    .find((found) => found !== undefined);
  const packed = data.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 === 1) return undefined;
  try {
    return new TextDecoder(charset ?? "utf-8", { fatal: true }).decode(Buffer.from(packed, "base64"));
  } catch {
    return undefined;
  }
}
