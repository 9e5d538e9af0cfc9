/** @file A task, topics and names -> its prompts, one by one: the same task and seed give the same prompts. */
import type { PromptSetSpec, PromptsSpec } from "../task/prompt-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { createRandom, shuffle } from "../util/random.ts";
import type { Prompt } from "./completer.ts";
import { itemsOf, type PromptParts, requirePrompts } from "./prompt-lines.ts";
import { renderPrompt } from "./render-prompt.ts";
import { selectPrompts } from "./select-prompts.ts";

export interface WritePromptsOptions {
  /** In place of the task's topics, as after a first stage that found more. Topics of a set go before. */
  readonly topics?: readonly string[];
  /** The names in the files of `prompts.terms`, in that order. Needed where the task has such files. */
  readonly terms?: readonly (readonly string[])[];
  /** Ids, globs and ranges of final numbers, as in `completions.select`. Default: all. */
  readonly select?: readonly string[];
}

const toId = (task: string, set: string, number: number) =>
  `${task}-${set}-${String(number).padStart(3, "0")}`;

/** How many prompts a task asks for, the first stage (topics) left aside. @throws InputError `prompts-absent` */
export function countPrompts(spec: TaskSpec): number {
  return requirePrompts(spec).sets.reduce((sum, { prompts }) => sum + prompts, 0);
}

function selectIds(spec: TaskSpec, { sets }: PromptsSpec, select: readonly string[]): ReadonlySet<string> {
  const messages: Prompt["messages"] = [];
  const all = sets.flatMap(({ name, prompts }) =>
    Array.from({ length: prompts }, (_, number) => ({ id: toId(spec.name, name, number), messages })),
  );
  return new Set(selectPrompts(all, select).map(({ id }) => id));
}

const leastCommonMultiple = (a: number, b: number): number => {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
};

/**
 * Topic and style of a prompt, both in turn. After each common multiple of the two lengths the styles move on by one,
 * so that every topic meets every style once in topics x styles prompts.
 */
function takeTurns(number: number, topics: readonly string[], styles: readonly string[]) {
  const shift = Math.floor(
    number / leastCommonMultiple(Math.max(1, topics.length), Math.max(1, styles.length)),
  );
  const topic = topics[number % topics.length];
  const style = styles[(number + shift) % styles.length];
  return { ...(topic !== undefined && { topic }), ...(style !== undefined && { style }) };
}

/** Draws names in a random order until all were used, then in another. Only the last order is kept. */
function createNameDraw(names: readonly string[], name: (round: number) => ReturnType<typeof createRandom>) {
  let kept: { round: number; order: readonly string[] } | undefined;
  return (from: number, count: number): string[] => {
    const drawn: string[] = [];
    for (let place = from; place < from + Math.min(count, names.length); place++) {
      const round = Math.floor(place / names.length);
      if (kept?.round !== round) kept = { round, order: shuffle(names, name(round)) };
      drawn.push(kept.order[place % names.length]!);
    }
    return [...new Set(drawn)]; // the end of one order and the beginning of the next may share a name
  };
}

/** One value of each attribute; for documents one a document, without repeating before all were used. */
function drawAttributes(seed: number, id: string, set: PromptSetSpec): PromptParts["attributes"] {
  const count = set.form === "documents" ? itemsOf(set) : 1;
  return Object.fromEntries(
    Object.entries(set.attributes).map(([name, values]) => {
      const order = shuffle(values, createRandom(seed, "attributes", id, name));
      return [name, Array.from({ length: count }, (_, place) => order[place % order.length]!)];
    }),
  );
}

/**
 * The prompts of a task, made when they are asked for. A prompt depends on the task, the seed, its set and its number:
 * longer and further sets leave the others' prompts as they are.
 * @throws InputError `prompts-absent`, `terms-absent`, `select-empty`
 * @example for (const { id, messages } of writePrompts(spec)) ...
 */
export function* writePrompts(spec: TaskSpec, options: WritePromptsOptions = {}): Generator<Prompt> {
  const prompts = requirePrompts(spec);
  const { seed } = prompts;
  const given = options.terms ?? [];
  if (given.length !== prompts.terms.length) {
    throw new InputError(
      "terms-absent",
      `Task "${spec.name}" has ${prompts.terms.length} files of names (prompts.terms); ${given.length} were given.`,
    );
  }
  const selected = options.select && selectIds(spec, prompts, options.select);
  for (const set of prompts.sets) {
    const topics = shuffle(
      set.topics ?? options.topics ?? prompts.topics,
      createRandom(seed, "topics", set.name),
    );
    const draws = prompts.terms.map(({ label, perPrompt }, file) => ({
      label,
      perPrompt,
      draw: createNameDraw(given[file]!, (round) => createRandom(seed, "terms", set.name, file, round)),
    }));
    for (let number = 0; number < set.prompts; number++) {
      const id = toId(spec.name, set.name, number);
      if (selected?.has(id) === false) continue;
      const attributes = drawAttributes(seed, id, set);
      const turns = takeTurns(number, topics, set.styles);
      const terms = draws.map(({ label, perPrompt, draw }) => ({
        label,
        names: draw(number * perPrompt, perPrompt),
      }));
      yield {
        id,
        messages: renderPrompt(spec, set, { ...turns, attributes, terms }),
        attributes: {
          ...Object.fromEntries(
            Object.entries(attributes).map(([name, values]) => [name, values.join("; ")]),
          ),
          set: set.name,
          ...turns,
        },
      };
    }
  }
}
