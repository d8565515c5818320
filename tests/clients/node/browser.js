/** Chromium for tests: where it is, and how it trusts the server. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { origin } from "./surroundings.js";

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Trusts the server's own key and no other: Node has checked it against the local CA. */
export async function args() {
  const socket = connect({ host: "localhost", port: new URL(origin).port, servername: "localhost" });
  await once(socket, "secureConnect");
  const { publicKey } = socket.getPeerX509Certificate();
  socket.destroy();
  const key = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("base64");
  return ["--no-sandbox", `--ignore-certificate-errors-spki-list=${key}`];
}
