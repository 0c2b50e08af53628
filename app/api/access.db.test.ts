import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  buildCaller,
  ACCESS_COMMAND_ACTOR,
  createToken,
  findDefaultSavedViewSearch,
  findSnapshotPage,
  type AdmissionGate,
  createOneTimeLink,
  createOpenAccessGate,
} from '#lib/access/index.ts'
import { createSnapshotGate } from '#lib/access/front/snapshot-gate.ts'
import { allApiCommands, allApiEndpoints, nonJsonApiEndpoints } from '#lib/api/index.ts'
import {
  type EndpointDefinition,
  type NonJsonEndpoint,
  problemSchema,
  ACCESS_RIGHTS,
  type Role,
  ROLE_NAMES,
  ROLES,
} from '#lib/contract/index.ts'
import { advanceDeletionTime } from '#lib/history/index.ts'
import { overrideSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TestHttpClient,
  firstAdmin,
  TEST_PASSWORD,
  signInByOneTimeLink,
  createRequiredSignInSettings,
  startSignedApi,
  withSignedApi,
} from './testing/signed-api.ts'

const db = withTestDatabase()

const SUBSCRIPTION = '0a000000-0000-4000-8000-000000000001'
const api = withSignedApi(db)
let ada: TestHttpClient
const nobody = () => new TestHttpClient(api.origin)

beforeAll(async () => {
  ada = await firstAdmin(db, api.origin)
})

const daysUntil = (at: string) => (Date.parse(at) - Date.now()) / 86_400_000
const withId = (path: string) => path.replace('{id}', 'none')
const questions = [
  ...Object.values<EndpointDefinition>(allApiEndpoints).map(({ path, right, forWalls = false }) => ({
    method: 'GET',
    path: `/api/v1${withId(path)}`,
    right,
    forWalls,
  })),
  ...Object.values<NonJsonEndpoint>(nonJsonApiEndpoints).map(({ path, right, forWalls = false }) => ({
    method: 'GET',
    path,
    right,
    forWalls,
  })),
]
const changes = Object.values(allApiCommands).map(({ method, path, right }) => ({
  method: method.toUpperCase(),
  path: `/api/v1${withId(path)}`,
  right,
  forWalls: false,
}))
const everything = [...questions, ...changes]

async function tokenOf(role: Role, scopes: string[] = []): Promise<TestHttpClient> {
  const { token } = await createToken(db.pool, {
    kind: 'api',
    role,
    scopes,
    expiresAt: null,
    maker: ACCESS_COMMAND_ACTOR,
  })
  return new TestHttpClient(api.origin, { authorization: `Bearer ${token}` })
}

/** Returns the status without waiting for the end of a stream. */
async function statusOf(client: TestHttpClient, { method, path }: { method: string; path: string }) {
  const response = await client.raw(method, path, method === 'GET' ? undefined : {})
  const text = response.headers.get('content-type')?.includes('json') ? await response.text() : ''
  if (text === '') await response.body?.cancel()
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
}

describe('without signing in', () => {
  it('nothing is answered but health', async () => {
    for (const one of everything) {
      const { status, body, headers } = await statusOf(nobody(), one)
      expect(status, `${one.method} ${one.path}`).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(problemSchema.parse(body).status).toBe(401)
    }
    for (const path of ['/api/health', '/api/health/live', '/api/health/ready'])
      expect([200, 503], path).toContain((await nobody().ask('GET', path)).status)
  })

  it.each(['/', '/cost?week=2026-W47', '/settings/users', '/no-such-page', '/_next/data/x.json'])(
    '%s leads to the sign-in, and from there back',
    async (path) => {
      const { status, headers } = await nobody().ask('GET', path)
      expect(status).toBe(307)
      const to = new URL(headers.get('location') ?? '', 'http://here')
      expect([to.host, to.pathname]).toEqual(['here', '/sign-in'])
      expect(to.searchParams.get('next')).toBe(path === '/' ? null : path)
    },
  )

  it.each(['pw_nonsense', `pw_${'x'.repeat(43)}`, ''])('a token that is none is refused: %j', async (token) => {
    const { status } = await nobody().ask('GET', '/api/v1/overview', undefined, { authorization: `Bearer ${token}` })
    expect(status).toBe(401)
  })

  it('nobody is who he says he is', async () => {
    const forged = Buffer.from(JSON.stringify({ kind: 'open', id: '', name: 'x', role: 'admin', scopes: null }))
    const headers = { 'x-peerwatch-caller': forged.toString('base64url') }
    expect((await nobody().ask('GET', '/api/v1/overview', undefined, headers)).status).toBe(401)
    const viewer = await tokenOf('viewer')
    expect((await viewer.ask('GET', '/api/v1/users', undefined, headers)).status).toBe(403)
  })
})

describe('each role', () => {
  it('viewer changes nothing but views of its own: the other commands that it may give keep nothing', () => {
    const own = changes.filter(({ right }) => (ROLES.viewer.rights as string[]).includes(right))
    expect(own.map(({ path }) => path)).toEqual([
      '/api/v1/views',
      '/api/v1/views/none',
      '/api/v1/plans/check',
      '/api/v1/plans/rehearsal',
      '/api/v1/circuits/none/router-configuration',
    ])
  })

  it.each(ROLE_NAMES)('%s may do what the matrix says', async (role) => {
    const client = await tokenOf(role)
    for (const one of everything) {
      const { status, body } = await statusOf(client, one)
      const name = `${one.method} ${one.path}`
      if ((ROLES[role].rights as string[]).includes(one.right)) expect([401, 403], name).not.toContain(status)
      else expect([status, problemSchema.parse(body).missingRight], name).toEqual([403, one.right])
    }
  })
})

