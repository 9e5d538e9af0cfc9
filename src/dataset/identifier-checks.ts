/** @file A string that looks like an identifier -> whether its checksum, its ranges or its calendar hold. */

const digitsOf = (text: string) => text.replace(/\D/g, "");

/** Mod 10 of ISO/IEC 7812: card numbers, and NPI after "80840". */
function isLuhn(text: string): boolean {
  const digits = digitsOf(text);
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 1 && sum % 10 === 0 && /[1-9]/.test(digits);
}

/** A payment card: 13 to 19 digits, a first digit that is given to banks, Luhn. */
export const isCardNumber = (text: string): boolean =>
  /^[3-6]\d{12,18}$/.test(digitsOf(text)) && isLuhn(text);

/** National Provider Identifier (CMS): ten digits, 1 or 2 first, Luhn with the prefix 80840. */
export const isNpi = (text: string): boolean =>
  /^[12]\d{9}$/.test(digitsOf(text)) && isLuhn(`80840${digitsOf(text)}`);

/** DEA registration: (d1 + d3 + d5 + 2 (d2 + d4 + d6)) mod 10 = d7. */
export function isDea(text: string): boolean {
  const d = [...digitsOf(text)].map(Number);
  return d.length === 7 && (d[0]! + d[2]! + d[4]! + 2 * (d[1]! + d[3]! + d[5]!)) % 10 === d[6];
}

/** IBAN: mod 97 of ISO 13616 is 1. */
export function isIban(text: string): boolean {
  const compact = text.replace(/\s/g, "");
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return false;
  const turned = compact.slice(4) + compact.slice(0, 4);
  let rest = 0;
  for (const digit of [...turned].map((c) => Number.parseInt(c, 36)).join(""))
    rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** Social security number: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, 2011). */
export const isSsn = (text: string): boolean =>
  /^(?!000|666|9)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}$/.test(text);

/** North American number: area and exchange begin with 2 to 9, and neither is a service code such as 911. */
export function isNorthAmericanPhone(text: string): boolean {
  const match = /^1?([2-9]\d\d)([2-9]\d\d)\d{4}$/.exec(digitsOf(text));
  return match !== null && !match[1]!.endsWith("11") && !match[2]!.endsWith("11");
}

/** Vehicle identification number: the ninth character is the weighted sum mod 11 (49 CFR 565.15). */
export function isVin(text: string): boolean {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(text)) return false;
  const value = (c: string) =>
    /\d/.test(c) ? Number(c) : "12345678.12345.7.923456789"[c.charCodeAt(0) - 65];
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = [...text].reduce((total, c, i) => total + Number(value(c)) * weights[i]!, 0) % 11;
  return text[8] === (sum === 10 ? "X" : `${sum}`);
}

/** GS1 check digit of a 14-digit device identifier (UDI-DI). */
export function isGtin14(text: string): boolean {
  const d = [...digitsOf(text)].map(Number);
  const sum = d.slice(0, 13).reduce((total, digit, i) => total + digit * (i % 2 === 0 ? 3 : 1), 0);
  return d.length === 14 && (10 - (sum % 10)) % 10 === d[13];
}

/** Four numbers up to 255, none with a zero before it, and not 0.x or x.0.0.0. */
export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255) &&
    Number(parts[0]) > 0 &&
    !text.endsWith(".0.0.0")
  );
}

/** Eight groups of up to four hex digits, or fewer with one "::". */
export function isIpv6(text: string): boolean {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return false;
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const all = [...groups(head), ...groups(tail ?? "")];
  const isFull = tail === undefined ? all.length === 8 : all.length <= 6 && all.length >= 2;
  return isFull && all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && /\d/.test(text);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Whether there is such a day. @param month a number or an English name @param year undefined: a leap year */
export function isDay(day: string, month: string, year?: string): boolean {
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const m = named > 0 ? named : Number(month);
  const y = year === undefined ? 2000 : Number(year.length === 2 ? `20${year}` : year);
  if (year !== undefined && (y < 1850 || y > 2100)) return false;
  const date = new Date(Date.UTC(y, m - 1, Number(day)));
  return m >= 1 && m <= 12 && date.getUTCMonth() === m - 1 && date.getUTCDate() === Number(day);
}
