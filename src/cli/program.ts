/** @file Words of the command line and streams -> the command done and an exit code. */
import { readFile } from "node:fs/promises";
import { Command, CommanderError } from "commander";
// Each command imports what it works with only when it is called: --help and annotate need not wait for the others.
import { addAnnotateCommand } from "./commands/annotate.ts";
import { addBatchCommand } from "./commands/batch.ts";
import { addConvertCommand } from "./commands/convert.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEvaluateCommand } from "./commands/evaluate.ts";
import { addGenerationCommands } from "./commands/generation.ts";
import { addInitCommand } from "./commands/init.ts";
import { addRunCommand, addTrainCommand } from "./commands/task.ts";
import { addZeroShotCommand } from "./commands/zero-shot.ts";
import { describeFailure, EXIT, type Failure, renderFailure } from "./errors.ts";
import { type Io, print, printJson } from "./io.ts";

const EXAMPLES = `
Examples:
  textphantom init my-task
  textphantom plan my-task/task.yaml
  textphantom run examples/disease/task.yaml
  textphantom evaluate runs/disease/model --gold gold.jsonl
  textphantom annotate runs/disease/model letter.txt
  cat notes.jsonl | textphantom annotate runs/disease/model - > mentions.jsonl

Patient text never leaves this machine. What does: prompts made from the task file, where you ask for it synthetic texts
and public gold, and the download of the encoder; docs/privacy.md tells it exactly.
Exit codes: 0 fine, 1 our fault or the machine's, 2 the input's, 130 stopped with Ctrl-C.
`;

/** Never throws: whatever goes wrong is told on stderr, with `--json` as the one document on stdout too. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.fine;
  try {
    const program = await createProgram(io, (code) => {
      exitCode = code;
    });
    if (argv.length === 0) {
      await print(io.stderr, program.helpInformation() + EXAMPLES);
      return EXIT.input;
    }
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.fine; // --help, --version
    // The reader of our output has gone, as with `| head`.
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return EXIT.fine;
    const failure = error instanceof CommanderError ? describeUsage(error, argv) : describeFailure(error);
    await tell(failure, error, argv, io).catch(() => {});
    return failure.exitCode;
  }
}

async function tell(failure: Failure, thrown: unknown, argv: readonly string[], io: Io): Promise<void> {
  await print(io.stderr, renderFailure(failure, thrown, argv.includes("--debug")));
  if (argv.includes("--json")) await printJson(io, { error: failure.error });
}

async function createProgram(io: Io, finish: (exitCode: number) => void): Promise<Command> {
  // Two folders up from src/cli and from dist/cli.
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  const program = new Command("textphantom")
    .description("Clinical text mining without patient text leaving the building.")
    .version(`${version}`, "--version", "print the version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => {} })
    .addHelpText("after", EXAMPLES);
  addInitCommand(program, io);
  addGenerationCommands(program, io);
  addBatchCommand(program, io);
  addRunCommand(program, io);
  addTrainCommand(program, io);
  addEvaluateCommand(program, io);
  addZeroShotCommand(program, io);
  addAnnotateCommand(program, io);
  addConvertCommand(program, io);
  addDoctorCommand(program, io, finish);
  for (const command of program.commands) {
    command.option("--debug", "print the stack of an error; it may quote text");
  }
  return program;
}

/** Commander's own words, cut in two: `error: unknown option '--sed'` and `(Did you mean --seed?)`. */
function describeUsage(error: CommanderError, argv: readonly string[]): Failure {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const command = argv.find((word) => /^[a-z]+$/.test(word));
  const suggestion = rest.join(" ").replace(/^\(|\)$/g, "");
  const help = `See: textphantom ${first.startsWith("unknown command") || command === undefined ? "" : `${command} `}--help`;
  return {
    exitCode: EXIT.input,
    error: {
      code: "usage",
      message: first.replace(/\.?$/, "."),
      hint: suggestion === "" ? help : `${suggestion} ${help}`,
    },
  };
}