describe('local accounts', () => {
  it('a link makes the first admin, once, and only the first', async () => {
    expect((await ada.ask('GET', '/api/v1/account')).body.data).toMatchObject({ kind: 'person', role: 'admin' })
    const link = await createOneTimeLink(db.pool, null)
    await expect(signInByOneTimeLink(api.origin, link, { email: 'eve@example.com', isFirst: true })).rejects.toThrow(
      /used or has/,
    )
  })

  it('a cookie of a sign-in can be neither read by scripts nor altered', async () => {
    const client = nobody()
    const answer = await client.raw('POST', '/api/auth/sign-in/email', {
      email: 'ada@example.com',
      password: TEST_PASSWORD,
    })
    expect(answer.headers.getSetCookie().find((line) => line.startsWith('peerwatch.session_token='))).toMatch(
      /; Path=\/; HttpOnly; SameSite=Lax$/i,
    )
    expect((await client.ask('GET', '/api/v1/overview')).status).toBe(200)
    const [[name, value] = ['', '']] = [...client.cookies]
    client.cookies.set(name, `x${value}`)
    expect((await client.ask('GET', '/api/v1/overview')).status).toBe(401)
  })

  it('at another address than that of PUBLIC_URL nothing is tried, and the right one is named', async () => {
    overrideSettings(() => ({ ...createRequiredSignInSettings(db.url), publicUrl: 'https://noc.example' }))
    try {
      const link = { secret: 'x', password: TEST_PASSWORD }
      for (const [path, body] of [
        ['/api/auth/sign-in/email', { email: 'ada@example.com', password: TEST_PASSWORD }],
        ['/api/auth/sign-in/social', { provider: 'oidc' }],
        ['/api/auth/link', link],
      ] as const) {
        const { status, body: answer } = await nobody().ask('POST', path, body)
        expect([status, answer.detail], path).toEqual([
          403,
          expect.stringMatching(/sign in at https:\/\/noc\.example, and not at http:\/\/127\.0\.0\.1:3000/),
        ])
      }
    } finally {
      overrideSettings(() => createRequiredSignInSettings(db.url))
    }
  })

  it('nobody learns whether an address is a user', async () => {
    const [wrong, unknown] = await Promise.all(
      ['ada@example.com', 'nobody@example.com'].map((email) =>
        nobody().ask('POST', '/api/auth/sign-in/email', { email, password: 'not the password' }),
      ),
    )
    expect(wrong?.status).toBe(401)
    expect(unknown?.body).toEqual(wrong?.body)
  })

  it.each(['/api/auth/sign-up/email', '/api/auth/update-user', '/api/auth/delete-user', '/api/auth/change-email'])(
    '%s is not reached',
    async (path) =>
      expect((await ada.ask('POST', path, { email: 'x@example.com', password: TEST_PASSWORD })).status).toBe(404),
  )

  it('signing out ends the session, and signing out everywhere all others', async () => {
    const both = [nobody(), nobody()] as const
    for (const client of both)
      await client.ask('POST', '/api/auth/sign-in/email', { email: 'ada@example.com', password: TEST_PASSWORD })
    const [first, second] = both
    const before = new Map(first.cookies)
    expect((await first.ask('POST', '/api/auth/sign-out', {}, { origin: 'http://127.0.0.1:3000' })).status).toBe(200)
    for (const [name, value] of before) first.cookies.set(name, value)
    expect((await first.ask('GET', '/api/v1/overview')).status).toBe(401)
    const origin = { origin: 'http://127.0.0.1:3000' }
    expect((await ada.ask('POST', '/api/auth/sessions', {}, origin)).status).toBe(200)
    expect((await second.ask('GET', '/api/v1/overview')).status).toBe(401)
    expect((await ada.ask('GET', '/api/v1/overview')).status).toBe(200)
  })

  it('a person ends one session of his, an admin all of a user; the audit has each', async () => {
    const link = (await ada.ask('POST', '/api/v1/users', { email: 'eve@example.com', role: 'viewer' })).body.data.link
    const here = await signInByOneTimeLink(api.origin, link, { email: 'eve@example.com' })
    const other = nobody()
    const signIn = () =>
      other.ask('POST', '/api/auth/sign-in/email', { email: 'eve@example.com', password: TEST_PASSWORD })
    await signIn()
    const { rows } = await db.pool.query<{ id: string; user: string }>(
      `SELECT s.id, s.user_id AS user FROM access_session s JOIN access_user u ON u.id = s.user_id
       WHERE u.email = 'eve@example.com' ORDER BY s.created_at`,
    )
    const [, { id, user } = { id: '', user: '' }] = rows
    const origin = { origin: 'http://127.0.0.1:3000' }
    expect((await nobody().ask('POST', '/api/auth/sessions', { id }, origin)).status).toBe(401)
    // the session of another user is reported as unknown
    expect((await ada.ask('POST', '/api/auth/sessions', { id }, origin)).status).toBe(404)
    expect((await here.ask('POST', '/api/auth/sessions', { id }, origin)).body).toEqual({ data: { ended: 1 } })
    expect((await other.ask('GET', '/api/v1/overview')).status).toBe(401)
    expect((await here.ask('GET', '/api/v1/overview')).status).toBe(200)
    await signIn()
    expect((await here.ask('DELETE', `/api/v1/users/${user}/sessions`, {})).body.missingRight).toBe('users')
    const ended = await ada.ask('DELETE', `/api/v1/users/${user}/sessions`, {})
    expect(ended.body).toEqual({
      data: { ended: 2 },
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null },
    })
    for (const client of [here, other]) expect((await client.ask('GET', '/api/v1/overview')).status).toBe(401)
    await signIn()
    await other.ask('POST', '/api/auth/sign-out', {}, origin)
    const audit = (await ada.ask('GET', '/api/v1/audit?limit=20')).body.data as { action: string; actor: string }[]
    expect(audit.map(({ action, actor }) => `${action} ${actor}`).slice(0, 5)).toEqual([
      'signOut eve@example.com',
      'signIn eve@example.com',
      'endSessions Ada',
      'signIn eve@example.com',
      'endSessions eve@example.com',
    ])
  })

  it('a session ends a day after its last use, and a week after its begin', async () => {
    const client = nobody()
    const signIn = () =>
      client.ask('POST', '/api/auth/sign-in/email', { email: 'ada@example.com', password: TEST_PASSWORD })
    const newest = `(SELECT id FROM access_session ORDER BY created_at DESC LIMIT 1)`
    for (const ending of [
      `UPDATE access_session SET updated_at = now() - interval '25 hours' WHERE id = ${newest}`,
      `UPDATE access_session SET expires_at = expires_at - interval '8 days' WHERE id = ${newest}`,
    ]) {
      await signIn()
      expect((await client.ask('GET', '/api/v1/overview')).status).toBe(200)
      await db.pool.query(ending)
      expect((await client.ask('GET', '/api/v1/overview')).status).toBe(401)
    }
  })

  /** Adds eight attempts to the counter without making them, because better-auth computes a hash for each attempt. */
  const eightMore = () => db.pool.query('UPDATE access_attempt SET count = count + 8')

  it('many wrong passwords keep an account closed for a while, the right one too', async () => {
    const link = (await ada.ask('POST', '/api/v1/users', { email: 'max@example.com', role: 'viewer' })).body.data.link
    await signInByOneTimeLink(api.origin, link, { email: 'max@example.com' })
    const attempt = (password: string) =>
      nobody().ask('POST', '/api/auth/sign-in/email', { email: 'MAX@example.com', password })
    await db.pool.query('DELETE FROM access_attempt')
    expect((await attempt('not the password')).status).toBe(401)
    await eightMore()
    expect((await attempt('not the password')).status).toBe(401)
    expect((await attempt(TEST_PASSWORD)).status).toBe(429)
    await db.pool.query(`UPDATE access_attempt SET since = since - interval '16 minutes'`)
    expect((await attempt(TEST_PASSWORD)).status).toBe(200)
  })

  it('an own sign-in resets nothing, 64 bits of IPv6 are one network, and refusals make no rows', async () => {
    const proxied = await startSignedApi(db, { trustProxy: true })
    try {
      const from = (address: string, email: string, password = 'not the password') =>
        new TestHttpClient(proxied.origin).ask(
          'POST',
          '/api/auth/sign-in/email',
          { email, password },
          { 'x-forwarded-for': address },
        )
      const rows = async () =>
        (await db.pool.query('SELECT count(*)::int AS n FROM access_attempt')).rows[0].n as number
      await db.pool.query('DELETE FROM access_attempt')
      for (let i = 0; i < 30; i++) {
        // change the counter directly, because better-auth computes a hash for each attempt and only the count matters
        // here
        if (i === 20) expect((await from('2001:db8:1:2::ff', 'ada@example.com', TEST_PASSWORD)).status).toBe(200)
        if (i < 2) expect((await from(`2001:db8:1:2:${i}::1`, `u${i}@example.com`)).status).toBe(401)
        else await db.pool.query(`UPDATE access_attempt SET count = count + 1 WHERE key = 'network:2001:db8:1:2::/64'`)
      }
      const before = await rows()
      for (let i = 0; i < 5; i++) expect((await from(`2001:db8:1:2:9::${i}`, `v${i}@example.com`)).status).toBe(429)
      expect(await rows()).toBe(before)
      expect((await from('2001:db8:1:3::1', 'ada@example.com', TEST_PASSWORD)).status).toBe(200)
    } finally {
      await proxied.stop()
    }
  })

  const signInFrom = (
    client: TestHttpClient,
    password: string,
    { email = 'ada@example.com', ...headers }: Record<string, string> = {},
  ) => client.ask('POST', '/api/auth/sign-in/email', { email, password }, headers)
  const countedKeys = async () =>
    (await db.pool.query<{ key: string; count: number }>('SELECT key, count FROM access_attempt ORDER BY key')).rows

  it('wrong passwords of strangers close an account neither to its browser nor, behind a configured proxy, to others', async () => {
    const behind = await startSignedApi(db, { publicUrl: 'https://watch.example' })
    try {
      const anybody = () => new TestHttpClient(behind.origin)
      await db.pool.query('DELETE FROM access_attempt')
      for (let i = 0; i < 3; i++) await signInFrom(anybody(), 'not the password', { email: `w${i}@example.com` })
      // more attempts than one address may make; other users can still sign in
      await db.pool.query('UPDATE access_attempt SET count = count + 60')
      expect((await signInFrom(anybody(), TEST_PASSWORD)).status).toBe(200)
      expect((await countedKeys()).filter(({ key }) => /^(network|account:\w+):/.test(key))).toEqual([
        { key: 'network:127.0.0.1', count: 63 },
      ])
      await db.pool.query(`UPDATE access_attempt SET count = 300 WHERE key LIKE 'network:%'`)
      expect((await signInFrom(anybody(), TEST_PASSWORD)).status).toBe(429)
    } finally {
      await behind.stop()
    }

    await db.pool.query('DELETE FROM access_attempt')
    const known = nobody()
    await signInFrom(known, TEST_PASSWORD)
    for (let i = 0; i < 10; i++) await signInFrom(nobody(), 'not the password')
    expect((await signInFrom(nobody(), TEST_PASSWORD)).status).toBe(429)
    expect((await signInFrom(known, TEST_PASSWORD)).status).toBe(200)
    await db.pool.query('DELETE FROM access_attempt')
  })

  it('headers of a client change no counter: attempts are counted as without them', async () => {
    const sent = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host', 'x-peerwatch-shared-address']
    const values = ['203.0.113.7', 'for=203.0.113.7', '203.0.113.7', '127.0.0.1', 'yes']
    const forged = Object.fromEntries(sent.map((name, i) => [name, values[i] ?? '']))
    const counted = async (headers: Record<string, string>) => {
      await db.pool.query('DELETE FROM access_attempt')
      for (let i = 0; i < 3; i++)
        await signInFrom(nobody(), 'not the password', { ...headers, email: `h${i % 2}@example.com` })
      await nobody().ask('GET', '/api/auth/passkey/generate-authenticate-options', undefined, headers)
      await nobody().ask('POST', '/api/auth/sign-in/social', { provider: 'oidc' }, headers)
      return countedKeys()
    }
    const plain = await counted({})
    expect(plain.map(({ key }) => key.replace(/:[0-9a-f]{4}(?=:|$)/, ':*')).toSorted()).toEqual(
      [
        'account:*',
        'account:*',
        'account:*:127.0.0.1',
        'account:*:127.0.0.1',
        'network:127.0.0.1',
        'passkey:127.0.0.1',
        'provider:127.0.0.1',
      ].toSorted(),
    )
    expect(await counted(forged)).toEqual(plain)
    await db.pool.query(`UPDATE access_attempt SET count = 30 WHERE key ~ '^(network|passkey|provider):'`)
    const statuses = [
      await signInFrom(nobody(), TEST_PASSWORD, forged),
      await nobody().ask('GET', '/api/auth/passkey/generate-authenticate-options', undefined, forged),
      await nobody().ask('POST', '/api/auth/sign-in/social', { provider: 'oidc' }, forged),
    ].map(({ status }) => status)
    expect(statuses).toEqual([429, 429, 429])
    await db.pool.query('DELETE FROM access_attempt')
  })

  it('behind https all cookies are for this host only, and walls keep the cookie that they have', async () => {
    const publicUrl = 'https://watch.example'
    overrideSettings(() => ({ ...createRequiredSignInSettings(db.url), publicUrl }))
    const behind = await startSignedApi(db, { publicUrl })
    try {
      const client = new TestHttpClient(behind.origin, { origin: publicUrl })
      const signIn = { email: 'ada@example.com', password: TEST_PASSWORD }
      const signedInNow = await client.raw('POST', '/api/auth/sign-in/email', signIn)
      const made = (await client.ask('POST', '/api/v1/tokens', { kind: 'wall', name: 'NOC' })).body.data
      const opened = await new TestHttpClient(behind.origin).raw('GET', `/wall?token=${made.token}`)
      const lines = [...signedInNow.headers.getSetCookie(), ...opened.headers.getSetCookie()]
      expect(lines.map((line) => line.split('=', 1)[0])).toEqual(
        expect.arrayContaining(['session_token', 'known', 'wall'].map((name) => `__Host-peerwatch.${name}`)),
      )
      for (const line of lines) {
        expect(line).toMatch(/^__Host-peerwatch\.[a-z_]+=/)
        for (const attribute of [/; Path=\/(;|$)/i, /; Secure(;|$)/i, /; HttpOnly(;|$)/i])
          expect(line).toMatch(attribute)
        expect(line).not.toMatch(/domain/i)
      }
      expect((await client.ask('GET', '/api/v1/overview')).status).toBe(200)
      const former = { cookie: `__Secure-peerwatch.wall=${made.token}` }
      expect((await new TestHttpClient(behind.origin).ask('GET', '/api/v1/wall', undefined, former)).status).toBe(200)
    } finally {
      await behind.stop()
      overrideSettings(() => createRequiredSignInSettings(db.url))
      await db.pool.query('DELETE FROM access_attempt')
    }
  })

  it('the audit has addresses only, whatever a proxy that is trusted hands on', async () => {
    const proxied = await startSignedApi(db, { trustProxy: true })
    try {
      const from = async (forwarded: string) => {
        await signInFrom(new TestHttpClient(proxied.origin), TEST_PASSWORD, { 'x-forwarded-for': forwarded })
        const { rows } = await db.pool.query<{ address: string }>(
          `SELECT address FROM audit_entry WHERE action = 'signIn' ORDER BY id DESC LIMIT 1`,
        )
        return rows[0]?.address
      }
      expect(await from('<script>, 203.0.113.7')).toBe('203.0.113.7')
      expect(await from('203.0.113.8:41234')).toBe('203.0.113.8')
      expect(await from('[2001:db8::1]:443')).toBe('2001:db8::1')
      for (const wrong of ['<script>', 'unknown', '203.0.113.7, ', '1.2.3.4.5', `${'1'.repeat(500)}`])
        expect(await from(wrong)).toBe('127.0.0.1')
    } finally {
      await proxied.stop()
      await db.pool.query('DELETE FROM access_attempt')
    }
  })

  it('a password can be guessed at an open session no more often than ten times', async () => {
    const origin = { origin: 'http://127.0.0.1:3000' }
    const guess = () =>
      ada.ask(
        'POST',
        '/api/auth/change-password',
        { currentPassword: 'not the password', newPassword: 'another long password' },
        origin,
      )
    const statuses = [(await guess()).status]
    await eightMore()
    for (let i = 0; i < 3; i++) statuses.push((await guess()).status)
    expect(statuses).toEqual([400, 400, 429, 429])
    await db.pool.query('DELETE FROM access_attempt')
  })

  it('a short password is refused, and the link stays', async () => {
    const { body } = await ada.ask('POST', '/api/v1/users', { email: 'sue@example.com', role: 'viewer' })
    const secret = body.data.link.split('#')[1]
    const refused = await nobody().ask('POST', '/api/auth/link', { secret, password: 'short' })
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringMatching(/15 to 128/)])
    expect((await nobody().ask('POST', '/api/auth/link/purpose', { secret })).body.data).toMatchObject({
      purpose: 'password',
    })
    await signInByOneTimeLink(api.origin, body.data.link, { email: 'sue@example.com' })
    expect((await nobody().ask('POST', '/api/auth/link/purpose', { secret })).body.data).toBeNull()
  })
})

