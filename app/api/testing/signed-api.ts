import crypto, { type ScryptOptions } from 'node:crypto'
import type { Server } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll } from 'vitest'
import { deriveCookieKey, createOneTimeLink, createSignInGate, type WebAddress } from '#lib/access/index.ts'
import { removeHubForTests, replaceDatabaseForTests } from '#lib/questions/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import { TestHttpClient } from './client.ts'
import { startApiServerOnLoopback } from './serve-routes.ts'

export { TestHttpClient } from './client.ts'

type Hash = [password: string, salt: string, length: number, ScryptOptions, (error: Error | null, key: Buffer) => void]
const scrypt: (...given: Hash) => void = crypto.scrypt
const cheaper = (...[password, salt, length, options, done]: Hash) =>
  scrypt(password, salt, length, { ...options, N: 1_024 }, done)
// Passwords are hashed by the same function with a lower cost (N = 1,024, a sixteenth of the work), because hashing
// would otherwise take half of the time of these tests. e2e/sign-in.spec.ts uses the full cost.
Object.assign(crypto, { scrypt: cheaper })
syncBuiltinESMExports()

const SECRETS_KEY = 'a-key-of-tests-with-enough-of-entropy-0000001'

/** The settings that sign-in and the API read. */
export const createRequiredSignInSettings = (databaseUrl: string) =>
  ({
    access: 'required',
    oidc: null,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: null,
    secretsKey: SECRETS_KEY,
    dataDir: '/nowhere',
    databaseUrl,
    mail: null,
    outboundAllow: [],
    alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
    azure: { subscriptions: [] },
  }) as unknown as ProcessSettings

/** Starts the API behind a front that requires sign-in, for the tests of a file. */
export function withSignedApi(db: Database): { readonly origin: string } {
  const signed = { origin: '' }
  let api: Awaited<ReturnType<typeof startSignedApi>>
  beforeAll(async () => {
    overrideSettings(() => createRequiredSignInSettings(db.url))
    replaceDatabaseForTests(db)
    api = await startSignedApi(db)
    signed.origin = api.origin
  })
  afterAll(async () => {
    await api.stop()
    replaceDatabaseForTests(undefined)
    overrideSettings(undefined)
  })
  return signed
}

/** Starts the API behind a front that requires sign-in. */
export async function startSignedApi(
  db: Database,
  more: Partial<WebAddress> = {},
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const gate = createSignInGate({
    db: db.pool,
    cookieKey: deriveCookieKey(SECRETS_KEY),
    isHttps: more.publicUrl?.startsWith('https:') ?? false,
  })
  forgetSignIn()
  const { server, origin } = await startApiServerOnLoopback(gate, more)
  return { origin, stop: () => stop(server) }
}

/** Drops the sign-in of this process, because test files share a process but not their databases. */
function forgetSignIn(): void {
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('peerwatch.web.sign-in')]
}

async function stop(server: Server): Promise<void> {
  forgetSignIn()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await removeHubForTests()
}

export const TEST_PASSWORD = 'correct horse battery'

/** Uses a one-time link for this user, and signs in. */
export async function signInByOneTimeLink(
  origin: string,
  link: string,
  user: { email: string; name?: string; isFirst?: boolean },
): Promise<TestHttpClient> {
  const client = new TestHttpClient(origin)
  const { email, name, isFirst } = user
  const secret = link.split('#')[1]
  const used = await client.ask('POST', '/api/auth/link', {
    secret,
    password: TEST_PASSWORD,
    ...(isFirst && { email, name }),
  })
  if (used.status !== 200) throw new Error(`the link was refused: ${JSON.stringify(used.body)}`)
  const answer = await client.ask('POST', '/api/auth/sign-in/email', { email, password: TEST_PASSWORD })
  if (answer.status !== 200) throw new Error(`the sign-in was refused: ${JSON.stringify(answer.body)}`)
  return client
}

export const firstAdmin = async (db: Database, origin: string): Promise<TestHttpClient> =>
  signInByOneTimeLink(origin, await createOneTimeLink(db.pool, null), {
    email: 'Ada@Example.com',
    name: 'Ada',
    isFirst: true,
  })
