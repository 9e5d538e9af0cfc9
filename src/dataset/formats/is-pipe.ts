/** @file A path to write to -> whether it is a pipe or a device: what went in there cannot be taken back. */
import { stat } from "node:fs/promises";

/** False for a file, for a folder and for what is not there yet. */
export const isPipe = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
