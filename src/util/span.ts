/** @file The smallest noun: a stretch of a text. */

/** `text.slice(start, end)`: UTF-16 units, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
