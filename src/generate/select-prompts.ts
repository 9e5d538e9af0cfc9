/** @file All prompts and `completions.select` -> the prompts to use, in their order. */
import { InputError } from "../util/errors.ts";
import type { Prompt } from "./completer.ts";

/** Ranges go by the number that an id ends in; globs know `*` only; anything else is an id. */
function toTest(entry: string): (id: string) => boolean {
  const range = /^(\d+)\.\.(\d+)$/.exec(entry);
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    return (id) => {
      const number = /\d+$/.exec(id)?.[0];
      return number !== undefined && first <= Number(number) && Number(number) <= last;
    };
  }
  const pieces = entry.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const glob = new RegExp(`^${pieces.join(".*")}$`, "s");
  return (id) => glob.test(id);
}

/**
 * The prompts that at least one entry of `select` names; all when it is absent.
 * @throws InputError `select-empty` when an entry names none.
 * @example selectPrompts(completer.prompts, ["000..023", "disease-07*"])
 */
export function selectPrompts(prompts: readonly Prompt[], select?: readonly string[]): readonly Prompt[] {
  if (select === undefined) return prompts;
  const tests = select.map((entry) => {
    const test = toTest(entry);
    if (!prompts.some(({ id }) => test(id))) {
      const [first, last] = [prompts[0]?.id, prompts.at(-1)?.id];
      throw new InputError(
        "select-empty",
        `No prompt matches "${entry}" in completions.select. There are ${prompts.length}: "${first}" to "${last}".`,
        { hint: 'An entry is an id, a glob ("disease-02*") or a range of final numbers ("000..023").' },
      );
    }
    return test;
  });
  return prompts.filter(({ id }) => tests.some((test) => test(id)));
}
