/** @file A path to write to -> whether it is a pipe or a device: what went in there cannot be taken back. */
import { stat } from "node:fs/promises";
import { descriptorOf } from "../../util/file-sink.ts";

/** False for a file, for a folder and for what is not there yet; true for `/dev/stdout`, whatever it leads to. */
export const isPipe = (path: string): Promise<boolean> =>
  stat(path).then(
    async (found) => !found.isDirectory() && (!found.isFile() || (await descriptorOf(path)) !== undefined),
    () => false,
  );
