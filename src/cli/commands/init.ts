/** @file `init`: questions, or none with `--yes` -> a commented task file that runs. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { InputError } from "../../util/errors.ts";
import { fileExists } from "../../util/files.ts";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption } from "../options.ts";

interface InitFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addInitCommand(program: Command, io: Io): void {
  program
    .command("init")
    .argument("[folder]", "where task.yaml is to stand", ".")
    .description("write a commented task file that runs: asks a few questions, or none with --yes")
    .option("--yes", "ask nothing: the demo, answered from recordings, no key needed")
    .addOption(jsonOption())
    .action(async (folder: string, { yes = false, json = false }: InitFlags) => {
      const { DEMO_ANSWERS, renderTaskTemplate } = await import("../../task/task-template.ts");
      const asks = !yes && !json && isTerminal(io);
      if (!yes && !asks)
        throw new InputError("init-no-terminal", "There is no terminal to ask questions in.", {
          hint: "Add --yes: the demo is written, and every line of it can be changed.",
        });
      const file = join(folder, "task.yaml");
      const answers = asks
        ? await (await import("../init-questions.ts")).askForTaskOrDemo({
            input: io.stdin,
            output: io.stderr,
          })
        : DEMO_ANSWERS;
      const isRecorded = answers.completer.from === "recorded";
      const recorded = RECORDED.map((name) => join(folder, "recorded", name));
      for (const path of isRecorded ? recorded : []) if (await fileExists(path)) throw isThere(path);
      await mkdir(folder, { recursive: true });
      await writeNew(file, renderTaskTemplate(answers));
      if (isRecorded) await copyRecordings(join(folder, "recorded"));
      const next = isRecorded ? "run" : "plan";
      if (json) return printJson(io, { task: file, next: [next, file] });
      return print(io.stdout, `Written: ${file}\nNext:    ${io.program} ${next} ${file}\n`);
    });
}

const isTerminal = (io: Io): boolean =>
  (io.stdin as { isTTY?: boolean }).isTTY === true && io.stderr.isTTY === true;

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw cause;
    throw isThere(file);
  });
}

const isThere = (path: string) =>
  new InputError("task-exists", `"${path}" is there already; it is not written over.`, {
    hint: "Name another folder: textphantom init my-task.",
  });

const RECORDED = ["requests.jsonl", "output.jsonl"];

/** Of the shipped example; from src/cli/commands and dist/cli/commands alike. */
async function copyRecordings(folder: string): Promise<void> {
  const from = fileURLToPath(new URL("../../../examples/disease/recorded/", import.meta.url));
  await mkdir(folder, { recursive: true });
  for (const name of RECORDED) await copyFile(join(from, name), join(folder, name));
}
