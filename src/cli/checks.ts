/** @file This machine -> findings: what works, what is doubtful, what fails, and what to do about it. */
import { randomUUID } from "node:crypto";
import { access, readdir, rm, stat, statfs, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { emitOnnx } from "../engine/emit-onnx.ts";
import { createGraph } from "../engine/graph.ts";
import { createSession, runtimeVersion } from "../engine/session.ts";
import { cacheRoot, encoderFolder, readCached } from "../model/cache.ts";
import { hubUrl, reachHub } from "../model/hub.ts";
import { KNOWN_ENCODERS } from "../model/known-encoders.ts";
import { checkDevices } from "./check-devices.ts";
import { renderBytes } from "./render-table.ts";

export interface Finding {
  /** `no`: not there, and nothing needs it. */
  readonly status: "ok" | "warn" | "FAIL" | "no";
  readonly what: string;
  readonly found: string;
  /** What to do; absent where all is well. */
  readonly todo?: string;
}

/** What training MiniLM takes: weights, gradients, moments, two checkpoints. */
const NEEDED = { memoryBytes: 2.5e9, runBytes: 1e9, cacheBytes: 2e8 };

export function checkNode(version: string = process.versions.node): Finding {
  const fits = Number(version.split(".")[0]) >= 20;
  const found = `${version} on ${process.platform} ${process.arch}`;
  if (fits) return { status: "ok", what: "Node", found };
  return { status: "FAIL", what: "Node", found, todo: "Install Node 20 or later." };
}

export function checkMachine(memoryBytes: number = totalmem()): Finding {
  const model = cpus()[0]?.model.trim() || "unknown processor";
  const found = `${availableParallelism()} cores (${model}), ${renderBytes(memoryBytes)} memory, ${renderBytes(freemem())} free`;
  if (memoryBytes >= NEEDED.memoryBytes) return { status: "ok", what: "machine", found };
  const todo = `Training a small encoder takes up to ${renderBytes(NEEDED.memoryBytes)}; annotating takes less.`;
  return { status: "warn", what: "machine", found, todo };
}

/** A graph of our engine, run by onnxruntime, with whole numbers. */
export async function checkEngine(): Promise<Finding> {
  const what = "engine";
  try {
    const graph = createGraph();
    const x = graph.input("x", "float32", [2, 2]);
    const y = graph.apply("matmul", [x, x], { transA: false, transB: true, alpha: 1 });
    const session = await createSession(emitOnnx(graph, { outputs: { y } }), { threads: 1 });
    const feeds = { x: { type: "float32", data: Float32Array.of(1, 2, 3, 4), dims: [2, 2] } } as const;
    const result = (await session.run(feeds)).get("y");
    await session.release();
    const found = `onnxruntime ${runtimeVersion()}`;
    if (result?.data.join() === "5,11,11,25")
      return { status: "ok", what, found: `${found}, a test graph gives the right answer` };
    return {
      status: "FAIL",
      what,
      found: `${found} gives a wrong answer`,
      todo: "Report this machine's processor to the project.",
    };
  } catch (error) {
    const found = error instanceof Error ? error.message.split("\n", 1)[0]! : "it does not start";
    return {
      status: "FAIL",
      what,
      found,
      todo: "Install again: npm ci. onnxruntime needs a 64-bit processor.",
    };
  }
}

/** Whether a folder, or the nearest one that exists, takes files, and how much. */
export async function checkFolder(what: string, folder: string, neededBytes: number): Promise<Finding> {
  try {
    const existing = await nearestThere(resolve(folder));
    const probe = join(existing, `.textphantom-${randomUUID()}.tmp`);
    await writeFile(probe, "");
    await rm(probe);
    const { bavail, bsize } = await statfs(existing);
    const found = `${folder}, ${renderBytes(bavail * bsize)} free`;
    if (bavail * bsize >= neededBytes) return { status: "ok", what, found };
    return { status: "warn", what, found, todo: `Up to ${renderBytes(neededBytes)} may be needed.` };
  } catch (error) {
    const found = `${folder} cannot be written to: ${(error as NodeJS.ErrnoException).code}`;
    const todo =
      what === "cache folder"
        ? "Set TEXTPHANTOM_CACHE to another folder."
        : "Choose another folder with --runs.";
    return { status: "FAIL", what, found, todo };
  }
}

/** The folder, or the nearest around it that exists; a file in the way is found when it is written into. */
async function nearestThere(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const isThere = await stat(at).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
    );
    if (isThere || at === dirname(at)) return at;
  }
}

/** The encoders in the cache, each checked, and whether the usual one is among them. */
export async function checkEncoders(root: string = cacheRoot()): Promise<Finding> {
  const what = "encoders";
  const cached: string[] = [];
  const broken: string[] = [];
  for (const name of await list(join(root, "encoders"))) {
    for (const revision of await list(join(root, "encoders", name))) {
      const isWhole = (await readCached(join(root, "encoders", name, revision))) !== undefined;
      (isWhole ? cached : broken).push(`${name.replace("--", "/")} (${decodeURIComponent(revision)})`);
    }
  }
  const known = [...KNOWN_ENCODERS.keys()];
  const missing: string[] = [];
  for (const name of known) {
    const isThere = await access(encoderFolder(root, name, "main")).then(
      () => true,
      () => false,
    );
    if (!isThere) missing.push(name);
  }
  const found = `${cached.join(", ") || "none"} in the cache${broken.length > 0 ? `; broken: ${broken.join(", ")}` : ""}`;
  if (missing.length === 0 && broken.length === 0) {
    return { status: "ok", what, found: `${found}: no network is needed` };
  }
  const todo =
    "The first run of a task fetches its encoder: that needs the network once, or a folder as encoder.name.";
  return { status: "warn", what, found, todo };
}

async function list(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => !name.startsWith(".")).sort();
}

/** The one check that contacts anything: only where it is asked for. */
async function checkNetwork(): Promise<Finding> {
  const failure = await reachHub({});
  if (failure === undefined) return { status: "ok", what: "network", found: `${hubUrl()} answers` };
  return {
    status: "warn",
    what: "network",
    found: `${hubUrl()} cannot be reached: ${failure}`,
    todo: "Set HF_ENDPOINT to a mirror, or PIP_INDEX_URL to a Python index for the usual encoder.",
  };
}

/** All of them, in the order of a run. */
export async function checkAll(options: {
  readonly runsFolder: string;
  readonly network: boolean;
}): Promise<Finding[]> {
  return [
    checkNode(),
    checkMachine(),
    await checkEngine(),
    ...(await checkDevices()),
    await checkFolder("runs folder", options.runsFolder, NEEDED.runBytes),
    await checkFolder("cache folder", cacheRoot(), NEEDED.cacheBytes),
    await checkEncoders(),
    ...(options.network ? [await checkNetwork()] : []),
  ];
}
