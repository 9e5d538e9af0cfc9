/** @file What an answer may hold -> a grammar in GBNF, llama.cpp's form of BNF, that admits well-formed answers only. */
import type { AnswerFormat, PromptForm } from "../task/prompt-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { Prompt } from "./completer.ts";

/** What an answer may hold. */
export interface AnswerRules {
  readonly kind: TaskKind;
  /** Names of the task's labels. */
  readonly labels: readonly string[];
  /** Relations: the labels of the two arguments and the names of the classes. */
  readonly relation?: { readonly head: string; readonly tail: string; readonly classes: readonly string[] };
  readonly form: PromptForm;
  readonly answer: AnswerFormat;
  /** Sentences, or documents, at most. */
  readonly items: number;
  /** Words of a sentence at most; a mention counts as one. Relations: before, between and after the pair, each. */
  readonly words: number;
  /** Sentences of a document at most, its title counted. */
  readonly sentences: number;
}

/** Longest word in characters; in scripts without spaces, longest stretch between punctuation marks. */
const WORD = 40;
/** Words of a mention at most, beside the first. */
const MENTION_WORDS = 11;
/** Mentions of a sentence in JSON at most. */
const MENTIONS = 20;

/** Ranges with nothing in them but letters and digits (Unicode 15): Latin, Greek, Cyrillic, Hebrew, Arabic, Kana, Han, Hangul. */
const ALNUM =
  "[0-9A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u0391-\\u03A1\\u03A3-\\u03F5\\u03F7-\\u03FF\\u0400-\\u0481\\u048A-\\u052F" +
  "\\u05D0-\\u05EA\\u0620-\\u064A\\u3041-\\u3096\\u30A1-\\u30FA\\u4E00-\\u9FFF\\uAC00-\\uD7A3]";
/** What no word holds: controls, white space of any kind, invisible characters, brackets of tags, colons (they have a rule). */
const NO_WORD =
  "\\x00-\\x20\\x7F-\\xA0\\xAD<>&:\\uFF1A\\u1680\\u2000-\\u200F\\u2028-\\u202F\\u205F-\\u206F\\u3000\\uD800-\\uF8FF\\uFEFF\\uFFF0-\\uFFFF";

const literal = (text: string): string =>
  `"${text.replace(/["\\]/g, "\\$&").replace(/\t/g, "\\t").replace(/\n/g, "\\n")}"`;
const oneOf = (choices: readonly string[]): string => choices.join(" | ");
/** One to `most` times `item`, with `between` in between. */
const list = (item: string, between: string, most: number): string =>
  most > 1 ? `${item} (${between} ${item}){0,${most - 1}}` : item;

/**
 * Words, which both forms share. A colon is never the last character of a line: a line that ends in one speaks to the
 * reader. A `>` stands alone or as in 3243A>G, an `&` alone; `<` only begins a tag.
 */
function wordRules(json: boolean): string[] {
  return [
    `alnum ::= ${ALNUM}`,
    json ? `solid ::= [^"\\\\${NO_WORD}] | "\\\\\\""` : `solid ::= [^${NO_WORD}]`,
    "colon ::= [:\\uFF1A]",
    "char ::= solid | colon solid",
    'change ::= ">" [ACGTU] char{0,20}',
    `plain ::= char{1,${WORD}} change?`,
    'word ::= plain | "&" | ">"',
    'gap ::= colon? " " | [\\u3001\\u3002\\uFF0C\\uFF1B]',
    `body ::= alnum char{0,${WORD - 1}} change?`,
    `open ::= [(\\x5B'\\u201C\\u2018\\u00AB]${json ? "" : ' | "\\""'}`,
    `inner ::= [-+(\\x5B']{0,3} body (" " (plain | "&")){0,${MENTION_WORDS}}`,
  ];
}

const tagged = (label: string) => `${literal(`<${label}>`)} inner ${literal(`</${label}>`)}`;

function sentenceMarkup({ labels, words }: AnswerRules): string[] {
  return [
    `mention ::= ${oneOf(labels.map(tagged))}`,
    "marked ::= mention (plain (mention plain?)?)?",
    "first ::= open? (body marked? | marked)",
    'next ::= plain marked? | marked | "&" | ">"',
    `line ::= first (gap next){0,${Math.max(1, words) - 1}}`,
  ];
}

