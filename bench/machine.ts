/** @file Nothing -> what this machine is, for the head of every result. */
import { arch, cpus, platform, totalmem } from "node:os";

/** A number without its machine says nothing. */
export function describeMachine() {
  return {
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
