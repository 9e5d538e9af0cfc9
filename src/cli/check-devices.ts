/** @file The devices that the runtime might compute on -> a finding each: there, or why not. */
import { DEVICES, type Device } from "../engine/devices.ts";
import { requireDevice } from "../engine/session.ts";
import { findModelCpuOps } from "../model/device-ops.ts";
import { InputError } from "../util/errors.ts";
import type { Finding } from "./checks.ts";

/** What the engine has to say of a device, replaced in tests. */
interface DeviceProbe {
  prove(device: Device): Promise<void>;
  findCpuOps(device: Device): Promise<string[]>;
}

const PROBE: DeviceProbe = {
  prove: requireDevice,
  findCpuOps: (device) => findModelCpuOps(device, "training"),
};

/** Every device but the CPU. One that is not there is no fault of the machine. */
export async function checkDevices(probe: DeviceProbe = PROBE): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const device of DEVICES) if (device !== "cpu") findings.push(await checkDevice(device, probe));
  return findings;
}

async function checkDevice(device: Device, probe: DeviceProbe): Promise<Finding> {
  const what = `device ${device}`;
  try {
    await probe.prove(device);
    const left = await probe.findCpuOps(device);
    const rest = left.length === 0 ? "" : `; left to the CPU in training: ${left.join(", ")}`;
    return { status: "ok", what, found: `a test graph gives the right answer${rest}` };
  } catch (error) {
    if (!(error instanceof InputError)) {
      const found = error instanceof Error ? error.message.split("\n", 1)[0]! : "it does not start";
      return { status: "warn", what, found, todo: "Bring its driver up to date, or do without it." };
    }
    const { found, todo } = error.details as { found: string; todo?: string };
    return { status: "no", what, found, ...(todo === undefined ? {} : { todo }) };
  }
}
