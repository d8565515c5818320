/** People at the sign-in pages with their phones, each test in a world of its own; only the names that the real pages have are used. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { decodeJwt } from "jose";
import { callback, graph, origin, password, web } from "./surroundings.js";

/** An isolated world, so that nobody else's codes, messages, clock or policies are met. */
export class World {
  static async create() {
    const world = new World();
    return Object.assign(world, await world.control("POST", "worlds", { world: "partner" }));
  }

  base_path = "";
  url = (path) => origin + this.base_path + path;
  change = (patch) => this.control("PATCH", "world", patch);
  advance = (span) => this.control("PUT", "clock", { advance: span });
  remove = async () => void (await fetch(`${origin}/_standin/worlds/${this.id}`, { method: "DELETE" }));

  async control(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(this.url(`/_standin/${path}`), { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
  }

  /** What the code app of an account shows now. */
  code = async (user) => (await this.control("GET", `users/${user}/totp`)).code;

  /** The newest message on somebody's phone. */
  message = async (user) => (await this.control("GET", `inbox?user=${user}&wait=10`)).value.at(-1);

  /** Where Example Web sends people to sign in. */
  authorize(more = {}) {
    const asked = { client_id: web, response_type: "code", redirect_uri: callback, scope: `openid ${graph}`, ...more };
    return this.url(`/example.test/oauth2/v2.0/authorize?${new URLSearchParams(asked)}`);
  }

  /** Where an application sends people to sign in at the third-party provider. */
  atProvider() {
    const asked = { client_id: "local-web", response_type: "code", redirect_uri: callback, scope: "openid" };
    return this.url(`/idp/local/authorize?${new URLSearchParams(asked)}`);
  }

  /** How the access token for Microsoft Graph that a code brings says its person signed in. */
  async amr(code) {
    const form = { client_id: web, client_secret: "web-secret", redirect_uri: callback, grant_type: "authorization_code", code };
    const answer = await fetch(this.url("/example.test/oauth2/v2.0/token"), { method: "POST", body: new URLSearchParams(form) });
    const { access_token, error_description } = await answer.json();
    assert.ok(access_token, error_description);
    return decodeJwt(access_token).amr;
  }
}

export async function typeName(page, user) {
  await page.fill("input[name=loginfmt]", user);
  await page.click("#idSIButton9");
}

export async function typeNameAndPassword(page, user, secret = password) {
  await typeName(page, user);
  await page.fill("input[name=passwd]", secret);
  await page.click("#idSIButton9");
}

export async function typeCode(page, code) {
  await page.fill("input[name=otc]", code);
  await page.click("#idSubmit_SAOTCC_Continue");
}

/** Picks a method from the list behind "another way". */
export async function anotherWay(page, method) {
  await page.click("#signInAnotherWay");
  await page.click(`[data-value=${method}]`);
}

/** What the application is told when the browser comes back to it. */
export async function cameBack(page) {
  await page.waitForURL(`${callback}?**`);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** The virtual phone of an account, in a tab of the same browser. */
export async function phone(world, context, user) {
  const tab = await context.newPage();
  await tab.goto(world.url(`/console/phone/${user}`));
  return tab;
}

/** Says yes on the phone; `where` can be the one message of several that is meant. */
export async function approve(where, number) {
  if (number) await where.locator("input[name=number]").fill(number);
  await where.locator("[data-testid=approve]").click();
}

/** An independent code app (RFC 6238), for a secret that was just shown. */
export function codeApp(secret, now = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))).update(step).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** A security key that can be carried from one browser to another: Chromium's virtual authenticator. */
export async function securityKey(page, credentials = []) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  for (const credential of credentials) await devtools.send("WebAuthn.addCredential", { authenticatorId, credential });
  return { credentials: async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials };
}
