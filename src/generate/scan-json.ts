/** @file A JSON answer, however broken -> its items one by one, and whatever else stands in it. */
import { opensString, scanString, startsKey } from "./json-strings.ts";

/** A stretch of an answer. */
export interface JsonPart {
  /**
   * `item`: an object with a key of an item; `cut`: one that the answer ends in; `stray`: JSON in which an item was
   * expected; `text`: what stands around the JSON.
   */
  readonly kind: "item" | "cut" | "stray" | "text";
  /** As the model wrote it. */
  readonly raw: string;
  /** For an item: `raw` with every string in the form of JSON; what else is broken still is. */
  readonly json: string;
  /** Goes up where a list or an object around items ends. */
  readonly section: number;
}

/** The keys by which an item is told from what is around it and in it. */
export interface ItemKeys {
  readonly any: readonly string[];
  /** One that never stands inside an item: where it does, the item around it was not closed. */
  readonly outermost: string;
}

interface Open {
  readonly isObject: boolean;
  readonly at: number;
  /** `chunks` and `copied` when it was opened. */
  readonly chunk: number;
  expectsKey: boolean;
  hasContainer: boolean;
  /** Strings with a space, and keys without a value, of an object that may turn out to be no item. */
  readonly sentences: string[];
}

/** What makes a bracket in prose the begin of JSON: "[25]" and "[see below]" are not. */
const BEGINS_JSON = /\[\s*(?:["'“{[\]]|$)|\{\s*(?:["'“‘}/]|\w{1,40}\s{0,40}:|$)/y;
const BRACKET = /[{[]/g;
const BARE = /[^\s{}[\]:,"“”]+/y;
const PROSE = /[^{}[\]\n]+/y;

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
};

/**
 * Finds the items of an answer in one pass with a stack of its own, so that neither depth nor length matters. In valid
 * JSON, exactly the outermost objects with one of the keys. Otherwise a fault stays in its item as far as can be: a
 * bracket that closes nothing is passed over, one that closes an outer thing closes what is inside, and an item that
 * was not closed ends where the next begins.
 */
export function scanJson(source: string, keys: ItemKeys): JsonPart[] {
  const parts: JsonPart[] = [];
  const stack: Open[] = [];
  const depth = { objects: 0, arrays: 0 };
  let item = -1; // where in the stack the item stands that is being read
  let chunks: string[] = []; // what was copied of it, up to `copied`
  let copied = 0;
  let section = 0;

  const add = (kind: JsonPart["kind"], raw: string, json = "") => parts.push({ kind, raw, json, section });
  const addText = (start: number, end: number) => {
    for (const line of source.slice(start, end).split(/\r\n|\n|\r/)) {
      if (/[\p{L}\p{N}`~]/u.test(line)) add("text", line);
    }
  };
  const pop = (end: number) => {
    const closed = stack.pop()!;
    depth[closed.isObject ? "objects" : "arrays"]--;
    if (item === stack.length) {
      add("item", source.slice(closed.at, end), chunks.join("") + source.slice(copied, end));
      item = -1;
    } else if (item < 0) {
      const isLeaf = closed.isObject && !closed.hasContainer && end - closed.at > 2;
      for (const sentence of closed.sentences) add("stray", sentence);
      if (isLeaf && closed.sentences.length === 0) add("stray", source.slice(closed.at, end));
      section++;
    }
  };
  const open = (at: number) => {
    const isObject = source[at] === "{";
    const around = stack.at(-1);
    if (around !== undefined) around.hasContainer = true;
    if (item < 0) chunks = [];
    else chunks.push(source.slice(copied, at));
    copied = at;
    stack.push({
      isObject,
      at,
      chunk: chunks.length,
      expectsKey: isObject,
      hasContainer: false,
      sentences: [],
    });
    depth[isObject ? "objects" : "arrays"]++;
  };
  const close = (at: number) => {
    const isObject = source[at] === "}";
    if (depth[isObject ? "objects" : "arrays"] === 0) return;
    while (stack.at(-1)!.isObject !== isObject) pop(at);
    pop(at + 1);
    const around = stack.at(-1);
    if (around?.isObject) around.expectsKey = startsKey(source, at + 1);
  };
  /** The object on top of the stack is an item inside another one: that one ended before it. */
  const splitItem = () => {
    const inner = stack.at(-1)!;
    const outer = stack[item]!;
    add("item", source.slice(outer.at, inner.at), chunks.slice(0, inner.chunk).join(""));
    chunks = chunks.slice(inner.chunk);
    for (const dropped of stack.splice(item, stack.length - 1 - item)) {
      depth[dropped.isObject ? "objects" : "arrays"]--;
    }
    item = stack.length - 1;
  };
  const addKey = (top: Open, key: string) => {
    if (item < 0 && keys.any.includes(key)) {
      item = stack.length - 1;
      if (top.hasContainer) {
        chunks = [];
        copied = top.at;
      }
    } else if (item >= 0 && item < stack.length - 1 && key === keys.outermost) splitItem();
  };
  /** Reads a string and gives where it ends. */
  const readString = (top: Open, at: number): number => {
    const place = !top.isObject ? "element" : top.expectsKey ? "key" : "member";
    const { value, end, closed } = scanString(source, at, place);
    if (place === "key" && closed) addKey(top, value);
    else if (item < 0 && !top.isObject) add(end === source.length ? "cut" : "stray", source.slice(at, end));
    else if (item < 0 && (!closed || /\s/.test(value.trim()))) top.sentences.push(value);
    chunks.push(source.slice(copied, at), JSON.stringify(value));
    copied = end;
    if (place === "member") top.expectsKey = startsKey(source, end);
    return end;
  };
  /** Passes over what is neither bracket nor string. */
  const readBare = (top: Open, at: number): number => {
    if (item < 0 && !top.isObject) {
      const prose = matchAt(PROSE, source, at) ?? source[at]!;
      addText(at, at + prose.length);
      return at + prose.length;
    }
    const bare = matchAt(BARE, source, at) ?? source[at]!;
    if (top.isObject && top.expectsKey && startsKey(source, at)) addKey(top, bare);
    return at + bare.length;
  };

  let position = 0;
  while (position < source.length) {
    const top = stack.at(-1);
    if (top === undefined) {
      const outside = position;
      do {
        BRACKET.lastIndex = position;
        position = BRACKET.exec(source)?.index ?? source.length;
        if (position === source.length || matchAt(BEGINS_JSON, source, position) !== undefined) break;
        position++;
      } while (position < source.length);
      addText(outside, position);
      if (position < source.length) open(position++);
      continue;
    }
    const character = source[position]!;
    if (character === "{" || character === "[") {
      // A bracket where a key should be: the item was not closed.
      if (character === "{" && item === stack.length - 1 && top.expectsKey) pop(position);
      if (stack.length > 0 || character === "{") open(position);
      position++;
    } else if (character === "}" || character === "]") {
      close(position++);
    } else if (character === "," || character === ":") {
      if (top.isObject) top.expectsKey = character === ",";
      position++;
    } else if (/\s/.test(character)) {
      position++;
    } else if (opensString(character)) {
      position = readString(top, position);
    } else {
      position = readBare(top, position);
    }
  }
  const cut = item >= 0 ? item : stack.length - 1;
  for (const { sentences } of stack.slice(0, cut)) for (const sentence of sentences) add("stray", sentence);
  const last = stack[cut];
  if (item >= 0 || (last?.isObject && !last.hasContainer)) add("cut", source.slice(last!.at));
  else for (const sentence of last?.sentences ?? []) add("stray", sentence);
  return parts;
}
