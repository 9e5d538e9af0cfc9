/** @file A gold file's privacy and a completer -> the right to show its texts: no zero-shot prompt is written without. */
import type { GoldSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import type { Completer } from "./completer.ts";

declare const shown: unique symbol;

/** A text that may stand in a prompt. {@link showText} alone makes one. */
export type ShowableText = string & { readonly [shown]: true };

/** Whose texts may be shown. {@link requireShowable} alone makes one. */
export interface ShownSource {
  readonly [shown]: true;
  readonly name: string;
}

/**
 * Whether the texts of a gold file may be shown to a completer: private ones only to one on this machine.
 * @throws InputError `gold-private`, before any prompt is written
 * @example requireShowable({ name: "NCBI dev", private: false }, completer)
 */
export function requireShowable(
  { name, private: isPrivate }: Pick<GoldSpec, "name" | "private">,
  { isLocal }: Pick<Completer, "isLocal">,
): ShownSource {
  if (isPrivate && !isLocal) {
    throw new InputError(
      "gold-private",
      `The gold "${name}" is marked "private: true", and the completions of this task come from a service. Private texts are shown to a model on this machine alone. Nothing was sent.`,
      { hint: 'Name public gold only, or answer with "completions: { from: local }".' },
    );
  }
  return { name } as ShownSource;
}

/** A text of `source`, as something that a prompt may hold. */
export function showText(_source: ShownSource, text: string): ShowableText {
  return text as ShowableText;
}