describe('users', () => {
  it('a changed role applies from the next request, and who has none sees nothing', async () => {
    const { link, id } = (await ada.ask('POST', '/api/v1/users', { email: 'bob@example.com', role: 'cost' })).body.data
    const bob = await signInByOneTimeLink(api.origin, link, { email: 'bob@example.com' })
    expect((await bob.ask('GET', '/api/v1/cost/prices')).status).toBe(200)
    await ada.ask('PUT', `/api/v1/users/${id}`, { role: 'viewer', scopes: [`subscription:${SUBSCRIPTION}`] })
    expect((await bob.ask('GET', '/api/v1/cost/prices')).body.missingRight).toBe('read_cost')
    expect((await bob.ask('GET', '/api/v1/account')).body.data.scopes).toEqual([`subscription:${SUBSCRIPTION}`])
    await ada.ask('PUT', `/api/v1/users/${id}`, { role: null })
    expect((await bob.ask('GET', '/api/v1/overview')).body.missingRight).toBe('read')
    expect((await bob.ask('GET', '/circuits')).headers.get('location')).toBe('/account')
    await ada.ask('DELETE', `/api/v1/users/${id}`)
    expect((await bob.ask('GET', '/api/v1/overview')).status).toBe(401)
  })

  it('the last admin stays', async () => {
    const users = (await ada.ask('GET', '/api/v1/users')).body.data as { id: string; email: string }[]
    const self = users.find(({ email }) => email === 'ada@example.com')
    expect((await ada.ask('PUT', `/api/v1/users/${self?.id}`, { role: 'viewer' })).status).toBe(409)
    expect((await ada.ask('DELETE', `/api/v1/users/${self?.id}`)).status).toBe(409)
    expect((await ada.ask('GET', '/api/v1/users')).status).toBe(200)
  })
})

