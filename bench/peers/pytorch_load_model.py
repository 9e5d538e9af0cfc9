"""Loads a model folder as any Python user would, and prints its logits: proof that our folder is a real one.

    echo '[[101, 7592, 102]]' | python bench/peers/pytorch_load_model.py --model FOLDER [--text "..."]

stdin: a JSON list of id lists (each run alone, so without padding). -> one JSON line: {"logits": [sequence][token]
[tag], "id2label", "loading": keys missing, unexpected or of another shape}; with --text, also {"textIds": ids that
the folder's AutoTokenizer gives}. Exits with 1 if a key is missing or of another shape.
"""

import argparse
import json
import sys

import pytorch_common  # noqa: F401  sets the libraries quiet before they load
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--text")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model, loading = AutoModelForTokenClassification.from_pretrained(options.model, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model.eval()
    with torch.inference_mode():
        logits = [model(input_ids=torch.tensor([ids])).logits[0].tolist() for ids in json.load(sys.stdin)]
    wrong = {key: sorted(map(str, loading[key])) for key in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    result = {"logits": logits, "id2label": model.config.id2label, "loading": wrong}
    if options.text is not None:
        result["textIds"] = tokenizer(options.text).input_ids
    print(json.dumps(result))
    sys.exit(1 if wrong["missing_keys"] or wrong["mismatched_keys"] else 0)


if __name__ == "__main__":
    main()
