// The certified OpenID Connect provider of npm on loopback, with the claims of ACM/IDM. Tests tell it who is there:
// POST /tell {"claims", "clock", "nonce", "down", "rotate"}; GET /tell gives the last request it got.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const installed = resolve(".venv/node/node_modules/oidc-provider/lib/index.js");
const { default: Provider } = await import(pathToFileURL(installed));
const { back, publicKey } = JSON.parse(process.argv[2]);
const roleClaim = "dwse_werkplekduaal_rol_3d";
const realNow = Date.now;
let told = { claims: { sub: "nobody" } }, asked = {}, provider, issuer;

process.on("unhandledRejection", (problem) => console.error(problem)); // a lost cookie is no reason to stop
Date.now = () => realNow() + (told.clock ?? 0) * 1000;

function freshKey() {
  return { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig" };
}

function start() {
  const client = {
    redirect_uris: back.map((place) => `${place}/aanmelden/terug`),
    post_logout_redirect_uris: back.map((place) => `${place}/aanmelden`),
  };
  provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: "loket", client_secret: "geheim" },
      { ...client, client_id: "loket-sleutel", token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [publicKey] } },
    ],
    jwks: { keys: [freshKey()] },
    cookies: { keys: ["test"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true, methods: ["S256"] },
    acrValues: ["itsme", "eid", "csamsms", "password"].map((name) => `urn:be:vlaanderen:authmech:${name}`),
    scopes: ["openid", "rrn", "vo", "wettelijkvertegenwoordiger", "dwse_werkplekduaal"],
    claims: {
      openid: ["sub"],
      profile: ["given_name", "family_name"],
      rrn: ["rrn"],
      vo: ["vo_id", "vo_doelgroepcode", "vo_doelgroepnaam", "vo_orgcode", "vo_orgnaam", "vo_email"],
      wettelijkvertegenwoordiger: ["wv_orgcode"],
      dwse_werkplekduaal: [roleClaim],
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/enter/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...told.claims, sub: id }) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope(ctx.oidc.params.scope);
      await grant.save();
      return grant;
    },
  });
}

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === "/tell") {
    if (request.method === "POST") {
      told = await body(request);
      if (told.home && !back.includes(told.home)) back.push(told.home);
      if (told.rotate || told.home) start();
    }
    return response.end(JSON.stringify(asked));
  }
  if (told.down) {
    response.statusCode = 503;
    return response.end("dicht");
  }
  if (url.pathname.startsWith("/enter/")) {
    if (told.refuse) return provider.interactionFinished(request, response, { error: "access_denied" });
    return provider.interactionFinished(request, response, { login: { accountId: told.claims.sub, acr: told.claims.acr, amr: told.claims.amr } });
  }
  if (url.pathname === "/auth") {
    asked = Object.fromEntries(url.searchParams);
    if (told.nonce) url.searchParams.set("nonce", told.nonce);
    request.url = url.pathname + url.search;
  }
  return provider.callback()(request, response);
});
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  start();
  console.log(issuer);
});