describe('tokens', () => {
  it('are shown once, kept as a hash, and end at once', async () => {
    const body = { role: 'viewer', scopes: [`subscription:${SUBSCRIPTION.toUpperCase()}`], name: 'a script' }
    const { data } = (await ada.ask('POST', '/api/v1/tokens', body)).body
    expect(data).toMatchObject({ role: 'viewer', scopes: [`subscription:${SUBSCRIPTION}`], lastUsedAt: null })
    expect(daysUntil(data.expiresAt)).toBeCloseTo(365, 1)
    expect(data.token).toMatch(/^pw_[\w-]{43}$/)
    const program = new TestHttpClient(api.origin, { authorization: `bearer ${data.token}` })
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(200)
    const { rows } = await db.pool.query(`SELECT access_token::text AS text FROM access_token`)
    expect(rows.some(({ text }) => text.includes(data.token))).toBe(false)
    const listed = (await ada.ask('GET', '/api/v1/tokens')).body.data.find(({ id }: { id: string }) => id === data.id)
    expect(listed).toMatchObject({
      name: 'a script',
      owner: { kind: 'user', id: expect.any(String), name: 'Ada' },
      lastUsedAt: expect.any(String),
    })
    expect(listed.token).toBeUndefined()
    expect((await ada.ask('DELETE', `/api/v1/tokens/${data.id}`)).status).toBe(200)
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(401)
    expect((await ada.ask('DELETE', `/api/v1/tokens/${data.id}`)).status).toBe(404)
  })

  it('expire', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const { data } = (await ada.ask('POST', '/api/v1/tokens', { role: 'viewer', expiresAt })).body
    const program = new TestHttpClient(api.origin, { authorization: `Bearer ${data.token}` })
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(200)
    await db.pool.query(`UPDATE access_token SET expires_at = now() WHERE id = $1`, [data.id])
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(401)
  })

  it('carry no more than their owner has at the time, and go with him', async () => {
    const other = 'subscription:0a000000-0000-4000-8000-000000000002'
    const add = { email: 'lea@example.com', role: 'admin' }
    const { id, link } = (await ada.ask('POST', '/api/v1/users', add)).body.data
    const lea = await signInByOneTimeLink(api.origin, link, add)
    const made = (await lea.ask('POST', '/api/v1/tokens', { role: 'admin', scopes: [] })).body.data
    const program = new TestHttpClient(api.origin, { authorization: `Bearer ${made.token}` })
    const child = (await program.ask('POST', '/api/v1/tokens', { role: 'viewer', scopes: [other] })).body.data
    expect(child.owner).toEqual({ kind: 'token', id: made.id, name: made.name })
    const childs = new TestHttpClient(api.origin, { authorization: `Bearer ${child.token}` })
    const granted = async (client: TestHttpClient) => {
      const { status, body } = await client.ask('GET', '/api/v1/account')
      return status === 200 ? [body.data.rights.length, body.data.scopes] : (body.missingRight ?? status)
    }
    expect(await granted(program)).toEqual([ACCESS_RIGHTS.length, []])
    expect(await granted(childs)).toEqual([1, [other]])

    const demote = (role: string | null, scopes: string[]) => ada.ask('PUT', `/api/v1/users/${id}`, { role, scopes })
    await demote('operator', [`subscription:${SUBSCRIPTION}`])
    expect((await program.ask('GET', '/api/v1/users')).status).toBe(403)
    expect(await granted(program)).toEqual([ROLES.operator.rights.length, [`subscription:${SUBSCRIPTION}`]])
    expect(await granted(childs)).toEqual([1, ['nothing']])
    await demote(null, [])
    expect([await granted(program), await granted(childs)]).toEqual(['read', 'read'])

    await demote('viewer', [])
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(200)
    await ada.ask('DELETE', `/api/v1/users/${id}`)
    expect([await granted(lea), await granted(program), await granted(childs)]).toEqual([401, 401, 401])
    const ended = (await ada.ask('GET', '/api/v1/audit?limit=20')).body.data as Record<string, unknown>[]
    const went = { after: { endedWith: 'lea@example.com' }, actor: 'Ada', address: '127.0.0.1' }
    const rows = ended.filter(({ action }) => action === 'endToken')
    expect(rows.map(({ subject }) => subject).toSorted()).toEqual([made.id, child.id].toSorted())
    for (const row of rows) expect(row).toMatchObject(went)
  })

  it('end no later than the token that made them, and with it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const parent = (await ada.ask('POST', '/api/v1/tokens', { role: 'admin', expiresAt })).body.data
    const program = new TestHttpClient(api.origin, { authorization: `Bearer ${parent.token}` })
    const make = (more: object) => program.ask('POST', '/api/v1/tokens', { role: 'admin', ...more })
    const child = (await make({})).body.data
    expect(child.expiresAt).toBe(expiresAt)
    const tooLate = await make({ expiresAt: new Date(Date.now() + 7_200_000).toISOString() })
    expect([tooLate.status, tooLate.body.detail]).toEqual([400, expect.stringMatching(/your own token ends/)])
    const wall = (
      await new TestHttpClient(api.origin, { authorization: `Bearer ${child.token}` }).ask('POST', '/api/v1/tokens', {
        kind: 'wall',
      })
    ).body.data
    const clients = [parent, child, wall].map(
      ({ token }) => new TestHttpClient(api.origin, { authorization: `Bearer ${token}` }),
    )
    const statuses = () => Promise.all(clients.map(async (one) => (await one.ask('GET', '/api/v1/wall')).status))
    expect(await statuses()).toEqual([200, 200, 200])
    await ada.ask('DELETE', `/api/v1/tokens/${parent.id}`)
    expect(await statuses()).toEqual([401, 401, 401])
    const listed = (await ada.ask('GET', '/api/v1/tokens')).body.data as { id: string }[]
    expect(listed.filter(({ id }) => [parent.id, child.id, wall.id].includes(id))).toEqual([])
    const { data } = (await ada.ask('GET', '/api/v1/audit?limit=3')).body
    const entries = (data as Record<string, unknown>[]).map(({ action, subject }) => `${action} ${subject}`)
    expect(entries.toSorted()).toEqual(
      [`revokeToken ${parent.id}`, `endToken ${child.id}`, `endToken ${wall.id}`].toSorted(),
    )
  })

  it('of former versions work on without owner and end, and are listed so', async () => {
    const token = `pw_${'f'.repeat(43)}`
    await db.pool.query(
      `INSERT INTO access_token (id, token_hash, kind, name, role, created_by) VALUES ('former', $1, 'api', 'former', 'viewer', 'Leaver')`,
      [createHash('sha256').update(token).digest('hex')],
    )
    const program = new TestHttpClient(api.origin, { authorization: `Bearer ${token}` })
    expect((await program.ask('GET', '/api/v1/overview')).status).toBe(200)
    const listed = (await ada.ask('GET', '/api/v1/tokens')).body.data as { id: string }[]
    expect(listed.find(({ id }) => id === 'former')).toMatchObject({
      owner: null,
      createdBy: 'Leaver',
      expiresAt: null,
    })
  })

  it('give nobody more than he has', async () => {
    const scope = `subscription:${SUBSCRIPTION}`
    const narrow = await tokenOf('admin', [scope])
    const give = (body: object) => narrow.ask('POST', '/api/v1/tokens', body)
    expect((await give({ role: 'viewer' })).body.data.scopes).toEqual([scope])
    expect((await give({ role: 'viewer', scopes: [scope, 'customer:Contoso'] })).status).toBe(400)
    expect((await narrow.ask('POST', '/api/v1/users', { email: 'x@example.com', role: 'viewer' })).status).toBe(403)
    const admin = (await ada.ask('GET', '/api/v1/users')).body.data[0]
    expect((await narrow.ask('POST', `/api/v1/users/${admin.id}/link`, {})).status).toBe(403)
    for (const path of ['/api/v1/users', '/api/v1/audit', '/api/v1/slos'])
      expect((await narrow.ask('GET', path)).status).toBe(403)
    const wide = (await ada.ask('POST', '/api/v1/tokens', { role: 'viewer' })).body.data
    const listed = (await narrow.ask('GET', '/api/v1/tokens')).body.data
    expect(new Set(listed.flatMap(({ scopes }: { scopes: string[] }) => scopes))).toEqual(new Set([scope]))
    expect((await narrow.ask('DELETE', `/api/v1/tokens/${wide.id}`)).status).toBe(404)
  })

  it.each([
    [{ role: 'owner' }],
    [{}],
    [{ role: 'viewer', scopes: ['everything'] }],
    [{ role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
    [{ role: 'viewer', expiresAt: '2999-01-01T00:00:00Z' }],
    [{ kind: 'wall', role: 'viewer' }],
  ])('%j is refused', async (body) => {
    expect((await ada.ask('POST', '/api/v1/tokens', body)).status).toBe(400)
  })
})

