// A certified OpenID provider that somebody else wrote (npm: oidc-provider), set up as HelseID is: only pushed requests,
// only clients with a private key, only tokens bound to a key, and a nonce of the day in every proof.
// node certified_provider.mjs <folder with node_modules> <port> <settings as JSON>
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";

const [folder, port, given] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const { client, key, back, out, people } = JSON.parse(given);
const scope = (name) => `helseid://scopes/${name}`;
const claim = (name) => `helseid://claims/${name}`;
const names = ["identity/pid", "identity/security_level", "hpr/hpr_number"];

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: client,
    redirect_uris: [back],
    post_logout_redirect_uris: [out],
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [key] },
    grant_types: ["authorization_code"],
    response_types: ["code"],
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  }],
  scopes: ["openid", ...names.map(scope)],
  claims: { openid: ["sub"], ...Object.fromEntries(names.map((name) => [scope(name), [claim(name)]])) },
  conformIdTokenClaims: false,
  features: {
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...Object.fromEntries(names.map((name) => [claim(name), people[id]?.[name]])) }) }),
});
provider.on("server_error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
