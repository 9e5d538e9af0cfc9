/** @file Rows of cells -> aligned lines; numbers, times and sizes as people read them. */

/** The first column is aligned to the left, others to the right; two spaces between. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

/** `1,234` on every machine. Small whole numbers are told without the tables of locales, which take 20 ms to load. */
export function renderCount(count: number): string {
  return Number.isInteger(count) && Math.abs(count) < 1000 ? String(count) : count.toLocaleString("en-US");
}

/** `1 mention`, `2 mentions`. */
export function renderPlural(count: number, noun: string): string {
  return `${renderCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `8 s`, `2 min 05 s`, `1 h 03 min`. */
export function renderSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `90.9 MB`, `3.1 GB`: powers of 1000. */
export function renderBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A fraction with three digits: the third is already within any interval. */
export const renderRate = (value: number): string => value.toFixed(3);

/** `0.812-0.853` */
export const renderInterval = ([low, high]: readonly [number, number]): string =>
  `${renderRate(low)}-${renderRate(high)}`;