describe('a snapshot', () => {
  const body = {
    page: '/handover',
    title: 'Handover',
    days: 7,
    questions: ['/api/v1/handover', '/api/v1/declarations', '/api/v1/users', '/api/v1/sessions', '/api/v1/none'],
  }
  let gate: AdmissionGate
  beforeAll(() => {
    gate = createSnapshotGate(db.pool, createOpenAccessGate, 'required')
  })
  const opened = async (token: string, headers = {}) => {
    const admission = await gate({ method: 'GET', url: `/snapshot/${token}`, headers })
    return 'answer' in admission ? admission.answer.status : admission.caller
  }
  const listed = async (client: TestHttpClient) => (await client.ask('GET', '/api/v1/snapshots')).body.data

  it('keeps what its maker is answered about the page, and nothing else', async () => {
    const operator = await tokenOf('operator')
    const { data } = (await operator.ask('POST', '/api/v1/snapshots', body)).body
    const kept = await findSnapshotPage(db.pool, data.token, 'required')
    expect(kept).toMatchObject({ page: '/handover', search: '', madeBy: 'operator token' })
    expect(Object.keys(kept?.answers ?? {})).toEqual(['/api/v1/handover', '/names'])
    expect(daysUntil(data.expiresAt)).toBeCloseTo(7, 1)
    const { rows } = await db.pool.query(
      `SELECT snapshot::text || audit_entry::text AS text FROM snapshot, audit_entry`,
    )
    expect(rows.some(({ text }) => text.includes(data.token))).toBe(false)
  })

  it.each([
    ['of another page', { ...body, page: '/settings/users' }, 'operator', 400],
    ['of what it may not see', { ...body, page: '/cost', questions: ['/api/v1/cost/weekly'] }, 'operator', 400],
    ['of what is about more than the page', { ...body, questions: ['/api/v1/declarations'] }, 'operator', 400],
    ['without the right', body, 'viewer', 403],
  ] as const)('is not made %s', async (_, given, role, status) => {
    expect((await (await tokenOf(role)).ask('POST', '/api/v1/snapshots', given)).status).toBe(status)
  })

  it('opens without signing in until it expires or is revoked, and counts', async () => {
    const make = async () => (await ada.ask('POST', '/api/v1/snapshots', body)).body.data
    const [one, other] = [await make(), await make()]
    expect(await opened(one.token)).toBeNull()
    expect(await opened(one.token, { rsc: '1' })).toBeNull()
    const narrow = await tokenOf('operator', ['customer:Contoso'])
    expect(await listed(narrow)).toEqual([])
    expect((await narrow.ask('DELETE', `/api/v1/snapshots/${one.id}`)).status).toBe(404)
    expect((await listed(ada)).find(({ id }: { id: string }) => id === one.id)).toMatchObject({
      opened: 1,
      state: 'open',
    })
    expect((await ada.ask('DELETE', `/api/v1/snapshots/${one.id}`)).body.data.state).toBe('revoked')
    await db.pool.query('UPDATE snapshot SET expires_at = now() WHERE id = $1', [other.id])
    for (const { token } of [one, other]) {
      expect(await opened(token)).toBe(410)
      expect(await findSnapshotPage(db.pool, token, 'required')).toBeNull()
    }
    expect(await opened(`pw_${'x'.repeat(43)}`)).toBe(404)
    expect(await opened('..')).toBe(404)
    // expired snapshots are deleted, according to the time that controls deletion
    const now = Date.now()
    await advanceDeletionTime(db.pool, { now, azureNow: now })
    await make()
    const { rows } = await db.pool.query('SELECT body FROM snapshot WHERE id = ANY($1)', [[one.id, other.id]])
    expect(rows).toEqual([{ body: null }, { body: null }])
  })

  describe('opens what its maker may see now', () => {
    const costBody = { ...body, page: '/cost', questions: ['/api/v1/cost/prices'] }
    const LON = `subscription:${SUBSCRIPTION}`
    const shared = async (maker: TestHttpClient, given: object = body): Promise<{ id: string; token: string }> => {
      const { status, body: answer } = await maker.ask('POST', '/api/v1/snapshots', given)
      expect([status, answer.detail]).toEqual([200, undefined])
      return answer.data
    }
    const states = async (links: { id: string; token: string }[]) => {
      const rows: { id: string; state: string }[] = await listed(ada)
      return Promise.all(
        links.map(async ({ id, token }) => [
          await opened(token),
          (await findSnapshotPage(db.pool, token, 'required')) !== null,
          rows.find((row) => row.id === id)?.state,
        ]),
      )
    }
    const OPEN = [null, true, 'open']
    const CLOSED = [403, false, 'closed']
    const programOf = ({ token }: { token: string }) =>
      new TestHttpClient(api.origin, { authorization: `Bearer ${token}` })

    it('by a person, a token of theirs, and the token of that token', async () => {
      const add = { email: 'sam@example.com', role: 'admin' }
      const { id, link } = (await ada.ask('POST', '/api/v1/users', add)).body.data
      const sam = await signInByOneTimeLink(api.origin, link, add)
      const made = (await sam.ask('POST', '/api/v1/tokens', { role: 'admin' })).body.data
      const program = programOf(made)
      const child = (await program.ask('POST', '/api/v1/tokens', { role: 'admin' })).body.data
      const makers = [sam, program, programOf(child)]
      const links: { id: string; token: string }[] = []
      for (const maker of makers) links.push(await shared(maker))
      const ofCost: { id: string; token: string }[] = []
      for (const maker of makers) ofCost.push(await shared(maker, costBody))
      const give = (role: string | null, scopes: string[] = []) =>
        ada.ask('PUT', `/api/v1/users/${id}`, { role, scopes })
      const all = async () => [await states(links), await states(ofCost)]
      const three = (state: unknown) => [state, state, state]
      expect(await all()).toEqual([three(OPEN), three(OPEN)])
      await give('operator')
      expect(await all()).toEqual([three(OPEN), three(CLOSED)])
      await give('cost')
      expect(await all()).toEqual([three(OPEN), three(OPEN)])
      for (const [role, scopes] of [
        ['viewer', []],
        [null, []],
        ['admin', [LON]],
        ['admin', ['nothing']],
      ] as const) {
        await give(role, [...scopes])
        expect(await all(), `${role} ${scopes}`).toEqual([three(CLOSED), three(CLOSED)])
      }
      await give('admin')
      await ada.ask('DELETE', `/api/v1/tokens/${child.id}`)
      expect(await states(links)).toEqual([OPEN, OPEN, [410, false, 'revoked']])
      await ada.ask('DELETE', `/api/v1/tokens/${made.id}`)
      expect(await states(links)).toEqual([OPEN, [410, false, 'revoked'], [410, false, 'revoked']])
      const { rows } = await db.pool.query('SELECT FROM snapshot WHERE id = ANY($1) AND body IS NOT NULL', [
        [links[1]?.id, links[2]?.id, ofCost[1]?.id, ofCost[2]?.id],
      ])
      expect(rows).toEqual([])
      await ada.ask('DELETE', `/api/v1/users/${id}`)
      expect(await opened(links[0]?.token ?? '')).toBe(404)
    })

    it('by a token until it expires, and not by its own narrower scope alone', async () => {
      const { id, token } = await createToken(db.pool, {
        kind: 'api',
        role: 'operator',
        scopes: [LON],
        expiresAt: null,
        maker: ACCESS_COMMAND_ACTOR,
      })
      const link = await shared(programOf({ token }))
      expect(await states([link])).toEqual([OPEN])
      await db.pool.query('UPDATE access_token SET scopes = $2 WHERE id = $1', [id, ['customer:Contoso']])
      expect(await states([link])).toEqual([CLOSED])
      await db.pool.query('UPDATE access_token SET scopes = $2 WHERE id = $1', [id, [LON]])
      expect(await states([link])).toEqual([OPEN])
      await db.pool.query('UPDATE access_token SET expires_at = now() WHERE id = $1', [id])
      expect(await states([link])).toEqual([CLOSED])
    })

    it('under open access by nobody in particular, until people sign in', async () => {
      const link = await shared(ada)
      await db.pool.query('UPDATE snapshot SET owner_user_id = NULL WHERE id = $1', [link.id])
      expect(await states([link])).toEqual([CLOSED])
      expect(await findSnapshotPage(db.pool, link.token, 'open')).not.toBeNull()
      const admission = await createSnapshotGate(
        db.pool,
        createOpenAccessGate,
        'open',
      )({
        method: 'GET',
        url: `/snapshot/${link.token}`,
        headers: {},
      })
      expect(admission).toEqual({ caller: null })
    })

    it('and so does whatever else belongs to a user or to a token', async () => {
      const { rows } = await db.pool.query<{ owned: string }>(
        `SELECT conrelid::regclass || ' of ' || confrelid::regclass AS owned FROM pg_constraint
         WHERE contype = 'f' AND confrelid IN ('access_user'::regclass, 'access_token'::regclass) ORDER BY 1`,
      )
      // a sign-in, links and tokens (their owner is read at each use), and views (which only filter)
      expect(rows.map(({ owned }) => owned)).toEqual([
        'access_account of access_user',
        'access_link of access_user',
        'access_passkey of access_user',
        'access_session of access_user',
        'access_token of access_token',
        'access_token of access_user',
        'access_two_factor of access_user',
        'saved_view of access_user',
        'snapshot of access_token',
        'snapshot of access_user',
      ])
    })
  })

  it('is asked for by one network 60 times a minute, and opens no API', async () => {
    const busy = createSnapshotGate(db.pool, createOpenAccessGate, 'required', () => 0)
    const ask = async (address: string) => {
      const admission = await busy({ method: 'GET', url: '/snapshot/x', headers: { 'x-peerwatch-address': address } })
      return 'answer' in admission && admission.answer.status
    }
    for (let n = 1; n <= 60; n++) expect(await ask('192.0.2.1')).toBe(404)
    expect([await ask('192.0.2.1'), await ask('192.0.2.2')]).toEqual([429, 404])
    const { data } = (await ada.ask('POST', '/api/v1/snapshots', body)).body
    const outsider = new TestHttpClient(api.origin, { authorization: `Bearer ${data.token}` })
    expect((await outsider.ask('GET', '/api/v1/handover')).status).toBe(401)
  })
})

