"""Runs an ONNX file of ours in plain onnxruntime, and prints its logits.

    echo '[[101, 7592, 102]]' | python bench/peers/onnxruntime_load_model.py FOLDER/onnx/model_quantized.onnx

stdin: a JSON list of id lists (each run alone, so without padding). -> {"logits": [sequence][token][tag]}
"""

import json
import sys

import numpy
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
names = {value.name for value in session.get_inputs()}
logits = []
for ids in json.load(sys.stdin):
    row = numpy.array([ids], dtype=numpy.int64)
    feeds = {"input_ids": row, "attention_mask": numpy.ones_like(row), "token_type_ids": numpy.zeros_like(row)}
    logits.append(session.run(["logits"], {name: feeds[name] for name in names})[0][0].tolist())
print(json.dumps({"logits": logits}))
