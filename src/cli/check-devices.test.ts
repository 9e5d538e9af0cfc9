/** @file What the doctor says of devices on machines that are not this one. */
import { expect, it } from "vitest";
import { type Device, deviceError } from "../engine/devices.ts";
import { checkDevices } from "./check-devices.ts";

it("a device is there with what it leaves to the CPU, not there with what would mend it, or ill", async () => {
  const findings = await checkDevices({
    async prove(device: Device) {
      if (device === "cuda") throw deviceError(device, { found: "no library", todo: "Fetch it." });
      if (device === "dml") throw deviceError(device, { found: "no provider" });
    },
    async findCpuOps(device: Device) {
      if (device === "coreml") throw new Error("lost the device\nand more");
      return ["logSoftmax", "erf"];
    },
  });
  expect(findings).toEqual([
    { status: "no", what: "device cuda", found: "no library", todo: "Fetch it." },
    {
      status: "ok",
      what: "device webgpu",
      found: "a test graph gives the right answer; left to the CPU in training: logSoftmax, erf",
    },
    {
      status: "warn",
      what: "device coreml",
      found: "lost the device",
      todo: "Bring its driver up to date, or do without it.",
    },
    { status: "no", what: "device dml", found: "no provider" },
  ]);
});

it("every device has a finding here, and none of them is a fault", async () => {
  const findings = await checkDevices();
  expect(findings.map(({ what }) => what)).toEqual([
    "device cuda",
    "device webgpu",
    "device coreml",
    "device dml",
  ]);
  for (const { status } of findings) expect(["ok", "no"]).toContain(status);
});
