/** @file The name of a label -> the words for it in a prompt. */

/** `Disease` -> "disease", `AdverseEffect` and `adverse_effect` -> "adverse effect", `DNA` -> "DNA". */
export function nounOf(label: string): string {
  return label
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .split(/[\s_-]+/)
    .map((word) => (/^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase()))
    .filter((word) => word !== "")
    .join(" ");
}

/** With its article: "a disease", "an adverse effect", "an RNA", "a DNA". */
export function withArticle(noun: string): string {
  const spelled = /^[A-Z\d]{2,}/.test(noun);
  return `${(spelled ? /^[AEFHILMNORSX8]/ : /^[aeio]|^u(?!n[it]|s)/i).test(noun) ? "an" : "a"} ${noun}`;
}

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[], conjunction = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}
