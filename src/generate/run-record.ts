/** @file What happens to prompts -> the counts of a run, told as it goes, and whether there is any use in going on. */
import { EnvironmentError } from "../util/errors.ts";
import type { Failure } from "./attempt.ts";
import type { Completion, CompletionProgress, StopReason } from "./completer.ts";
import type { Limiter } from "./limits/limiter.ts";

export interface RunRecord {
  /** A try begins. @param tries of this prompt before it */
  asked(tries: number): void;
  /** A try has ended. */
  came(result: Completion | Failure): void;
  /** A prompt has failed for good. @returns the error that ends the run, where only failures come in */
  gaveUp(failure: Failure): EnvironmentError | undefined;
  /** A prompt, or the rest of them, will not be asked. */
  leftOver(): void;
  /** The last report. */
  end(interrupted: boolean): void;
}

/** Prompts in a row that failed after all their tries, none answered in between: at least so many end a run. */
const HOPELESS = 50;

export function createRunRecord(
  limiter: Limiter,
  concurrency: number,
  onProgress?: (progress: CompletionProgress) => void,
): RunRecord {
  const counts = { asked: 0, answered: 0, failed: 0, retried: 0, inputTokens: 0, outputTokens: 0 };
  let inRow = 0;
  let rest = false;
  const report = (stopped?: StopReason) => {
    if (onProgress === undefined) return;
    const { cost, uncertainCost } = limiter.spending;
    onProgress({
      ...counts,
      inFlight: limiter.inFlight,
      concurrency: limiter.concurrency.limit,
      ...(cost === undefined ? {} : { cost }),
      ...(uncertainCost === undefined ? {} : { uncertainCost }),
      ...(stopped === undefined ? {} : { stopped }),
    });
  };
  return {
    asked(tries) {
      counts[tries === 0 ? "asked" : "retried"]++;
      report();
    },
    came(result) {
      if (typeof result.usage === "object") {
        counts.inputTokens += result.usage.inputTokens;
        counts.outputTokens += result.usage.outputTokens;
      }
      if ("text" in result) {
        counts.answered++;
        inRow = 0;
      }
      report();
    },
    gaveUp({ reason, raw, retry }) {
      counts.failed++;
      // An answer to one prompt that no other try would mend says that the service works.
      inRow = retry ? inRow + 1 : 0;
      report();
      if (inRow < Math.max(HOPELESS, 2 * concurrency)) return undefined;
      return new EnvironmentError(
        "service-failing",
        `${inRow} prompts in a row failed after all their tries, the last one with ${reason} (${raw}).`,
        { hint: "What was answered is kept. When the service answers again, the same command goes on." },
      );
    },
    leftOver() {
      rest = true;
    },
    end(interrupted) {
      report(limiter.exhausted ? "spending-limit" : interrupted && rest ? "interrupted" : undefined);
    },
  };
}
