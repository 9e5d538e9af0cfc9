/** @file A full stop and what stands around it -> whether it ends an abbreviation or a number, and not the sentence. */

const list = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Never the end of a sentence, whatever follows. Lower case, without the last full stop. */
const always = list(
  "dr drs prof mr mrs ms st fig figs eq eqs ref refs suppl cf vs viz approx sp spp subsp var pt pts dept univ hosp resp incl " +
    "e.g i.e et.al rt lt hx temp resp wt ht",
);
/** The same, but not in capitals: `CA.` is California. */
const inLowerCase = list("al ca c dx tx sx");
/** Not the end of a sentence when a digit follows: `no. 3`, but `The answer was no. The ...`. */
const beforeNumber = list(
  "no nos p pp vol sec ch jan feb mar apr jun jul aug sep sept oct nov dec tab genet biol chem med sci proc natl acad",
);
/** Units of doses: `0.5 mg. 5.2` goes on, `0.5 mg. Then` does not. */
const units = list(
  "mg mcg ug ml kg g dl l cm mm hr hrs min sec wk wks mo yr yrs tabs caps u units meq mmol lb lbs in ft",
);
/** How often and when a dose is given: what follows in capitals is the next drug or the next sentence. */
const times = list("q.d b.i.d t.i.d q.i.d p.r.n h.s q.h.s q.o.d q.a.m q.p.m a.m p.m o.d");
/** Sentences begin with these, names do not: `a weight of 70 kg in the U.S. The patient`. */
const openings =
  /^(?:The|This|These|Those|There|It|However|Patients?|During|Although|Both|Our|We|No|Denies|Since)\b/;
/** What a single letter can stand after without being an initial: `hepatitis C. The`. */
const lettered =
  /(?:\b(?:[Hh]epatitis|[Vv]itamins?|[Gg]roups?|[Tt]ypes?|[Cc]lass|[Gg]rade|[Ss]tage|[Pp]hase|[Mm]itomycin|[Aa]mphotericin|[Cc]yclosporine?|[Cc]ase|[Aa]rm)|\b[A-Z] (?:and|or|vs\.)) $/;

/** The longest token that is looked up, in UTF-16 units. */
const maxTokenLength = 16;

/**
 * @param lineStart nothing before it is looked at
 * @param stop where the full stop stands
 * @param next where the text goes on, after white space; `stop + 1` when none is between
 */
export function isAbbreviation(text: string, lineStart: number, stop: number, next: number): boolean {
  if (text[stop] !== "." || text[stop - 1] === ".") return false;
  let start = stop;
  while (start > lineStart && stop - start <= maxTokenLength && text[start - 1]!.trim() !== "") start--;
  if (stop - start > maxTokenLength) return false;
  const written = text.slice(start, stop).replace(/^[^\p{L}\p{N}<>=]+/u, "");
  const token = written.toLowerCase();
  const isBeforeDigit = /\d/.test(text[next] ?? "");
  if (always.has(token) || inLowerCase.has(written)) return true;
  const following = text.slice(next, next + 12);
  if (/^(?:\p{L}\.)+\p{L}$/u.test(token)) {
    if (token === "e.g" || token === "i.e") return true;
    return !(openings.test(following) || (times.has(token) && /^\p{Lu}\p{L}/u.test(following)));
  }
  if (/^\p{L}$/u.test(token)) return !endsInLetter(text, lineStart, start, written, following);
  if (/^\d{1,3}$/.test(token) && start === lineStart) return true;
  if (!isBeforeDigit) return false;
  return beforeNumber.has(token) || units.has(token) || isNumberPart(token);
}

/** `1.` of `1. 5`, `0-1.` of `0-1. 7%`, `<.` of `P <. 05`. */
function isNumberPart(token: string): boolean {
  return /^(?:[<>=]+|[<>=]*\d{1,3}(?:[.-]+\d{1,3})*)$/.test(token);
}

/** Whether a single letter is a unit (`48 h.`, `97 F.`) or a kind of something (`group B.`), or a sentence plainly begins. */
function endsInLetter(
  text: string,
  lineStart: number,
  start: number,
  letter: string,
  following: string,
): boolean {
  const before = text.slice(Math.max(lineStart, start - 16), start);
  if (/^[dhgmslyFCKLU]$/.test(letter) && /\d\s$/.test(before)) return /^\p{Lu}/u.test(following);
  return /^\p{Lu}$/u.test(letter) && (lettered.test(before) || openings.test(following));
}
