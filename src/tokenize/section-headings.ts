/** @file What stands where a heading may -> the kind of section that it begins. */

/** Kinds of sections of clinical notes and abstracts, and the headings that begin them: lower case, `and` for `&`, singular for plural. */
const HEADINGS = {
  "chief-complaint":
    "chief complaint, cc, presenting complaint, reason for visit, reason for admission, reason for consultation, reason for referral",
  "present-illness":
    "history of present illness, hpi, history of presenting illness, history of presenting complaint, present illness, interval history, subjective",
  history:
    "past medical history, pmh, pmhx, medical history, past history, past medical and surgical history, history, problem list, problem, active problem, comorbidity, past psychiatric history, obstetric history",
  "surgical-history": "past surgical history, psh, pshx, surgical history, operation, previous surgery",
  "family-history": "family history, fh, fhx, family medical history, family hx, famhx",
  "social-history": "social history, sh, shx, social hx, habit, personal and social history",
  medications:
    "medication, med, current medication, home medication, medication on admission, admission medication, discharge medication, medication on discharge, current med, outpatient medication, medication list, drug history, prescription",
  allergies: "allergy, drug allergy, allergy and intolerance, allergy and adverse reaction, adverse reaction",
  "review-of-systems": "review of system, ros, system review",
  examination:
    "physical examination, physical exam, pe, exam, examination, objective, on examination, vital sign, vital, general examination, mental status examination, neurological examination",
  results:
    "laboratory data, laboratory, lab, laboratory result, lab result, pertinent result, investigation, imaging, radiology, test result, diagnostic study, data, result, finding, ecg, ekg, pathology, microbiology",
  course:
    "hospital course, brief hospital course, course in hospital, clinical course, course, progress, procedure, treatment",
  assessment:
    "assessment, impression, diagnosis, discharge diagnosis, admission diagnosis, final diagnosis, principal diagnosis, primary diagnosis, secondary diagnosis, working diagnosis, differential diagnosis, conclusion, summary, opinion",
  plan: "plan, recommendation, follow up, followup, discharge instruction, disposition, discharge plan, discharge disposition, treatment plan",
  "assessment-and-plan": "assessment and plan, a and p, a p, ap, impression and plan, assessment plan",
  background:
    "background, introduction, objective and aim, aim, purpose, background and aim, study objective, context",
  methods:
    "method, material and method, patient and method, design, setting, study design, patient, participant, intervention, measurement, main outcome measure, subject and method, case report, case presentation, case",
  discussion: "discussion, interpretation, comment, limitation, significance, clinical relevance",
} as const;

/** `other`: a heading that is none of these, or the text before the first heading. */
export type SectionType = keyof typeof HEADINGS | "other";

const typeOf: ReadonlyMap<string, SectionType> = new Map(
  Object.entries(HEADINGS).flatMap(([type, names]) =>
    names.split(", ").map((name) => [name, type as SectionType] as const),
  ),
);

/** The longest heading that is looked up, in UTF-16 units. */
export const MAX_HEADING = 60;

/** Undefined for words that are no known heading. Case, plural and punctuation do not matter: `ALLERGIES` is `Allergy`. */
export function sectionTypeOf(heading: string): SectionType | undefined {
  if (heading.length > MAX_HEADING) return undefined;
  const words = heading
    .toLowerCase()
    .replaceAll("&", " and ")
    .match(/\p{L}+/gu);
  if (words === null) return undefined;
  return typeOf.get(words.join(" ")) ?? typeOf.get(words.map(toSingular).join(" "));
}

function toSingular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.endsWith("oses")) return `${word.slice(0, -2)}is`;
  return word.length > 3 && word.endsWith("s") && !/(?:ss|sis|us)$/.test(word) ? word.slice(0, -1) : word;
}

/** Begins with capitals, so a note written in one line can be told apart: `... daily. ALLERGIES: none`. */
const inlineHeading = /^\p{Lu}[\p{Lu} /&-]{3,59}(?=:(?:\s|$))/u;

/** The length of a known heading in capitals with its colon ahead, 0 where there is none. */
export function inlineHeadingLength(text: string, from: number): number {
  const [heading = ""] = inlineHeading.exec(text.slice(from, from + MAX_HEADING + 2)) ?? [];
  return heading !== "" && sectionTypeOf(heading) !== undefined ? heading.length : 0;
}

/** Whether the word before is in capitals and so may be part of the heading: `RELEVANT PAST HISTORY:`. */
export function followsCapitals(text: string, from: number, position: number): boolean {
  return /\p{Lu}{2}['’]?\s+$/u.test(text.slice(Math.max(from, position - 8), position));
}