describe('saved views', () => {
  const view = { page: '/events', name: 'Provider', search: '?owner=provider', of: 'me', isDefault: true }
  const named = async (client: TestHttpClient) => {
    const { data } = (await client.ask('GET', '/api/v1/views')).body
    return data.map(({ name, of, isDefault }: Record<string, unknown>) => [name, of, isDefault])
  }
  const defaultOf = (id: string, kind: 'person' | 'token' = 'person') =>
    findDefaultSavedViewSearch(
      db.pool,
      buildCaller({ kind, id, name: '', role: 'viewer', scope: 'everything' }),
      '/events',
    )

  it('are of a person or of the team, with a default of each; those of the team are audited and narrowed', async () => {
    const add = { email: 'vic@example.com', role: 'viewer' }
    const { id, link } = (await ada.ask('POST', '/api/v1/users', add)).body.data
    const vic = await signInByOneTimeLink(api.origin, link, add)
    expect((await vic.ask('POST', '/api/v1/views', { ...view, of: 'team' })).body).toMatchObject({
      status: 403,
      missingRight: 'declare',
    })
    await vic.ask('POST', '/api/v1/views', view)
    const team = { ...view, of: 'team', name: 'Down', search: '?state=down' }
    const { data: saved } = (await ada.ask('POST', '/api/v1/views', team)).body
    expect(await named(vic)).toEqual([
      ['Down', 'team', true],
      ['Provider', 'me', true],
    ])
    expect(await named(ada)).toEqual([['Down', 'team', true]])
    expect(await named(await tokenOf('viewer', ['customer:Contoso']))).toEqual([])
    expect([await defaultOf(id), await defaultOf('', 'token')]).toEqual(['?owner=provider', '?state=down'])
    // a view with the same name replaces the view, and each page has one default view
    await vic.ask('POST', '/api/v1/views', { ...view, search: '?owner=azure', isDefault: false })
    await vic.ask('POST', '/api/v1/views', { ...view, name: 'Mine', search: '?kind=failover' })
    expect(await defaultOf(id)).toBe('?kind=failover')
    expect((await vic.ask('DELETE', `/api/v1/views/${saved.id}`)).status).toBe(403)
    expect((await ada.ask('DELETE', `/api/v1/views/${saved.id}`)).status).toBe(200)
    expect(await named(ada)).toEqual([])
    const { rows } = await db.pool.query(
      `SELECT action, subject FROM audit_entry WHERE action LIKE '%View' ORDER BY id`,
    )
    expect(rows).toEqual(['saveView', 'removeView'].map((action) => ({ action, subject: saved.id })))
    // the views are deleted together with their owner
    await ada.ask('DELETE', `/api/v1/users/${id}`)
    expect((await db.pool.query('SELECT FROM saved_view')).rowCount).toBe(0)
  })
})

