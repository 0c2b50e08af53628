import { afterAll, beforeAll, expect, it } from 'vitest'
import { ACCESS_COMMAND_ACTOR, createToken, findSnapshotPage } from '#lib/access/index.ts'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import { overrideSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { OIDC_CLIENT, startProvider, followProviderRedirects } from './testing/oidc.ts'
import { TestHttpClient, firstAdmin, createRequiredSignInSettings, startSignedApi } from './testing/signed-api.ts'

const db = withTestDatabase()
let issuer = ''

const SIGN_IN_EVERY_DAYS = 30
const PUBLIC = 'http://127.0.0.1:3000'
const SCOPE = 'subscription:0a000000-0000-4000-8000-000000000001'
let api: Awaited<ReturnType<typeof startSignedApi>>
let provider: Awaited<ReturnType<typeof startProvider>>

beforeAll(async () => {
  overrideSettings(() => ({
    ...createRequiredSignInSettings(db.url),
    oidc: { issuer, ...OIDC_CLIENT, roleClaim: 'roles', signInEveryMs: SIGN_IN_EVERY_DAYS * 86_400_000 },
  }))
  replaceDatabaseForTests(db)
  api = await startSignedApi(db)
  provider = await startProvider(`${PUBLIC}/api/auth/callback/oidc`)
  issuer = provider.issuer
})
afterAll(async () => {
  await provider.stop()
  await api.stop()
  replaceDatabaseForTests(undefined)
  overrideSettings(undefined)
})

/** Signs in through the provider. Returns the final address to which the browser is redirected. */
async function signInBy(client: TestHttpClient, callbackURL = '/circuits') {
  const begun = await client.ask(
    'POST',
    '/api/auth/sign-in/social',
    { provider: 'oidc', callbackURL, errorCallbackURL: '/sign-in' },
    { origin: PUBLIC },
  )
  if (begun.status !== 200) return { begun, to: null, asked: null }
  const asked = new URL(begun.body.url)
  const back = new URL(await followProviderRedirects(begun.body.url))
  expect(`${back.origin}${back.pathname}`).toBe(`${PUBLIC}/api/auth/callback/oidc`)
  const answer = await client.ask('GET', `${back.pathname}${back.search}`)
  return { begun, asked, back, to: answer.headers.get('location') }
}

it('the claim of the provider gives role and scope, at each sign-in again', async () => {
  const client = new TestHttpClient(api.origin)
  provider.become('u1', { email: 'Olga@Example.com', email_verified: true, name: 'Olga', roles: ['operator', SCOPE] })
  const { asked, to } = await signInBy(client)
  expect(asked?.searchParams.get('code_challenge_method')).toBe('S256')
  expect(asked?.searchParams.get('nonce')).toBeTruthy()
  expect(new URL(to ?? '', PUBLIC).pathname).toBe('/circuits')
  const account = async () => (await client.ask('GET', '/api/v1/account')).body.data
  expect(await account()).toMatchObject({ kind: 'person', name: 'Olga', role: 'operator', scopes: [SCOPE] })

  provider.become('u1', { email: 'olga@example.com', email_verified: true, name: 'Olga', roles: ['viewer', 'staff'] })
  await signInBy(client)
  expect(await account()).toMatchObject({ role: 'viewer', scopes: [] })

  provider.become('u1', { email: 'olga@example.com', email_verified: true, name: 'Olga' })
  await signInBy(client)
  expect((await client.ask('GET', '/api/v1/overview')).body.missingRight).toBe('read')
})

it.each([
  ['no claim', undefined],
  ['groups of other programs', ['staff', 'administrators']],
  ['a scope that is none', ['admin', 'subscription:everything']],
])('%s gives no role', async (_, roles) => {
  const client = new TestHttpClient(api.origin)
  const sub = `n${String(_).length}`
  provider.become(sub, { email: `${sub}@example.com`, email_verified: true, name: 'Nobody', roles })
  await signInBy(client)
  expect((await client.ask('GET', '/api/v1/overview')).body.missingRight).toBe('read')
  expect((await client.ask('GET', '/')).headers.get('location')).toBe('/account')
})

it("nobody gets another's account by its e-mail address", async () => {
  await firstAdmin(db, api.origin)
  const client = new TestHttpClient(api.origin)
  provider.become('thief', { email: 'ada@example.com', email_verified: true, name: 'Thief', roles: ['viewer'] })
  const { to } = await signInBy(client)
  expect(to).toMatch(/sign-in\?error=account_not_linked/)
  expect((await client.ask('GET', '/api/v1/overview')).status).toBe(401)
})

it('a code of another browser, and a page of another site, get nothing', async () => {
  provider.become('u2', { email: 'pat@example.com', email_verified: true, name: 'Pat', roles: ['viewer'] })
  const begun = await new TestHttpClient(api.origin).ask(
    'POST',
    '/api/auth/sign-in/social',
    { provider: 'oidc', callbackURL: '/' },
    { origin: PUBLIC },
  )
  const back = new URL(await followProviderRedirects(begun.body.url))
  const other = new TestHttpClient(api.origin)
  await other.ask('GET', `${back.pathname}${back.search}`)
  expect((await other.ask('GET', '/api/v1/overview')).status).toBe(401)
  const elsewhere = await signInBy(new TestHttpClient(api.origin), 'https://evil.example/')
  expect([elsewhere.begun.status, elsewhere.to]).toEqual([403, null])
})

it('an ID token by itself signs nobody in, and an answer without one neither', async () => {
  provider.become('u3', { email: 'kim@example.com', email_verified: true, name: 'Kim', roles: ['admin'] })
  const honest = new TestHttpClient(api.origin)
  await signInBy(honest)
  expect((await honest.ask('GET', '/api/v1/account')).body.data).toMatchObject({ role: 'admin' })
  const holder = new TestHttpClient(api.origin)
  const body = { provider: 'oidc', idToken: { token: provider.idToken() } }
  const { status } = await holder.ask('POST', '/api/auth/sign-in/social', body, { origin: PUBLIC })
  expect([status, holder.cookies.size]).toEqual([400, 0])

  provider.giveIdTokens(false)
  try {
    const client = new TestHttpClient(api.origin)
    const { to } = await signInBy(client)
    expect(to).toMatch(/sign-in\?error=/)
    expect((await client.ask('GET', '/api/v1/account')).status).toBe(401)
  } finally {
    provider.giveIdTokens(true)
  }
})

it('begun sign-ins are counted, and one that succeeds takes back its own', async () => {
  const counted = async () =>
    (await db.pool.query(`SELECT count FROM access_attempt WHERE key LIKE 'provider:%'`)).rows[0]?.count
  await db.pool.query('DELETE FROM access_attempt')
  provider.become('u9', { email: 'nia@example.com', email_verified: true, name: 'Nia', roles: ['viewer'] })
  await signInBy(new TestHttpClient(api.origin))
  expect(await counted()).toBe(0)
  await db.pool.query('UPDATE access_attempt SET count = 30')
  expect((await signInBy(new TestHttpClient(api.origin))).begun.status).toBe(429)
  await db.pool.query('DELETE FROM access_attempt')
})

it('tokens and links of a person who has not signed in for so long are suspended until they do', async () => {
  provider.become('u4', { email: 'lee@example.com', email_verified: true, name: 'Lee', roles: ['admin'] })
  const lee = new TestHttpClient(api.origin)
  await signInBy(lee)
  const programOf = ({ token }: { token: string }) =>
    new TestHttpClient(api.origin, { authorization: `Bearer ${token}` })
  const made = (await lee.ask('POST', '/api/v1/tokens', { role: 'admin' })).body.data
  const child = (await programOf(made).ask('POST', '/api/v1/tokens', { role: 'viewer' })).body.data
  const page = { page: '/handover', title: 'Handover', days: 7, questions: ['/api/v1/handover'] }
  const link = (await lee.ask('POST', '/api/v1/snapshots', page)).body.data
  const { token: ofServer } = await createToken(db.pool, {
    kind: 'api',
    role: 'admin',
    scopes: [],
    expiresAt: null,
    maker: ACCESS_COMMAND_ACTOR,
  })
  const observe = async () => {
    const listed: { id: string; suspendedSince: string | null }[] = (
      await programOf({ token: ofServer }).ask('GET', '/api/v1/tokens')
    ).body.data
    return {
      statuses: await Promise.all(
        [made, child].map(async (one) => (await programOf(one).ask('GET', '/api/v1/overview')).status),
      ),
      suspended: listed.filter(({ suspendedSince }) => suspendedSince !== null).map(({ id }) => id),
      link: (await findSnapshotPage(db.pool, link.token, 'required')) !== null,
    }
  }
  const passes = (days: number) =>
    db.pool.query(`UPDATE access_user SET tokens_until = tokens_until - make_interval(days => $1)`, [days])
  const working = { statuses: [200, 200], suspended: [], link: true }
  await passes(SIGN_IN_EVERY_DAYS - 1)
  expect(await observe()).toEqual(working)
  await passes(1)
  const { suspended, ...rest } = await observe()
  expect(rest).toEqual({ statuses: [401, 401], link: false })
  expect(suspended.toSorted()).toEqual([made.id, child.id].toSorted())
  await signInBy(new TestHttpClient(api.origin))
  expect(await observe()).toEqual(working)
  const { rows } = await db.pool.query<{ days: number }>(
    `SELECT round(extract(epoch FROM tokens_until - now()) / 86400)::int AS days FROM access_user WHERE email = 'lee@example.com'`,
  )
  expect(rows).toEqual([{ days: SIGN_IN_EVERY_DAYS }])
})

it('nothing that the provider gave out is kept', async () => {
  const { rows } = await db.pool.query(
    `SELECT count(*)::int AS accounts, count(access_token)::int AS access, count(refresh_token)::int AS refresh, count(id_token)::int AS id
     FROM access_account WHERE provider_id = 'oidc'`,
  )
  expect(rows).toEqual([{ accounts: expect.any(Number), access: 0, refresh: 0, id: 0 }])
  expect(rows[0].accounts).toBeGreaterThan(0)
})
