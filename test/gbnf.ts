/** @file A grammar in GBNF -> whether it admits a text: enough of llama.cpp's form to test ours without a model. */

type Node =
  | { readonly kind: "text"; readonly characters: readonly string[] }
  | {
      readonly kind: "set";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "choice"; readonly options: readonly (readonly Node[])[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number };

/** Reads a grammar of one rule a line. @throws Error where it is none, or names a rule that does not exist */
export function parseGbnf(grammar: string): ReadonlyMap<string, Node> {
  const rules = new Map<string, Node>();
  for (const line of grammar.trimEnd().split("\n")) {
    const [name, right] = line.split(/ ::= (.*)/s) as [string, string | undefined];
    if (right === undefined || !/^[a-z-]+$/.test(name)) throw new Error(`no rule: ${line}`);
    if (rules.has(name)) throw new Error(`twice: ${name}`);
    const parser = createParser(right);
    rules.set(name, parser.choice());
    if (!parser.atEnd()) throw new Error(`cannot read the rest of: ${line}`);
  }
  const check = (node: Node): void => {
    if (node.kind === "rule" && !rules.has(node.name)) throw new Error(`no rule ${node.name}`);
    if (node.kind === "choice") for (const item of node.options.flat()) check(item);
    if (node.kind === "repeat") check(node.node);
  };
  for (const node of rules.values()) check(node);
  return rules;
}

function createParser(source: string) {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const sticky = new RegExp(pattern.source, "yu");
    sticky.lastIndex = at;
    const match = sticky.exec(source);
    if (match !== null) at = sticky.lastIndex;
    return match;
  };
  const character = (): string => {
    const [whole] = take(/\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[nrt"\\[\]]|[^\\]/)!;
    if (!whole.startsWith("\\")) return whole;
    const named = { n: "\n", r: "\r", t: "\t" }[whole[1]!];
    if (named !== undefined) return named;
    return whole.length > 2 ? String.fromCodePoint(Number.parseInt(whole.slice(2), 16)) : whole[1]!;
  };
  const atom = (): Node | undefined => {
    if (take(/"/)) {
      const characters: string[] = [];
      while (!take(/"/)) characters.push(character());
      return { kind: "text", characters };
    }
    if (take(/\[/)) {
      const negated = take(/\^/) !== null;
      const ranges: [number, number][] = [];
      while (!take(/\]/)) {
        const low = character().codePointAt(0)!;
        ranges.push([low, take(/-(?!\])/) ? character().codePointAt(0)! : low]);
      }
      return { kind: "set", negated, ranges };
    }
    if (take(/\(/)) {
      const inner = choice();
      if (!take(/\)/)) throw new Error(`no closing bracket in: ${source}`);
      return inner;
    }
    const name = take(/[a-z-]+/);
    return name === null ? undefined : { kind: "rule", name: name[0] };
  };
  const sequence = (): Node[] => {
    const nodes: Node[] = [];
    for (;;) {
      const node = atom();
      if (node === undefined) return nodes;
      const count = take(/\?|\{(\d+)(?:,(\d+))?\}/);
      if (count === null) nodes.push(node);
      else if (count[0] === "?") nodes.push({ kind: "repeat", node, least: 0, most: 1 });
      else {
        const least = Number(count[1]);
        nodes.push({ kind: "repeat", node, least, most: Number(count[2] ?? least) });
      }
      take(/ +/);
    }
  };
  const choice = (): Node => {
    const options = [sequence()];
    while (take(/\| */)) options.push(sequence());
    return { kind: "choice", options };
  };
  return { choice, atEnd: () => at === source.length };
}

/** Whether the rule `root` (or another) derives the whole text. */
export function admits(rules: ReadonlyMap<string, Node>, text: string, root = "root"): boolean {
  const characters = [...text];
  const known = new Map<string, ReadonlySet<number>>();
  /** Where a node that begins at `from` may end. */
  const ends = (node: Node, from: number): ReadonlySet<number> => {
    switch (node.kind) {
      case "text":
        return new Set(
          node.characters.every((c, i) => characters[from + i] === c) ? [from + node.characters.length] : [],
        );
      case "set": {
        const code = characters[from]?.codePointAt(0);
        if (code === undefined) return new Set();
        const inside = node.ranges.some(([low, high]) => low <= code && code <= high);
        return new Set(inside === node.negated ? [] : [from + 1]);
      }
      case "rule": {
        const key = `${node.name} ${from}`;
        const found = known.get(key) ?? ends(rules.get(node.name)!, from);
        known.set(key, found);
        return found;
      }
      case "choice":
        return new Set(node.options.flatMap((nodes) => [...inOrder(nodes, from)]));
      case "repeat": {
        const all = new Set(node.least === 0 ? [from] : []);
        let reached: ReadonlySet<number> = new Set([from]);
        for (let count = 1; count <= node.most && reached.size > 0; count++) {
          reached = new Set([...reached].flatMap((at) => [...ends(node.node, at)]));
          if (count >= node.least) for (const at of reached) all.add(at);
        }
        return all;
      }
    }
  };
  const inOrder = (nodes: readonly Node[], from: number): ReadonlySet<number> => {
    let reached: ReadonlySet<number> = new Set([from]);
    for (const node of nodes) reached = new Set([...reached].flatMap((at) => [...ends(node, at)]));
    return reached;
  };
  return ends({ kind: "rule", name: root }, 0).has(characters.length);
}
