/** @file What an answer must look like: the words that ask for it, and the ideal answer for given items. */
import type { Example, Mention } from "../task/example.ts";
import { renderMarkup } from "../task/markup.ts";
import type { AnswerFormat, PromptForm } from "../task/prompt-spec.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import type { TaskKind } from "../task/spec.ts";
import { TextphantomError } from "../util/errors.ts";
import { joinWords, nounOf, withArticle } from "./label-noun.ts";

/** An item of an answer. NER: a sentence; documents are told apart by `passage`, their first sentence is the title. */
export interface AnswerItems {
  readonly ner: Pick<Example, "text" | "mentions" | "passage">;
  readonly relation: MarkedPair & { readonly relation: string };
}

/** What the words about the answer depend on. */
export interface AnswerShape {
  readonly form: PromptForm;
  /** Sentences, or documents, asked of one prompt. */
  readonly items: number;
  /** NER: the task's labels. Relations: head and tail. */
  readonly labels: readonly string[];
  /** Relations: names of the classes. NER: none. */
  readonly classes: readonly string[];
}

/** What is to be marked and how, and what the answer is; one paragraph each. */
interface AnswerWords {
  marks(shape: AnswerShape): string;
  answer(shape: AnswerShape): string;
}

const tags = (label: string) => `<${label}>...</${label}>`;
const quoted = (names: readonly string[]) =>
  joinWords(
    names.map((name) => `"${name}"`),
    "or",
  );

/** "3 documents", "1 sentence". */
export function countItems(form: PromptForm, items: number): string {
  return `${items} ${items === 1 ? form.slice(0, -1) : form}`;
}

/** "exactly one gene as <Gene>...</Gene> and exactly one ..."; two of one label where both arguments have it. */
function markedPair(labels: readonly string[], how: (label: string) => string): string {
  const [head, tail] = labels as [string, string];
  if (head === tail) return `exactly two mentions of ${withArticle(nounOf(head))}, each${how(head)},`;
  return labels.map((label) => `exactly one ${nounOf(label)}${how(label)}`).join(" and ");
}

const JSON_TAGS = "Tags in the rules and examples only show what is meant; write none.";

const WORDS: { readonly [K in TaskKind]: { readonly [F in AnswerFormat]: AnswerWords } } = {
  ner: {
    markup: {
      marks: ({ labels }) =>
        `Mark ${joinWords(labels.map((label) => `every mention of ${withArticle(nounOf(label))} with ${tags(label)}`))}. Tags are never nested.`,
      answer: ({ form, items }) =>
        form === "sentences"
          ? `Answer with the ${countItems(form, items)} only, one a line, no numbering.`
          : `Answer with the ${countItems(form, items)} only: each sentence on a line of its own, the title first, and a blank line between documents; no headings, no numbering.`,
    },
    json: {
      marks: ({ labels }) =>
        `List ${joinWords(labels.map((label) => `every mention of ${withArticle(nounOf(label))} as "${label}"`))}. Mentions do not overlap. ${JSON_TAGS}`,
      answer: ({ form, items, labels }) => {
        const sentence = `{"text": "...", "mentions": [{"text": "...", "label": "${labels[0]}"}]}`;
        const shape =
          form === "sentences"
            ? `[${sentence}], one object a sentence, ${items} in all`
            : `[{"sentences": [${sentence}]}], one object a document, ${items} in all, its first sentence the title`;
        return `Answer with JSON only, no code fence: ${shape}. "text" of a mention repeats its letters in the sentence exactly; mentions come in the order of the sentence, one for each place where they stand, and [] where there are none. "label" is ${quoted(labels)}.`;
      },
    },
  },
  relation: {
    markup: {
      marks: ({ labels }) => `Mark ${markedPair(labels, (label) => ` as ${tags(label)}`)} in each sentence.`,
      answer: ({ items, classes }) =>
        `Answer with the ${items} lines only: the class (${quoted(classes)}), a tab, the sentence with its two tags; no numbering.`,
    },
    json: {
      marks: ({ labels }) =>
        `Choose ${markedPair(labels, () => "")} in each sentence: the marked pair, named in the answer as head (${nounOf(labels[0]!)}) and tail (${nounOf(labels[1]!)}). ${JSON_TAGS}`,
      answer: ({ items, classes }) =>
        `Answer with JSON only, no code fence: [{"relation": ${JSON.stringify(classes[0])}, "text": "...", "head": "...", "tail": "..."}], one object a sentence, ${items} in all. "head" and "tail" repeat the letters of the two marked mentions exactly, and each of them stands only once in the sentence. "relation" is ${quoted(classes)}.`,
    },
  },
};

/** The paragraph that says what is to be marked. */
export function describeMarks(kind: TaskKind, format: AnswerFormat, shape: AnswerShape): string {
  return WORDS[kind][format].marks(shape);
}

/** The last paragraph of a prompt. */
export function describeAnswer(kind: TaskKind, format: AnswerFormat, shape: AnswerShape): string {
  return WORDS[kind][format].answer(shape);
}

const mentionsOf = ({ head, tail }: MarkedPair): Mention[] => [head, tail].sort((a, b) => a.start - b.start);

/** Items that stand together, in order. */
function groupByPassage(items: readonly AnswerItems["ner"][]): AnswerItems["ner"][][] {
  const groups: AnswerItems["ner"][][] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && item.passage === items[index - 1]!.passage) groups.at(-1)!.push(item);
    else groups.push([item]);
  }
  return groups;
}

const toJson = (objects: readonly unknown[]) =>
  `[\n${objects.map((object) => JSON.stringify(object)).join(",\n")}\n]`;

const sentenceObject = ({ text, mentions }: AnswerItems["ner"]) => ({
  text,
  mentions: mentions.map(({ start, end, label }) => ({ text: text.slice(start, end), label })),
});

type Renderer<K extends TaskKind> = (items: readonly AnswerItems[K][], form: PromptForm) => string;

const RENDERERS: { readonly [K in TaskKind]: { readonly [F in AnswerFormat]: Renderer<K> } } = {
  ner: {
    markup: (items) =>
      groupByPassage(items)
        .map((group) => group.map(({ text, mentions }) => renderMarkup(text, mentions)).join("\n"))
        .join("\n\n"),
    json: (items, form) =>
      form === "sentences"
        ? toJson(items.map(sentenceObject))
        : toJson(groupByPassage(items).map((group) => ({ sentences: group.map(sentenceObject) }))),
  },
  relation: {
    markup: (items) =>
      items.map((item) => `${item.relation}\t${renderMarkup(item.text, mentionsOf(item))}`).join("\n"),
    json: (items) =>
      toJson(
        items.map(({ relation, text, head, tail }) => ({
          relation,
          text,
          head: text.slice(head.start, head.end),
          tail: text.slice(tail.start, tail.end),
        })),
      ),
  },
};

/**
 * The ideal answer that holds these items: what the readers of answers give back.
 * @param form documents: JSON groups the sentences by `passage`; markup always parts passages by a blank line
 * @throws TextphantomError `answer-unrenderable` for a text that holds a line break, and those of `renderMarkup`
 */
export function renderAnswer<K extends TaskKind>(
  items: readonly AnswerItems[K][],
  format: AnswerFormat,
  kind: K,
  form: PromptForm = "sentences",
): string {
  const broken = items.findIndex(({ text }) => /[\r\n]/.test(text));
  if (broken >= 0) {
    throw new TextphantomError(
      "answer-unrenderable",
      `Item ${broken} holds a line break; a sentence is a line.`,
    );
  }
  const render: Renderer<K> = RENDERERS[kind][format];
  return render(items, form);
}