describe('a wall', () => {
  const wall = async () => {
    const { data } = (await ada.ask('POST', '/api/v1/tokens', { kind: 'wall', name: 'NOC' })).body
    return { ...data, screen: nobody() } as { id: string; token: string; screen: TestHttpClient }
  }

  it('exchanges the token of its address for a cookie, and reads its own screen and nothing else', async () => {
    const { token, screen } = await wall()
    const opened = await screen.raw('GET', `/wall?columns=3&token=${token}`)
    expect([opened.status, opened.headers.get('location')]).toEqual([307, '/wall?columns=3'])
    expect(opened.headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Lax; Max-Age=\d{8}$/)])
    expect((await screen.ask('GET', '/api/v1/wall')).status).toBe(200)
    // `serveRoutes` serves no pages, so 404 means that the front, which checks callers, let the request pass
    expect((await screen.ask('GET', '/wall')).status).toBe(404)
    for (const one of everything) {
      const { status } = await statusOf(screen, one)
      if (one.forWalls) expect([one.path, status]).toEqual([one.path, 200])
      else expect([401, 403], one.path).toContain(status)
    }
    expect(everything.filter(({ forWalls }) => forWalls).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/api/v1/wall', '/api/v1/wall/history', '/api/v1/stream']),
    )
    const asToken = new TestHttpClient(api.origin, { authorization: `Bearer ${token}` })
    expect((await asToken.ask('GET', '/api/v1/circuits')).body.missingRight).toBe('read')
  })

  it('loses its stream and its answers when its token is revoked', async () => {
    const { id, token, screen } = await wall()
    await screen.raw('GET', `/wall?token=${token}`)
    const stream = await screen.raw('GET', '/api/v1/stream')
    expect(stream.status).toBe(200)
    const ended = stream.text()
    // repeat the notification, because it is lost if the stream does not listen yet
    const repeat = setInterval(
      () =>
        void db.pool.query(
          `SELECT pg_notify('peerwatch', '{"topics":["access"],"scope":null,"at":"2026-11-20T03:12:00.000Z"}')`,
        ),
      50,
    )
    await ada.ask('DELETE', `/api/v1/tokens/${id}`)
    await ended
    clearInterval(repeat)
    const refused = await screen.ask('GET', '/api/v1/wall')
    expect([refused.status, refused.body.detail]).toEqual([401, expect.stringMatching(/revoked/)])
    expect((await screen.ask('GET', '/wall')).headers.get('location')).toBe('/sign-in?next=%2Fwall')
  })

  it('has its stream, and an admin theirs, while a token holds all that it may', async () => {
    const { data } = (await ada.ask('POST', '/api/v1/tokens', { role: 'viewer' })).body
    const greedy = new TestHttpClient(api.origin, { authorization: `Bearer ${data.token}` })
    const { token, screen } = await wall()
    await screen.raw('GET', `/wall?token=${token}`)
    const open = (client: TestHttpClient) => client.raw('GET', '/api/v1/stream')
    const streams = []
    for (let i = 0; i < 20; i++) streams.push(await open(greedy))
    expect([...new Set(streams.map(({ status }) => status))]).toEqual([200])
    const refused = await greedy.ask('GET', '/api/v1/stream')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    const others = [await open(screen), await open(ada)]
    expect(others.map(({ status }) => status)).toEqual([200, 200])
    for (const stream of [...streams, ...others]) await stream.body?.cancel()
    await expect.poll(async () => (await open(greedy)).status).toBe(200)
  })

  it('is watched by its name, which nobody else registers or keeps alive, and 50 at most are', async () => {
    const { token, screen } = await wall()
    await screen.raw('GET', `/wall?token=${token}`)
    const made = (await ada.ask('POST', '/api/v1/tokens', { role: 'operator' })).body.data
    const operator = new TestHttpClient(api.origin, { authorization: `Bearer ${made.token}` })
    const sign = (client: TestHttpClient, name: string) => client.ask('GET', `/api/v1/alerting?screen=${name}`)
    const names = async () =>
      ((await ada.ask('GET', '/api/v1/alerting')).body.data.screens as { name: string }[]).map(({ name }) => name)
    await db.pool.query('DELETE FROM wall_screen')
    expect((await sign(operator, 'forged')).status).toBe(200)
    expect(await names()).toEqual([])
    await sign(screen, 'NOC')
    await sign(ada, 'desk')
    expect((await names()).toSorted()).toEqual(['NOC', 'desk'])
    await db.pool.query(`UPDATE wall_screen SET last_seen_at = now() - interval '1 hour'`)
    await sign(operator, 'NOC')
    const seen = await db.pool.query(`SELECT last_seen_at < now() - interval '59 minutes' AS old FROM wall_screen`)
    expect(seen.rows).toEqual([{ old: true }, { old: true }])
    for (let i = 0; i < 60; i++) expect((await sign(screen, `w${i}`)).status).toBe(200)
    expect(await names()).toHaveLength(50)
    // a known screen is still updated
    await sign(screen, 'NOC')
    await db.pool.query(`UPDATE wall_screen SET last_seen_at = now() - interval '8 days' WHERE name <> 'NOC'`)
    await sign(screen, 'new')
    expect((await names()).toSorted()).toEqual(['NOC', 'new'])
    await db.pool.query('DELETE FROM wall_screen')
  })

  it('is no API token, and an API token opens no wall', async () => {
    const { data } = (await ada.ask('POST', '/api/v1/tokens', { role: 'viewer' })).body
    const screen = nobody()
    expect((await screen.ask('GET', `/wall?token=${data.token}`)).headers.get('location')).toMatch(/^\/sign-in/)
    expect(screen.cookies.size).toBe(0)
  })
})

