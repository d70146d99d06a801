import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { createUserVerifier } from "./user.ts";

const supabaseUrl = "https://project.supabase.co";
const issuer = `${supabaseUrl}/auth/v1`;
const jwtSecret = "a-shared-secret-of-the-project-0123456789";
const sub = "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11";
const now = new Date("2026-11-05T10:00:00Z");
const seconds = Math.floor(now.getTime() / 1_000);

const ec = await generateKeyPair("ES256", { extractable: true });
const rsa = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("ES256", { extractable: true });
const published = {
  keys: [
    { ...await exportJWK(ec.publicKey), kid: "ec", alg: "ES256", use: "sig" },
    { ...await exportJWK(rsa.publicKey), kid: "rsa", alg: "RS256", use: "sig" },
  ],
};

const standard: JWTPayload = {
  sub,
  iss: issuer,
  aud: "authenticated",
  role: "authenticated",
  email: "ann@example.com",
  iat: seconds,
  exp: seconds + 3_600,
};

type Signing = { alg?: string; kid?: string; key?: Parameters<SignJWT["sign"]>[0] };
function sign(claims: JWTPayload, { alg = "ES256", kid = "ec", key = ec.privateKey }: Signing = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(key);
}
const shared = new TextEncoder().encode(jwtSecret);

function scene(options: { secret?: string; answer?: () => Response | Promise<Response> } = {}) {
  const fetched: string[] = [];
  const verify = createUserVerifier({
    supabaseUrl,
    ...(options.secret !== undefined && { jwtSecret: options.secret }),
    now: () => now,
    egress: (input) => {
      fetched.push(String(input));
      return Promise.resolve(options.answer?.() ?? Response.json(published));
    },
  });
  return {
    fetched,
    async of(authorization?: string) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const verified = await verify(new Request(`${supabaseUrl}/`, { headers }));
      return verified.ok ? verified.user : verified.problem.code;
    },
    async bearing(token: string) {
      return await this.of(`Bearer ${token}`);
    },
  };
}

Deno.test("a person is known by a token that the project's public keys verify, ES256 or RS256, fetched once", async () => {
  const it = scene();
  const user = { id: sub, email: "ann@example.com", admin: false };
  assert.deepEqual(await it.bearing(await sign(standard)), user);
  assert.deepEqual(
    await it.bearing(await sign(standard, { alg: "RS256", kid: "rsa", key: rsa.privateKey })),
    user,
  );
  assert.deepEqual(it.fetched, [`${issuer}/.well-known/jwks.json`]);
});

Deno.test("a shared secret verifies where the project has one, and is no key where it has none", async () => {
  const token = await sign(standard, { alg: "HS256", key: shared });
  const local = { ...standard };
  delete local.iss;
  const unnamed = await sign(local, { alg: "HS256", key: shared });
  const withSecret = scene({ secret: jwtSecret });
  assert.equal(typeof await withSecret.bearing(token), "object");
  assert.equal(typeof await withSecret.bearing(unnamed), "object");
  assert.equal(await scene().bearing(token), "token_invalid");
});

Deno.test("an administrator is who the service made one; what people write about themselves makes nobody one", async () => {
  const it = scene();
  const admin = await it.bearing(await sign({ ...standard, app_metadata: { role: "admin" } }));
  assert.equal(typeof admin === "object" && admin.admin, true);
  const self = await it.bearing(await sign({ ...standard, user_metadata: { role: "admin" } }));
  assert.equal(typeof self === "object" && self.admin, false);
});

Deno.test("no forged, foreign, stale or half-made token is let in, each with the code that says why", async () => {
  const it = scene({ secret: jwtSecret });
  const good = await sign(standard);
  const [head = "", body = "", signature = ""] = good.split(".");
  const otherBody = btoa(JSON.stringify({ ...standard, sub: crypto.randomUUID() })).replace(/=+$/, "");
  const without = (claim: string) =>
    Object.fromEntries(Object.entries(standard).filter(([name]) => name !== claim));
  const cases: [string, string, string][] = [
    ["signed by a stranger", await sign(standard, { key: stranger.privateKey }), "token_invalid"],
    ["of an unknown key", await sign(standard, { kid: "gone", key: stranger.privateKey }), "token_invalid"],
    ["with another body", `${head}.${otherBody}.${signature}`, "token_invalid"],
    ["without a signature", `${head}.${body}.`, "token_invalid"],
    ["unsecured", new UnsecuredJWT(standard).encode(), "token_invalid"],
    ["of another secret", await sign(standard, { alg: "HS256", key: new Uint8Array(32) }), "token_invalid"],
    [
      "the public key as shared secret",
      await sign(standard, {
        alg: "HS256",
        key: new TextEncoder().encode(JSON.stringify(published.keys[0])),
      }),
      "token_invalid",
    ],
    ["of another algorithm", await sign(standard, { alg: "HS512", key: shared }), "token_invalid"],
    ["of another issuer", await sign({ ...standard, iss: "https://evil.example/auth/v1" }), "token_invalid"],
    [
      "of another issuer with the secret",
      await sign({ ...standard, iss: "supabase" }, { alg: "HS256", key: shared }),
      "token_invalid",
    ],
    ["without issuer", await sign(without("iss")), "token_invalid"],
    ["for another audience", await sign({ ...standard, aud: "anon" }), "token_invalid"],
    ["without subject", await sign(without("sub")), "token_invalid"],
    ["of a subject that is no person", await sign({ ...standard, sub: "service" }), "token_invalid"],
    ["without end", await sign(without("exp")), "token_invalid"],
    ["of the service", await sign({ ...standard, role: "service_role" }), "token_invalid"],
    ["of nobody", await sign({ ...standard, role: "anon" }), "token_invalid"],
    ["expired", await sign({ ...standard, exp: seconds - 6 }), "token_expired"],
    ["not valid yet", await sign({ ...standard, nbf: seconds + 60 }), "token_invalid"],
    ["of an OAuth client", await sign({ ...standard, client_id: "claude" }), "oauth_client_refused"],
    ["no token at all", "x", "token_invalid"],
    ["a wall of text", "x".repeat(10_000), "token_invalid"],
    ["an API key", "sb_publishable_0123456789", "token_invalid"],
  ];
  for (const [what, token, expected] of cases) assert.equal(await it.bearing(token), expected, what);
  for (const header of ["", "Bearer", "Bearer ", `Basic ${good}`, `Bearer ${good} ${good}`]) {
    assert.equal(await it.of(header), "not_signed_in", header);
  }
  assert.equal(await it.of(), "not_signed_in");
});

Deno.test("when the keys cannot be fetched nobody is let in, and nobody is told that their token is wrong", async () => {
  const token = await sign(standard);
  const cases: (() => Response | Promise<Response>)[] = [
    () => Promise.reject(new TypeError("connection reset")),
    () => new Response("busy", { status: 503 }),
    () => Response.json({ hello: "world" }),
  ];
  for (const answer of cases) assert.equal(await scene({ answer }).bearing(token), "sign_in_unavailable");
  assert.equal(await scene({ answer: () => Response.json({ keys: [] }) }).bearing(token), "token_invalid");
});

Deno.test("unknown key ids do not make us ask for the keys again and again", async () => {
  const it = scene();
  for (let n = 0; n < 20; n += 1) await it.bearing(await sign(standard, { kid: `made-up-${n}` }));
  assert.equal(it.fetched.length, 1);
});
