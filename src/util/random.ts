/** @file A seed and a name -> a stream of random numbers that is the same on every machine. */

/** A seeded stream. Independent streams come from other names, so adding a consumer shifts no other. */
export interface Random {
  /** A whole number in [0, 2^32). */
  nextUint32(): number;
  /** A number in [0, 1) with 32 random bits. */
  next(): number;
  /** A whole number in [0, bound). */
  nextInt(bound: number): number;
}

/** FNV-1a over UTF-16 units, then an avalanche (MurmurHash3 finalizer), so close seeds give unlike states. */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A stream named by everything that identifies its use, e.g. `createRandom(seed, "shuffle", epoch)`.
 * Generator: sfc32 (Doty-Humphrey, PractRand), period about 2^127, seeded by four hashes of the name.
 */
export function createRandom(seed: number, ...name: (string | number)[]): Random {
  const key = [seed, ...name].join("\u0000");
  let a = hash(key, 1);
  let b = hash(key, 2);
  let c = hash(key, 3);
  let counter = hash(key, 4) | 1;
  const nextUint32 = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) nextUint32();
  const next = () => nextUint32() / 2 ** 32;
  return { nextUint32, next, nextInt: (bound) => Math.floor(next() * bound) };
}

/** Fisher-Yates: a shuffled copy. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.nextInt(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** Normal with mean 0 and deviation 1: Box & Muller 1958, one of the pair; 1 - next() is never 0. */
export function nextNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
