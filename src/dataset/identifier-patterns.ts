/** @file The 18 classes of HIPAA Safe Harbor -> for each what is looked for, how, and what cannot be. */
import {
  isCardNumber,
  isDay,
  isDea,
  isGtin14,
  isIban,
  isIpv4,
  isIpv6,
  isNorthAmericanPhone,
  isNpi,
  isSsn,
  isVin,
} from "./identifier-checks.ts";
import type { IdentifierClass } from "./identifier-classes.ts";

/** A form that an identifier has. What it finds is its group `id` where it has one, else all of it. */
interface IdentifierPattern {
  /** With the flags g, u and d. */
  readonly pattern: RegExp;
  /** Whether what the pattern found is one after all. */
  readonly check?: (found: string, groups: Readonly<Record<string, string | undefined>>) => boolean;
}

export interface IdentifierRule {
  /** Paragraph of the rule, (A) to (R). */
  readonly paragraph: string;
  readonly lookedFor: string;
  readonly notLookedFor: string;
  readonly patterns: readonly IdentifierPattern[];
}

const MONTH =
  "(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\.?";
const STATES =
  "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]";
const STREET =
  "Street|St\\.|Avenue|Ave\\.?|Road|Rd\\.?|Lane|Ln\\.?|Drive|Dr\\.|Boulevard|Blvd\\.?|Court|Ct\\.|Terrace|Parkway|Pkwy\\.?|Highway|Hwy\\.?";
/** A capitalised word of a name: Smith, O'Brien, McDonald, Müller-Lüdenscheidt. */
const NAME = "\\p{Lu}(?:['’]\\p{Lu})?\\p{Ll}+(?:\\p{Lu}\\p{Ll}+)?(?:-\\p{Lu}\\p{Ll}+)?";
/** A code with a digit in it, behind words that announce it. */
const CODE = "(?<id>(?=[A-Z0-9-]*\\d{3})[A-Z0-9](?:[A-Z0-9-]{3,18})[A-Z0-9])";
const ANNOUNCE = "\\s*(?:number|num\\.?|no\\.?|#|ID|id)?\\s*(?:is\\b|was\\b|[:=#])?\\s*";
/** NANP with separators: (617) 555-0123, 617-555-0123, +1 617.555.0123. */
const PHONE =
  "(?<![\\w.+/-])(?:\\+?1[ .-])?(?:\\([2-9]\\d\\d\\) ?|[2-9]\\d\\d[.-])[2-9]\\d\\d[.-]\\d{4}(?![\\w/-]|\\.\\d)";
const ABROAD = "(?<![\\w.+])\\+(?!1[ .-])[1-9]\\d{0,2}(?:[ .-]?\\(?\\d{1,4}\\)?){2,5}(?![\\w%]|[.,]\\d)";

const find = (source: string, check?: IdentifierPattern["check"], flags = ""): IdentifierPattern => ({
  pattern: new RegExp(source, `gud${flags}`),
  ...(check === undefined ? {} : { check }),
});
const isAbroad = (found: string) => {
  const digits = found.replace(/\D/g, "").length;
  return digits >= 8 && digits <= 15 && /[ .-]/.test(found);
};
const isDate = (_: string, { day, month, year }: Readonly<Record<string, string | undefined>>) =>
  isDay(day!, month!, year);
const announced = (words: string, check?: (id: string) => boolean) =>
  find(`\\b(?:${words})${ANNOUNCE}${CODE}(?![\\w-])`, (_, { id }) => check === undefined || check(id!));

