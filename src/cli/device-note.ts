/** @file The device of the command line -> a line about what the runtime leaves to the CPU all the same. */
import type { Device } from "../engine/devices.ts";
import type { ModelUse } from "../model/device-ops.ts";

/** Says nothing where no device was asked for. @throws InputError `device-absent`, before any other work */
export async function noteDevice(
  device: Device | undefined,
  use: ModelUse,
  say: (line: string) => void,
): Promise<void> {
  if (device === undefined || device === "cpu") return;
  const { requireDevice } = await import("../engine/session.ts");
  const { findModelCpuOps } = await import("../model/device-ops.ts");
  await requireDevice(device);
  const left = await findModelCpuOps(device, use);
  const all = `everything but integers that say how large something is`;
  say(
    `device: ${device}; ${left.length === 0 ? `it computes ${all}` : `left to the CPU: ${left.join(", ")}`}`,
  );
}