describe('the audit', () => {
  it('has who changed what, before, after and from where, without secrets', async () => {
    const { data } = (await ada.ask('POST', '/api/v1/tokens', { role: 'viewer', name: 'audited' })).body
    const declared = await ada.ask('PUT', '/api/v1/settings/thresholds', { version: 0, values: {}, note: 'x' })
    expect(declared.status).toBe(200)
    const { body } = await ada.ask('GET', '/api/v1/audit?limit=1000')
    const created = body.data.find(({ subject }: { subject: string }) => subject === data.id)
    expect(created).toMatchObject({
      actor: 'Ada',
      actorKind: 'person',
      action: 'createToken',
      before: null,
      after: { name: 'audited', role: 'viewer' },
      address: '127.0.0.1',
    })
    const text = JSON.stringify(body)
    expect(text).not.toContain(data.token)
    expect(text).not.toContain(TEST_PASSWORD)
    expect(text).not.toContain('#')
    const actions = body.data.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['addFirstAdmin', 'signIn', 'putThresholds', 'revokeToken']))
    expect(declared.body.data.versions[0].savedBy).toBe('Ada')
  })

  it('comes in pages', async () => {
    const first = (await ada.ask('GET', '/api/v1/audit?limit=2')).body
    const next = (await ada.ask('GET', `/api/v1/audit?limit=2&cursor=${first.nextCursor}`)).body
    expect(new Set([...first.data, ...next.data].map(({ id }) => id)).size).toBe(4)
    expect((await ada.ask('GET', '/api/v1/audit?cursor=x')).status).toBe(400)
  })
})
