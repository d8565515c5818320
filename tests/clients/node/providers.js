/** Identity providers outside the world: a library of somebody else answers, behind a page that asks for a name and a password. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import express from "express";
import { azureCli, changeWorld, claims, federatedPassword, graph, origin, signIn } from "./surroundings.js";

const callback = "http://localhost:3000";
const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const hidden = (fields) => Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`).join("");

/** The page, which leads back to where it was asked for. */
export const page = (at, fields = {}, wrong = "") => `<!doctype html><title>Elsewhere</title><p id="errorText">${escaped(wrong)}</p>
  <form method="post" action="${escaped(at)}">${hidden(fields)}<input name="UserName"><input name="Password" type="password">
  <button id="submitButton">Sign in</button></form>`;

/** A provider that listens; what `mount` adds answers, once it is known who is there: `request.user`. */
export class Provider {
  people = new Map();
  asked = [];
  /** The tenant's origin, as this provider knows it. */
  tenantAt = origin;

  static async open(mount) {
    const provider = new Provider();
    const app = express();
    provider.server = app.listen(0, "127.0.0.1");
    await once(provider.server, "listening");
    provider.origin = `http://127.0.0.1:${provider.server.address().port}`;
    await mount(app, provider);
    return provider;
  }

  /** Asks who is there, unless that was just said. */
  asks = [
    express.urlencoded({ extended: false }),
    (request, response, next) => {
      const { UserName: name, Password: secret, ...fields } = request.body ?? {};
      const at = request.originalUrl;
      if (name === undefined) return response.send(page(at, fields));
      if (secret !== federatedPassword || !this.people.has(name)) return response.send(page(at, fields, "The name or the password is wrong."));
      request.user = { name, ...this.people.get(name) };
      next();
    },
  ];

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A new person of a domain that is federated with a provider, on the way to an application. */
export class Journey {
  browser = randomUUID();

  static async begin(provider, trust, { knownAs, proves, ...facts } = {}) {
    const journey = new Journey();
    const name = randomUUID().slice(0, 13);
    Object.assign(journey, { provider, user: `someone@${name}.test`, immutableId: `${name}==` });
    await changeWorld({
      tenants: { [name]: { domains: [`${name}.test`], federation: { [`${name}.test`]: { federated_idp_mfa_behavior: "acceptIfMfaDoneByFederatedIdp", ...trust } } } },
      users: { [journey.user]: { immutable_id: journey.immutableId, ...facts } },
    });
    provider.people.set(journey.user, { immutableId: knownAs ?? journey.immutableId, proves });
    journey.app = new PublicClientApplication({ auth: { clientId: azureCli, authority: `${provider.tenantAt}/organizations`, knownAuthorities: [new URL(provider.tenantAt).host] } });
    return journey;
  }

  step = (url, more = {}) => signIn(url, { user: this.user, password: federatedPassword, browser: this.browser, ...more });

  /** To the provider, and what it gives the browser to bring to the tenant. */
  async there(more) {
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const asked = { scopes: [graph], redirectUri: callback, loginHint: this.user, codeChallenge: challenge, codeChallengeMethod: "S256" };
    this.verifier = verifier;
    return this.answered(await this.step(await this.app.getAuthCodeUrl(asked)), more);
  }

  async answered(sent, more = {}) {
    assert.ok(sent.url?.startsWith(this.provider.origin), JSON.stringify(sent));
    return this.step(sent.url, { ...(sent.method === "POST" && { post: sent.fields }), ...more });
  }

  /** To the tenant, and wherever that leads. */
  async back({ url, fields, ...other }) {
    assert.equal(url, `${this.provider.tenantAt}/login.srf`, JSON.stringify(other));
    return this.step(url, { post: fields });
  }

  /** All the way, to the provider a second time where the tenant wants that. */
  async whole() {
    const end = await this.back(await this.there());
    return end.url?.startsWith(this.provider.origin) ? this.back(await this.answered(end)) : end;
  }

  /** What the access token says that the application gets. */
  async token({ url, fields, ...other }) {
    assert.ok(url?.startsWith(callback), JSON.stringify(other));
    const { accessToken } = await this.app.acquireTokenByCode({ scopes: [graph], redirectUri: callback, codeVerifier: this.verifier, code: fields.code });
    return claims(accessToken);
  }
}

/** An answer with other words in a field that is base64. */
export function changed(answer, field, change) {
  const before = Buffer.from(answer.fields[field], "base64").toString();
  const after = change(before);
  assert.notEqual(after, before);
  return { ...answer, fields: { ...answer.fields, [field]: Buffer.from(after).toString("base64") } };
}
