// An application that signs people in: OpenID Connect's authorization code flow with PKCE, in plain Node.js.
//
// Everything about the provider is read from its metadata, so the same code works with the real service. The browser is
// sent to the addresses found there, and this server calls them itself: both have to reach the provider under one name.

import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";

const { AUTHORITY, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PORT = "3000" } = process.env;

const random = () => randomBytes(32).toString("base64url");
const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// Sign-ins that were begun and people who are signed in, both by the browser's cookie.
const begun = new Map();
const signedIn = new Map();

async function json(url, options) {
  const answer = await fetch(url, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error_description ?? `${url} answered ${answer.status}`);
  return body;
}

async function metadata() {
  const found = await json(`${AUTHORITY}/.well-known/openid-configuration`);
  // OpenID Connect Discovery 4.3: whoever calls itself something else is somebody else.
  if (found.issuer !== AUTHORITY) throw new Error(`the provider calls itself ${found.issuer}, not ${AUTHORITY}`);
  return found;
}

async function begin(cookie) {
  const { authorization_endpoint } = await metadata();
  const attempt = { state: random(), nonce: random(), verifier: random() };
  begun.set(cookie, attempt);
  const url = new URL(authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: "openid profile email",
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: createHash("sha256").update(attempt.verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  return url.href;
}

async function finish(cookie, query) {
  const attempt = begun.get(cookie);
  begun.delete(cookie);
  if (!attempt || query.get("state") !== attempt.state) throw new Error("this sign-in was not begun in this browser");
  if (query.has("error")) throw new Error(query.get("error_description") ?? query.get("error"));
  const provider = await metadata();
  const tokens = await json(provider.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: query.get("code"),
      redirect_uri: REDIRECT_URI,
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      code_verifier: attempt.verifier,
    }),
  });
  signedIn.set(cookie, await checked(tokens.id_token, provider, attempt.nonce));
}

async function checked(token, provider, nonce) {
  const [head, body, signature] = token.split(".");
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url"));
  const { keys } = await json(provider.jwks_uri);
  const jwk = keys.find((key) => key.kid === kid);
  if (alg !== "RS256" || !jwk) throw new Error("the token is signed with an unknown key");
  const key = createPublicKey({ key: jwk, format: "jwk" });
  if (!verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))) {
    throw new Error("the token's signature is wrong");
  }
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const now = Date.now() / 1000;
  const tolerance = 60;
  if (claims.iss !== provider.issuer || claims.aud !== CLIENT_ID) throw new Error("the token is not for this application");
  if (claims.exp + tolerance < now || claims.nbf - tolerance > now) throw new Error("the token is not valid now");
  if (claims.nonce !== nonce) throw new Error("the token belongs to another sign-in");
  return claims;
}

function page(claims) {
  if (!claims) return `<h1>Nobody is signed in</h1><p><a href="/sign-in">Sign in</a></p>`;
  const rows = Object.entries(claims).map(([name, value]) => `<tr><th>${escaped(name)}<td>${escaped(value)}`);
  const name = escaped(claims.preferred_username);
  return `<h1>Signed in as ${name}</h1><table>${rows.join("")}</table><p><a href="/sign-out">Sign out</a></p>`;
}

async function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  const known = /(?:^|; )app=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? "")?.[1];
  const cookie = known ?? random();
  if (!known) response.setHeader("set-cookie", `app=${cookie}; HttpOnly; SameSite=Lax; Path=/`);
  const redirect = (location) => response.writeHead(302, { location }).end();
  switch (url.pathname) {
    case "/":
      return response.end(page(signedIn.get(cookie)));
    case "/sign-in":
      return redirect(await begin(cookie));
    case "/auth/callback":
      await finish(cookie, url.searchParams);
      return redirect("/");
    case "/sign-out":
      signedIn.delete(cookie);
      return redirect((await metadata()).end_session_endpoint);
    default:
      return response.writeHead(404).end("<h1>There is nothing here</h1>");
  }
}

const server = createServer((request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  answer(request, response).catch((error) => {
    response.writeHead(502).end(`<h1>That did not work</h1><p>${escaped(error.message)}`);
  });
});
// An engine stops containers with SIGTERM, which the first process of a container ignores unless it listens.
process.on("SIGTERM", () => process.exit(0));
server.listen(Number(PORT), () => console.log(`http://localhost:${PORT}`));
