/** @file Prices and usage -> what was spent, and whether one more request could pass the limit. */
import type { PriceSpec } from "../../task/completions-spec.ts";
import type { Usage } from "../completer.ts";

/** What one request may cost at most, held back until its usage is known. */
export type Reservation = number;

export interface Spending {
  /** Holds the worst case back. @returns undefined where spent + reserved would pass the limit */
  reserve(worst: Usage): Reservation | undefined;
  /**
   * Replaces a reservation: by the usage that was counted, by nothing where the service refused to work, or (`unknown`: a
   * time-out, half an answer) by the worst case, for the service may ask for it.
   */
  settle(reservation: Reservation, usage: Usage | "none" | "unknown"): void;
  /** US dollars, counted. Undefined without a price. */
  readonly cost: number | undefined;
  /** US dollars that may have been asked for beside `cost`, at most. */
  readonly uncertainCost: number | undefined;
}

/** Whole numbers of 1e-12 dollars add up without an error of rounding; dollars a million tokens are 1e-6 dollars a token. */
const UNITS = 1e12;

/** @param limit US dollars */
export function createSpending(price?: PriceSpec, limit?: number): Spending {
  const perInput = Math.round((price?.input ?? 0) * 1e6);
  const perOutput = Math.round((price?.output ?? 0) * 1e6);
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Math.floor(limit * UNITS);
  let spent = 0;
  let uncertain = 0;
  let reserved = 0;
  const toUnits = ({ inputTokens, outputTokens }: Usage) => inputTokens * perInput + outputTokens * perOutput;
  return {
    reserve(worst) {
      const units = toUnits(worst);
      if (spent + uncertain + reserved + units > most) return undefined;
      reserved += units;
      return units;
    },
    settle(reservation, usage) {
      reserved -= reservation;
      if (usage === "unknown") uncertain += reservation;
      else if (usage !== "none") spent += toUnits(usage);
    },
    get cost() {
      return price && spent / UNITS;
    },
    get uncertainCost() {
      return price && uncertain / UNITS;
    },
  };
}
