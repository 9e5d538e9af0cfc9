/**
 * @file Preloaded with `node --import`: every way out of this machine throws, and is written to $NETWORK_GUARD_LOG first,
 * so that it shows even where the program catches the error. Sockets that are files (between processes) stay open.
 */
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";

/** @param {string} what */
function refuse(what) {
  appendFileSync(process.env.NETWORK_GUARD_LOG, `${what}\n`);
  throw new Error(`network guard: ${what}`);
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...words) {
  // The first word is options, [options, callback] once normalised by Node itself, a path, or a port.
  const first = Array.isArray(words[0]) ? words[0][0] : words[0];
  const path = typeof first === "object" ? first?.path : Number.isNaN(Number(first)) ? first : undefined;
  if (typeof path === "string") return connect.apply(this, words);
  return refuse("net.Socket.connect");
};
tls.connect = () => refuse("tls.connect");
dgram.createSocket = () => refuse("dgram.createSocket");
const holders = {
  dns,
  "dns.promises": dns.promises,
  Resolver: dns.Resolver.prototype,
  "promises.Resolver": dns.promises.Resolver.prototype,
};
for (const [name, holder] of Object.entries(holders)) {
  const inherited = Object.getOwnPropertyNames(Object.getPrototypeOf(holder));
  for (const call of [...Object.getOwnPropertyNames(holder), ...inherited]) {
    if (/^(lookup|resolve|reverse)/.test(call)) holder[call] = () => refuse(`${name}.${call}`);
  }
}
// Other programs are not guarded, so none may start (pip does, to fetch a wheel) but the one in $NETWORK_GUARD_LETS.
const lets = process.env.NETWORK_GUARD_LETS;
for (const call of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) {
  const original = childProcess[call];
  childProcess[call] = (program, ...words) =>
    lets && String(program).includes(lets) ? original(program, ...words) : refuse(`child_process.${call}`);
}
globalThis.fetch = () => refuse("fetch");
globalThis.WebSocket = class {
  constructor() {
    refuse("WebSocket");
  }
};
syncBuiltinESMExports();