function pairMarkup({ relation, words }: AnswerRules): string[] {
  const { head, tail, classes } = relation!;
  const orders = head === tail ? "head between tail" : "(head between tail | tail between head)";
  return [
    `class ::= ${oneOf(classes.map(literal))}`,
    `head ::= ${tagged(head)}`,
    `tail ::= ${tagged(tail)}`,
    `before ::= (word gap){0,${words}} plain?`,
    `between ::= plain | plain? gap (word gap){0,${words}} plain?`,
    `after ::= plain? (gap word){0,${words}}`,
    `line ::= class "\\t" before ${orders} after`,
  ];
}

/** Fields in a fixed order; a space may follow each colon. */
const object = (fields: Readonly<Record<string, string>>): string => {
  const written = Object.entries(fields).map(([name, value]) => `${literal(`"${name}":`)} space ${value}`);
  return `"{" ${written.join(' "," space ')} "}"`;
};
const QUOTED_INNER = '"\\"" inner "\\""';
const jsonString = (value: string) => literal(JSON.stringify(value));

function jsonRules(rules: AnswerRules): string[] {
  const { kind, labels, relation, words } = rules;
  const shared = [
    'space ::= " "?',
    'break ::= "\\n"?',
    `text ::= "\\"" open? body (gap word){0,${Math.max(1, words) - 1}} "\\""`,
  ];
  if (kind === "relation") {
    const pair = { relation: "class", text: "text", head: QUOTED_INNER, tail: QUOTED_INNER };
    return [...shared, `class ::= ${oneOf(relation!.classes.map(jsonString))}`, `line ::= ${object(pair)}`];
  }
  return [
    ...shared,
    `label ::= ${oneOf(labels.map(jsonString))}`,
    `mention ::= ${object({ text: QUOTED_INNER, label: "label" })}`,
    `mentions ::= "[" (${list("mention", '"," space', MENTIONS)})? "]"`,
    `line ::= ${object({ text: "text", mentions: "mentions" })}`,
  ];
}

/**
 * Writes the grammar. Markup: a sentence a line, documents parted by a blank line, their tags balanced, not nested, of
 * known labels, with a letter or digit inside; relations: `class<tab>sentence` with one head and one tail. JSON: the
 * fields of `renderAnswer`, whose strings need no more than `\"`. Texts hold single spaces, no tabs, no `<`.
 */
export function renderAnswerGrammar(rules: AnswerRules): string {
  const { kind, form, answer, items, sentences } = rules;
  const json = answer === "json";
  const lines = json ? jsonRules(rules) : kind === "ner" ? sentenceMarkup(rules) : pairMarkup(rules);
  const between = json ? '"," break' : '"\\n"';
  const documents = form === "documents" && kind === "ner";
  const item = documents ? "document" : "line";
  if (documents) {
    const inside = list("line", between, sentences);
    lines.push(`document ::= ${json ? object({ sentences: `"[" break ${inside} break "]"` }) : inside}`);
  }
  const all = list(item, documents && !json ? '"\\n\\n"' : between, items);
  const root = json ? `"[" break ${all} break "]"` : all;
  return `${[`root ::= ${root}`, ...lines, ...wordRules(json)].join("\n")}\n`;
}

/** Sentences that are asked of one prompt, where the task does not say. */
const SENTENCES = 25;
const DOCUMENTS = 3;

/**
 * A task -> what the answer to each of its prompts may hold, told by the set that a prompt's id names. Undefined for a
 * prompt of no set (topics): its answer is free.
 */
export function createRulesFinder(spec: TaskSpec): (prompt: Prompt) => AnswerRules | undefined {
  const { kind, labels, relation, prompts } = spec;
  const bySet = new Map<string, AnswerRules>();
  for (const set of prompts?.sets ?? []) {
    const longest = set.words?.[1] ?? (kind === "ner" ? 45 : 50);
    bySet.set(set.name, {
      kind,
      labels: Object.keys(labels),
      ...(relation === undefined
        ? {}
        : { relation: { ...relation, classes: Object.keys(relation.classes) } }),
      form: set.form,
      answer: prompts!.answer,
      items: set.items ?? (set.form === "documents" ? DOCUMENTS : SENTENCES),
      words: 2 * longest,
      sentences: set.sentences[1] + 1,
    });
  }
  return ({ id }) => {
    if (!id.startsWith(`${spec.name}-`)) return undefined;
    return bySet.get(id.slice(spec.name.length + 1).replace(/-\d+$/, ""));
  };
}
