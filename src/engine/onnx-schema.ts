/** @file The part of the ONNX format that we write, as protobuf messages (onnx/onnx.proto, IR version 9). */
import protobuf from "protobufjs";

const SCHEMA = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  optional bytes s = 4;
  repeated int64 ints = 8;
  optional int32 type = 20;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string op_type = 4;
  repeated AttributeProto attribute = 5;
  optional string domain = 7;
}
message StringStringEntryProto {
  optional string key = 1;
  optional string value = 2;
}
message TensorProto {
  repeated int64 dims = 1;
  optional int32 data_type = 2;
  optional string name = 8;
  optional bytes raw_data = 9;
  repeated StringStringEntryProto external_data = 13;
  optional int32 data_location = 14;
}
message Dimension {
  optional int64 dim_value = 1;
  optional string dim_param = 2;
}
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorTypeProto {
  optional int32 elem_type = 1;
  optional TensorShapeProto shape = 2;
}
message TypeProto { optional TensorTypeProto tensor_type = 1; }
message ValueInfoProto {
  optional string name = 1;
  optional TypeProto type = 2;
}
message GraphProto {
  repeated NodeProto node = 1;
  optional string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto {
  optional string domain = 1;
  optional int64 version = 2;
}
message ModelProto {
  optional int64 ir_version = 1;
  optional string producer_name = 2;
  optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
`;

export type AttributeValue =
  | number
  | { readonly float: number }
  | { readonly text: string }
  | readonly number[];

export interface NodeMessage {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}
export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int8Array | StoredTensor;
}
/** Numbers that stay in a file: the model names the place, the runtime maps it. */
export interface StoredTensor {
  readonly type: "float32" | "int8";
  readonly dims: readonly number[];
  /** Relative to the folder that the session is given. */
  readonly file: string;
  readonly offset: number;
  readonly sizeBytes: number;
}
export interface ValueMessage {
  readonly name: string;
  readonly type: keyof typeof ELEMENT_TYPES;
  readonly shape: readonly (number | string)[];
}
export interface ModelMessage {
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
}

const IR_VERSION = 9;
const OPSET_VERSION = 20; // the first with Gelu
/** TensorProto.DataType */
export const ELEMENT_TYPES = { float32: 1, int8: 3, int32: 6, int64: 7 } as const;
/** TensorProto.DataLocation */
const EXTERNAL = 1;
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** A model in our own words -> the bytes of an ONNX file. */
export function renderOnnx(model: ModelMessage): Uint8Array {
  const type = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType("onnx.ModelProto");
  const domains = new Set(model.nodes.flatMap((node) => (node.domain ? [node.domain] : [])));
  return type
    .encode({
      ir_version: IR_VERSION,
      producer_name: "textphantom",
      opset_import: [
        { domain: "", version: OPSET_VERSION },
        ...[...domains].map((domain) => ({ domain, version: 1 })),
      ],
      graph: {
        name: "textphantom",
        node: model.nodes.map((node) => ({
          op_type: node.op,
          domain: node.domain ?? "",
          input: node.inputs,
          output: node.outputs,
          attribute: Object.entries(node.attributes).map(([name, value]) => attributeMessage(name, value)),
        })),
        initializer: model.initializers.map(tensorMessage),
        input: model.inputs.map(valueMessage),
        output: model.outputs.map(valueMessage),
      },
    })
    .finish();
}

function tensorMessage({ name, dims, data }: TensorMessage) {
  if ("offset" in data) {
    const place = { location: data.file, offset: data.offset, length: data.sizeBytes };
    return {
      name,
      dims,
      data_type: ELEMENT_TYPES[data.type],
      external_data: Object.entries(place).map(([key, value]) => ({ key, value: String(value) })),
      data_location: EXTERNAL,
    };
  }
  const type = data instanceof Float32Array ? "float32" : data instanceof Int8Array ? "int8" : "int64";
  const raw_data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims, data_type: ELEMENT_TYPES[type], raw_data };
}

function attributeMessage(name: string, value: AttributeValue) {
  if (typeof value === "number") return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if ("text" in value) return { name, s: new TextEncoder().encode(value.text), type: ATTRIBUTE_TYPES.string };
  if ("float" in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}

function valueMessage({ name, type, shape }: ValueMessage) {
  const dim = shape.map((size) => (typeof size === "number" ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: ELEMENT_TYPES[type], shape: { dim } } } };
}
