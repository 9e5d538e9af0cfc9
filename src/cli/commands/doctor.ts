/** @file `doctor`: says whether this machine is fit, a line a finding. */
import type { Command } from "commander";
import type { Finding } from "../checks.ts";
import { EXIT } from "../errors.ts";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption } from "../options.ts";

interface DoctorFlags {
  readonly runs: string;
  readonly network?: boolean;
  readonly json?: boolean;
}

/** @param finish takes the exit code: a failing machine is an answer, not an error */
export function addDoctorCommand(program: Command, io: Io, finish: (exitCode: number) => void): void {
  program
    .command("doctor")
    .description("check this machine; contacts nothing unless --network is given")
    .option("--runs <folder>", "where runs shall stand", "runs")
    .option("--network", "see whether the encoders' hub can be reached")
    .addOption(jsonOption())
    .action(async ({ runs, network = false, json }: DoctorFlags) => {
      const { checkAll } = await import("../checks.ts");
      const findings = await checkAll({ runsFolder: runs, network });
      const isFit = findings.every(({ status }) => status !== "FAIL");
      if (json) await printJson(io, { ok: isFit, findings });
      else await print(io.stdout, renderFindings(findings));
      finish(isFit ? EXIT.fine : EXIT.ours);
    });
}

function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ status, what, found, todo }) => {
    const head = `${status.padEnd(4)}  ${what.padEnd(13)}  `;
    return [`${head}${found}`, ...(todo === undefined ? [] : [`${" ".repeat(head.length)}${todo}`])];
  });
  return `${lines.join("\n")}\n`;
}
