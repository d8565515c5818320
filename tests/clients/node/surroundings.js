/** What every Node client needs to know: the addresses, the applications of the built-in world, and a person at a browser. */

import assert from "node:assert/strict";
import { randomUUID, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";

export const origin = process.env.TEST_ORIGIN;
export const host = new URL(origin).host;
export const key = readFileSync(process.env.TEST_KEY, "utf8");
export const certificate = readFileSync(process.env.TEST_CERTIFICATE, "utf8");
export const certificatePath = process.env.TEST_CERTIFICATE;

export const tenant = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";
export const fabrikam = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0";
export const authority = `${origin}/example.test`;

export const spa = "3eb38c18-7f32-4ed1-947d-e14c74f9043e";
export const web = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
export const daemon = "1844fd18-0821-4dd0-9c73-af2e2def8706";
export const cli = "6027b688-5422-45fd-a0ec-836caa2bf116";
export const api = "6b5de23f-fa8f-4088-b32e-11cf49fd03c9";
export const partnerApp = "0b9ea4bb-631f-46bd-b6db-c7f7053c2b22";
export const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
export const callback = "http://localhost:3000/auth/callback";

export const read = "api://example-api/read";
export const write = "api://example-api/write";
export const everything = "api://example-api/.default";
export const graph = "https://graph.microsoft.com/User.Read";

export const alice = "alice@example.test";
export const aliceId = "364526c4-eb11-4985-917d-37d04d230685";
export const bob = "bob@example.test";
export const john = "john@fabrikam.test";
export const mia = "mia@example.test";
export const password = "Password1!";
export const fred = "fred@federated.test";
export const gail = "gail@federated.test";
export const federatedPassword = "At the <provider> & nowhere else";

export const thumbprint = () => new X509Certificate(certificate).fingerprint256.replaceAll(":", "");
export const thumbprintSha1 = () => new X509Certificate(certificate).fingerprint.replaceAll(":", "");

/** Where a person's browser ends up after going to `url`, and what it carries there. */
export async function signIn(url, more = {}) {
  const wish = JSON.stringify({ url: String(url), user: alice, password, ...more });
  const answer = await fetch(process.env.TEST_SIGN_IN, { method: "POST", body: wish });
  assert.ok(answer.ok, await answer.clone().text());
  return answer.json();
}

export async function changeWorld(patch) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${process.env.TEST_CONTROL}/world`, { method: "PATCH", headers, body: JSON.stringify(patch) });
  assert.ok(answer.ok, await answer.clone().text());
}

/** A new account, so that nobody else has used its codes or answered its phone. */
export async function newcomer(facts = {}) {
  const user = `${randomUUID().slice(0, 13)}@example.test`;
  await changeWorld({ users: { [user]: { password, ...facts } } });
  return user;
}

/** A conditional access policy that demands a second factor of this account alone. */
export async function guard(user, policy = {}) {
  const named = { include: { users: [user] }, grant: ["mfa"], ...policy };
  await changeWorld({ tenants: { example: { conditional_access: { [user.split("@")[0]]: named } } } });
}

/** A code app's secret for a new account. */
export const secret = "NEWNEWNEWNEWNEWNEWNEWNEWNEWNEWNE";

const keys = createRemoteJWKSet(new URL(`${authority}/discovery/v2.0/keys`));

/** The claims of a token whose signature verifies with the tenant's published keys. */
export const claims = async (token) => (await jwtVerify(token, keys)).payload;

/** The tenant and a third-party provider, as applications of SAML and WS-Federation find them. */
export const federations = {
  "the tenant": { metadata: `${authority}/federationmetadata/2007-06/federationmetadata.xml`, app: "example-saml", alice },
  "the third-party provider": { metadata: `${origin}/idp/local/FederationMetadata/2007-06/FederationMetadata.xml`, app: "local-saml", alice: "alice@local.test" },
};
export const entity = "urn:example:saml";
export const acs = "http://localhost:3000/saml/acs";
export const slo = "http://localhost:3000/saml/slo";
export const multipleAuthn = "http://schemas.microsoft.com/claims/multipleauthn";

/** A metadata document, and what is read from it where a library does not read it itself. */
export async function metadata(url) {
  const text = await (await fetch(url)).text();
  const [, idp] = text.match(/<md:IDPSSODescriptor(.*)<\/md:IDPSSODescriptor>/s);
  const at = (service) => idp.match(new RegExp(`<md:${service} [^>]*HTTP-Redirect" Location="([^"]+)"`))[1];
  const certificates = [...idp.matchAll(/<ds:X509Certificate>([^<]+)</g)].map(([, certificate]) => certificate);
  const passive = text.match(/<fed:PassiveRequestorEndpoint>.*?<wsa:Address[^>]*>([^<]+)</)[1];
  const issuer = text.match(/entityID="([^"]+)"/)[1];
  return { text, issuer, signOn: at("SingleSignOnService"), signOut: at("SingleLogoutService"), certificates, passive };
}
