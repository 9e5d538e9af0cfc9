import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The example imports the package by its name; tests run it on the source.
  resolve: { alias: { "textphantom/engine": resolve(import.meta.dirname, "src/engine/index.ts") } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
