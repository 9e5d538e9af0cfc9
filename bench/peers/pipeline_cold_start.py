"""One text -> its first mention on stdout, from a cold process: what `textphantom annotate` is compared with.

    python bench/peers/pipeline_cold_start.py MODEL TEXT_FILE
"""

import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from transformers import pipeline  # noqa: E402

annotate = pipeline("token-classification", model=sys.argv[1], aggregation_strategy="first", device="cpu")
with open(sys.argv[2], encoding="utf-8") as file:
    for mention in annotate(file.read()):
        mention["score"] = float(mention["score"])
        print(json.dumps(mention))