/** Precision before recall: a form that genes, loci, accessions, grants or statistics also have is not in the table. */
export const IDENTIFIER_RULES: { readonly [C in IdentifierClass]: IdentifierRule } = {
  name: {
    paragraph: "A",
    lookedFor:
      "a title and a capitalised name (Mr Smith, Dr. Jane Doe); capitalised words after `named` or `Name:`",
    notLookedFor:
      "names without a title, initials, relatives' and employers' names: use a tagger trained for it",
    patterns: [
      find(
        `\\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\\.? (?<id>(?:\\p{Lu}\\. ?){0,2}${NAME}(?: ${NAME})?)(?!\\p{L}|['’]s (?:disease|syndrome|palsy|sign))`,
      ),
      find(`\\b(?:patient|man|woman|boy|girl|child|infant) (?:named|called) (?<id>${NAME}(?: ${NAME})?)`),
      find(`\\b(?:Patient |Full |Last |First |Sur)?[Nn]ame: ?(?<id>${NAME}(?:,? ${NAME})*)`),
    ],
  },
  geographic: {
    paragraph: "B",
    lookedFor: "street addresses, ZIP codes after a state, post office boxes",
    notLookedFor: "names of cities, counties and hospitals; postal codes of other countries",
    patterns: [
      find(`(?<![\\w.-])\\d{1,5} (?:[NSEW]\\.? )?(?:${NAME} ){1,3}(?:${STREET})(?![\\p{L}])`),
      find(`(?<=\\p{Ll},? )(?<id>(?:${STATES}),? \\d{5}(?:-\\d{4})?)(?![\\w-])`),
      find("\\bP\\. ?O\\. ?Box \\d{1,6}\\b|\\bPO Box \\d{1,6}\\b"),
    ],
  },
  "date-or-age": {
    paragraph: "C",
    lookedFor: "dates with a day, if there is such a day; ages from 90 (of one person)",
    notLookedFor: "month and year, days of the week, holidays, spelled numbers",
    patterns: [
      find("(?<![\\w./-])(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})(?![\\w/-])", isDate),
      find("(?<![\\w./-])(?<month>\\d{1,2})/(?<day>\\d{1,2})/(?<year>\\d{4}|\\d{2})(?![\\w/-])", isDate),
      find("(?<![\\w./-])(?<day>\\d{1,2})[./](?<month>\\d{1,2})[./](?<year>\\d{4})(?![\\w/-])", isDate),
      find(`\\b${MONTH} (?<day>\\d{1,2})(?:st|nd|rd|th)?,? (?<year>\\d{4})(?!\\w)`, isDate),
      find(`(?<![\\w./-])(?<day>\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH},? (?<year>\\d{4})(?!\\w)`, isDate),
      find(`\\b[Oo]n (?<id>${MONTH} (?<day>\\d{1,2})(?:st|nd|rd|th)?)(?![\\w.%]|-\\d)`, isDate),
      find("(?<![\\w.-])(?<id>(?:9\\d|1[01]\\d)[- ]years?[- ]old)\\b"),
      find(
        "(?<=\\b(?:aged|(?<!\\b(?:by|to|until|before|after|over|beyond) )age(?: of)?) )(?<id>9\\d|1[01]\\d)(?![\\w.%-]|,? (?:or|and) (?:over|above|older)|(?: years)? (?:or|and) (?:over|above|older|more))",
      ),
      find(
        "(?<!(?:over|above|than|least|from|to|by|until|and|or) )(?<![\\w.-])(?<id>(?:9\\d|1[01]\\d) years of age)\\b",
      ),
    ],
  },
  phone: {
    paragraph: "D",
    lookedFor: "North American numbers with valid area and exchange; + and a country's code",
    notLookedFor: "numbers of other countries without +; ten digits in a row",
    patterns: [
      find(`(?<![Ff]ax|FAX)(?<![Ff]ax:? |FAX:? )${PHONE}`, isNorthAmericanPhone),
      find(`(?<![Ff]ax:? |FAX:? )${ABROAD}`, isAbroad),
    ],
  },
  fax: {
    paragraph: "E",
    lookedFor: "a telephone number after the word fax",
    notLookedFor: "fax numbers that are not called so (they count as telephone)",
    patterns: [
      find(`\\b(?:[Ff]ax|FAX):? (?<id>${PHONE})`, (_, { id }) => isNorthAmericanPhone(id!)),
      find(`\\b(?:[Ff]ax|FAX):? (?<id>${ABROAD})`, (_, { id }) => isAbroad(id!)),
    ],
  },
  email: {
    paragraph: "F",
    lookedFor: "addresses with a domain",
    notLookedFor: "addresses written with (at)",
    patterns: [find("(?<![\\w.%+-])[\\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,6}[A-Za-z]{2,24}(?![\\w-])")],
  },
  "social-security": {
    paragraph: "G",
    lookedFor: "numbers 123-45-6789 that can have been given out",
    notLookedFor: "nine digits in a row",
    patterns: [find("(?<![\\w.-])\\d{3}([- ])\\d{2}\\1\\d{4}(?![\\w-]|\\.\\d)", isSsn)],
  },
  "medical-record": {
    paragraph: "H",
    lookedFor: "a code with three digits or more after MRN, medical record, chart or hospital number",
    notLookedFor: "numbers without such a word",
    patterns: [
      announced("MRN|[Mm]edical [Rr]ecord|[Cc]hart (?=[Nn]o|[Nn]um|#|ID)|[Hh]ospital (?=[Nn]o|[Nn]um|#|ID)"),
    ],
  },
  "health-plan": {
    paragraph: "I",
    lookedFor:
      "a code after member, subscriber, policy, insurance or beneficiary number; Medicare's form with hyphens",
    notLookedFor: "numbers without such a word",
    patterns: [
      announced(
        "(?:[Mm]ember|[Ss]ubscriber|[Pp]olicy|[Ii]nsurance|[Bb]eneficiary|Medicare|Medicaid) (?=[Nn]o\\b|[Nn]o\\.|[Nn]um|#|ID)",
      ),
      find(
        "(?<![\\w-])[1-9](?![SLOIBZ])[A-Z](?![SLOIBZ])[A-Z0-9]\\d-(?![SLOIBZ])[A-Z](?![SLOIBZ])[A-Z0-9]\\d-(?![SLOIBZ])[A-Z](?![SLOIBZ])[A-Z]\\d\\d(?![\\w-])",
      ),
    ],
  },
  account: {
    paragraph: "J",
    lookedFor: "a code after account number; payment cards (Luhn); IBAN (mod 97)",
    notLookedFor: "numbers without such a word or checksum",
    patterns: [
      announced("[Aa]ccount (?=[Nn]o|[Nn]um|#|ID)|[Aa]cct\\.? ?(?=[Nn]o|[Nn]um|#)"),
      find("(?<![\\w.-])[3-6]\\d{3}([- ])\\d{4}\\1\\d{4}\\1\\d{1,7}(?![\\w-])", isCardNumber),
      find("(?<![\\w-])[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\\w-])", isIban),
    ],
  },
  licence: {
    paragraph: "K",
    lookedFor: "a code after licence or certificate number; NPI and DEA numbers whose checksum holds",
    notLookedFor: "numbers without such a word",
    patterns: [
      announced("[Ll]icen[cs]e (?=[Nn]o|[Nn]um|#|ID)|[Cc]ertificate (?=[Nn]o|[Nn]um|#|ID)"),
      announced("NPI", isNpi),
      find("\\bDEA(?: registration)?(?: number| no\\.?| #)?:? (?<id>[A-Z]{2}\\d{7})\\b", (_, { id }) =>
        isDea(id!),
      ),
    ],
  },
  vehicle: {
    paragraph: "L",
    lookedFor: "vehicle identification numbers whose check digit holds; a code after licence plate",
    notLookedFor: "plates without the word",
    patterns: [
      find("(?<![\\w-])(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\\d)[A-HJ-NPR-Z0-9]{17}(?![\\w-])", isVin),
      find("\\b[Ll]icen[cs]e plate:? (?<id>(?=[A-Z0-9 -]*\\d)[A-Z0-9][A-Z0-9 -]{2,7}[A-Z0-9])\\b"),
    ],
  },
  device: {
    paragraph: "M",
    lookedFor: "a code after serial or device number; device identifiers (01)... whose check digit holds",
    notLookedFor: "serial numbers without the word, lot and catalogue numbers",
    patterns: [
      announced("[Ss]erial (?=[Nn]o|[Nn]um|#)|S/N|[Dd]evice (?=ID|[Nn]o|[Nn]um|#)"),
      find("\\(01\\)(?<id>\\d{14})(?!\\d)", (_, { id }) => isGtin14(id!)),
    ],
  },
  url: {
    paragraph: "N",
    lookedFor: "addresses with http, https, ftp or www.",
    notLookedFor: "bare domains",
    patterns: [find("\\b(?:(?:https?|ftp)://|www\\.(?=[\\w-]+\\.))[^\\s<>\"')\\]]+(?<![.,;:])")],
  },
  "ip-address": {
    paragraph: "O",
    lookedFor: "IPv4 with numbers up to 255 (but not after EC: an enzyme), IPv6",
    notLookedFor: "host names",
    patterns: [
      find(
        "(?<!\\bE\\.?C\\.? ?|[Vv]ersion |\\bv\\.? ?|[\\w.-])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w-]|\\.\\d)",
        isIpv4,
      ),
      find("(?<![\\w:.])(?:[0-9A-Fa-f]{1,4}:){1,7}(?::?[0-9A-Fa-f]{1,4}){1,7}(?![\\w:.])", isIpv6),
    ],
  },
  biometric: {
    paragraph: "P",
    lookedFor: "nothing: finger and voice prints are not text",
    notLookedFor: "all of it",
    patterns: [],
  },
  photograph: {
    paragraph: "Q",
    lookedFor: "nothing: full-face photographs are not text",
    notLookedFor: "all of it",
    patterns: [],
  },
  "other-code": {
    paragraph: "R",
    lookedFor: "UUIDs; a code after patient, subject, participant or case ID",
    notLookedFor: "everything else that could single somebody out: rare events, pedigree numbers",
    patterns: [
      find("(?<![\\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\\w-])"),
      announced(
        "(?:[Pp]atient|[Ss]ubject|[Pp]articipant|[Cc]ase) (?=ID\\b|identifier|[Ii]dentification)(?:identifier|[Ii]dentification)?",
      ),
    ],
  },
};
