import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import pg from 'pg'
import { TestHttpClient } from '../app/api/testing/client.ts'
import { type startProvider, followProviderRedirects } from '../app/api/testing/oidc.ts'

/**
 * The target of attacks on the built product. The attacks are named after their reports. They run on the build, because
 * a bundle may accept requests that the source refuses.
 */
export interface AttackTarget {
  base: string
  /** a client with the token of an admin */
  admin: TestHttpClient
  provider: Awaited<ReturnType<typeof startProvider>>
  password: string
  /** distinguishes the names of this run from those of other runs */
  run: string
}

const programAt = ({ base }: AttackTarget, headers: Record<string, string> = {}) =>
  new TestHttpClient(base, { origin: base, ...headers })
const withToken = ({ base }: AttackTarget, token: string) =>
  new TestHttpClient(base, { authorization: `Bearer ${token}` })
const statusOf = async (asked: Promise<{ status: number }>) => (await asked).status

async function signedIn(target: AttackTarget, name: string, role: string, headers?: Record<string, string>) {
  const email = `${name}-${target.run}@example.com`
  const { link, id } = await invited(target, email, role)
  const client = programAt(target, headers)
  const { password } = target
  await client.ask('POST', '/api/auth/link', { secret: link.split('#')[1], password })
  expect((await client.ask('POST', '/api/auth/sign-in/email', { email, password })).status).toBe(200)
  return { client, email, id }
}

const invited = async ({ admin }: AttackTarget, email: string, role: string): Promise<{ link: string; id: string }> =>
  (await admin.ask('POST', '/api/v1/users', { email, role })).body.data

const madeToken = async ({ admin }: AttackTarget, body: object): Promise<string> =>
  (await admin.ask('POST', '/api/v1/tokens', body)).body.data.token

/**
 * Tests that tokens do not outlive their owner's rights. An admin makes a token, is demoted and then removed; the token
 * must lose its rights each time. A token that expires in an hour makes another token, which must not last longer or
 * remain valid after the first is revoked.
 */
export async function tokensThatOutlive(target: AttackTarget): Promise<string> {
  const { client, id } = await signedIn(target, 'leaver', 'admin')
  const { admin } = target
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const make = async (maker: TestHttpClient, more = {}) =>
    (await maker.ask('POST', '/api/v1/tokens', { role: 'admin', ...more })).body.data
  const parent = await make(client, { expiresAt })
  const child = await make(withToken(target, parent.token))
  expect(child.expiresAt).toBe(expiresAt)
  const users = (token: string) => statusOf(withToken(target, token).ask('GET', '/api/v1/users'))
  const before = [await users(parent.token), await users(child.token)]
  await client.ask('DELETE', `/api/v1/tokens/${parent.id}`)
  const revoked = await users(child.token)
  const last = await make(client)
  await admin.ask('PUT', `/api/v1/users/${id}`, { role: 'viewer', scopes: ['customer:Northwind'] })
  const demoted = await users(last.token)
  await admin.ask('DELETE', `/api/v1/users/${id}`)
  const answers = { before, revoked, demoted, removed: await users(last.token) }
  expect(answers).toEqual({ before: [200, 200], revoked: 401, demoted: 403, removed: 401 })
  return JSON.stringify(answers)
}

/**
 * Tests that an ID token without the sign-in flow is refused, even the second time, and that userinfo without an ID
 * token does not sign in.
 */
export async function idTokenAlone(target: AttackTarget): Promise<string> {
  const { provider, run } = target
  provider.become(`kim-${run}`, {
    email: `kim-${run}@example.com`,
    email_verified: true,
    name: 'Kim',
    roles: ['admin'],
  })
  const signIn = async (client: TestHttpClient) => {
    const begun = await client.ask('POST', '/api/auth/sign-in/social', { provider: 'oidc', callbackURL: '/' })
    const back = new URL(await followProviderRedirects(begun.body.url))
    await client.ask('GET', `${back.pathname}${back.search}`)
    return statusOf(client.ask('GET', '/api/v1/account'))
  }
  const honest = await signIn(programAt(target))
  const holder = programAt(target)
  const body = { provider: 'oidc', idToken: { token: provider.idToken() } }
  const sent = [
    await statusOf(holder.ask('POST', '/api/auth/sign-in/social', body)),
    await statusOf(holder.ask('POST', '/api/auth/sign-in/social', body)),
    await statusOf(holder.ask('GET', '/api/v1/account')),
  ]
  provider.giveIdTokens(false)
  const withoutIdToken = await signIn(programAt(target)).finally(() => provider.giveIdTokens(true))
  expect({ honest, sent, withoutIdToken }).toEqual({ honest: 200, sent: [400, 400, 401], withoutIdToken: 401 })
  return JSON.stringify({ honest, sent, withoutIdToken })
}

/** Tests that a wall display that was opened by its token can read its history. @param page a page without a session */
export async function wallWithoutHistory(target: AttackTarget, page: Page): Promise<string> {
  const token = await madeToken(target, { kind: 'wall' })
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${new URL(response.url()).pathname}`)
  })
  const history = page.waitForResponse((response) => response.url().includes('/api/v1/wall/history'))
  await page.goto(`${target.base}/wall?token=${token}`)
  const byCookie = (await history).status()
  const byToken = await statusOf(withToken(target, token).ask('GET', '/api/v1/wall/history'))
  expect({ byCookie, byToken, refused }).toEqual({ byCookie: 200, byToken: 200, refused: [] })
  return JSON.stringify({ byCookie, byToken })
}

/**
 * Tests paths that the front (the HTTP server in front of Next) could read as public while Next reads them as another
 * path.
 */
export async function pathsReadTwice({ base }: AttackTarget): Promise<string> {
  const raw = async (target: string, host?: string) => {
    const { hostname, port } = new URL(base)
    const request = httpRequest({ hostname, port, path: target, ...(host && { headers: { host } }) })
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode
  }
  const answers: Record<string, number | undefined> = {
    'host evil.example': await raw('/api/health/%2e%2e/v1/account', 'evil.example'),
  }
  for (const folder of ['/_next/static/', '/api/auth/', '/api/v1/inbound/'])
    for (const up of ['%2e%2e/%2e%2e/%2e%2e', '../../..', '..%2f..%2f..', '..\\..\\..', '.%2E/%2e./..'])
      answers[`${folder}${up}/circuits`] = await raw(`${folder}${up}/circuits`)
  expect(new Set(Object.values(answers))).toEqual(new Set([400]))
  return JSON.stringify(answers)
}

/**
 * Tests that too many simultaneous queries are answered with 503, even after a page was opened. @param page page of a
 * signed-in admin
 */
export async function tooManyQuestions({ base, admin }: AttackTarget, page: Page): Promise<string> {
  await page.goto(`${base}/cost`)
  const ask = () => admin.raw('GET', '/api/v1/cost/budgets')
  const answers = await whileLocked('cost_budget', () => Array.from({ length: 14 }, ask))
  const refused = answers.filter(({ status }) => status !== 200)
  const seen = [...new Set(answers.map(({ status }) => status))].toSorted()
  expect(seen).toEqual([200, 503])
  expect(refused.map(({ headers }) => headers.get('retry-after'))).not.toContain(null)
  return `${refused.length} of 14 are 503 with Retry-After, none 500`
}

/** Runs requests while a table is locked, until the first one was refused. */
async function whileLocked(table: string, work: () => Promise<Response>[]): Promise<Response[]> {
  const client = await database()
  try {
    await client.query('BEGIN')
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    const answers = work()
    // while the table is locked, the only answers are refusals
    await Promise.race(answers)
    await client.query('ROLLBACK')
    return await Promise.all(answers)
  } finally {
    await client.end()
  }
}

async function database(): Promise<pg.Client> {
  const file = path.join(process.env.PEERWATCH_E2E_DATA_DIR ?? '', 'run/environment.json')
  const client = new pg.Client({ connectionString: JSON.parse(readFileSync(file, 'utf8')).DATABASE_URL })
  await client.connect()
  return client
}

/** Tests that a customer cannot read the cost of a gateway that they share with others. */
export async function testForeignCostIsUnreadable(target: AttackTarget): Promise<string> {
  const asked = async (client: TestHttpClient) => (await client.raw('GET', '/api/v1/cost/reconcile')).text()
  const customer = await madeToken(target, { role: 'cost', scopes: ['customer:Northwind'] })
  const named = (text: string) => ['ergw-hub', 'ErGw3AZ', 'Contoso'].filter((word) => text.includes(word))
  const [all, own] = [named(await asked(target.admin)), named(await asked(withToken(target, customer)))]
  expect(all.length).toBeGreaterThan(0)
  expect(own).toEqual([])
  return `admin: ${all.join(', ')}; customer:Northwind: none`
}

/**
 * Tests limits of password guessing: the user's own sign-in must not reset the count of the address, a /64 must count
 * as one network, refusals must not create rows, and `change-password` must be limited.
 */
export async function testPasswordGuessingLimits(target: AttackTarget): Promise<string> {
  const { run, password } = target
  // a network that only this run uses, with another address for each attempt
  const network = `2001:db8:${Number(run).toString(16)}:1`
  const from = (i: number) => programAt(target, { 'x-forwarded-for': `${network}:${i}::1` })
  const guess = (i: number, given = 'not the password') =>
    statusOf(from(i).ask('POST', '/api/auth/sign-in/email', { email: `g${i}-${run}@example.com`, password: given }))
  const first = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(i)))
  const { client } = await signedIn(target, 'guesser', 'viewer', { 'x-forwarded-for': `${network}:ff::1` })
  const then = await Promise.all(Array.from({ length: 10 }, (_, i) => guess(20 + i)))
  const db = await database()
  const rows = async () => (await db.query('SELECT count(*)::int AS n FROM access_attempt')).rows[0].n as number
  const before = await rows()
  const closed = await Promise.all(Array.from({ length: 10 }, (_, i) => guess(30 + i)))
  const made = (await rows()) - before
  await db.end()
  const changes = await Promise.all(
    Array.from({ length: 14 }, () =>
      statusOf(
        client.ask('POST', '/api/auth/change-password', { currentPassword: 'not it', newPassword: `${password} too` }),
      ),
    ),
  )
  expect([...new Set([...first, ...then])]).toEqual([401])
  expect([...new Set(closed)]).toEqual([429])
  // other tests sign in at the same time
  expect(made).toBeLessThan(10)
  expect(changes.filter((status) => status === 429)).toHaveLength(4)
  const { link } = await invited(target, `weak-${run}@example.com`, 'viewer')
  const weak = { secret: link.split('#')[1], password: 'password1234' }
  expect(await statusOf(programAt(target).ask('POST', '/api/auth/link', weak))).toBe(400)
  return '30 guesses of one /64 with an own sign-in between, then 429; change-password 10 of 14, then 429; password1234: 400'
}

/**
 * Tests that thirty wrong passwords from behind a proxy do not lock out others behind it, and that ten at an admin's
 * account do not lock out the admin.
 */
export async function testWrongPasswordsLockNobodyOut(target: AttackTarget, origin: string): Promise<string> {
  const { run, password } = target
  const { client, email } = await signedIn(target, 'owner', 'admin', { origin })
  const from = (address: string) => programAt(target, { origin, 'x-forwarded-for': address })
  const guess = (address: string, i: number) =>
    statusOf(
      from(address).ask('POST', '/api/auth/sign-in/email', {
        // eleven of them for the admin's own account
        email: i < 11 ? email : `p${address}-${run}@example.com`,
        password: 'not the password',
      }),
    )
  await Promise.all(Array.from({ length: 31 }, (_, i) => guess(`203.0.113.${i}`, i)))
  const signIn = (as: TestHttpClient) => statusOf(as.ask('POST', '/api/auth/sign-in/email', { email, password }))
  const others = await signIn(from('203.0.113.99'))
  const own = await signIn(client)
  expect([others, own]).toEqual([200, 200])
  return 'after 31 wrong passwords behind the proxy others sign in (200), and the owner (200)'
}

/** Sends a body in chunks, without its length. Returns the status; null if the connection ended without an answer. */
export async function sendBodyInChunks(
  base: string,
  path: string,
  bytes: number,
  method = 'POST',
): Promise<number | null> {
  const { hostname, port } = new URL(base)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  socket.write(
    `${method} ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  )
  for (let left = bytes; left > 0; left -= 10_000) {
    const size = Math.min(left, 10_000)
    socket.write(`${size.toString(16)}\r\n${' '.repeat(size)}\r\n`)
  }
  socket.write('0\r\n\r\n')
  const answer = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])])
  socket.destroy()
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(String(answer[0])) ?? []
  return status === undefined ? null : Number(status)
}

/**
 * Tests limits for chunked bodies from clients without a session. better-auth used to buffer whole bodies before it
 * counted an attempt.
 */
export async function bodiesInChunks({ base }: AttackTarget): Promise<string> {
  const paths = [
    ['/api/auth/sign-in/email', 16_000],
    ['/api/auth/sign-in/social', 16_000],
    ['/api/auth/passkey/verify-authentication', 16_000],
    ['/api/auth/two-factor/verify-totp', 16_000],
    ['/api/auth/link', 16_000],
    ['/api/auth/link/purpose', 16_000],
    ['/api/v1/inbound/pagerduty/none', 1_000_000],
    ['/api/v1/inbound/proof/none', 1_000_000],
  ] as const
  for (const [path, limit] of paths) {
    expect([path, await sendBodyInChunks(base, path, limit + 1)]).toEqual([path, 413])
    const status = await sendBodyInChunks(base, path, limit)
    expect([path, status !== null && status !== 413 && status < 500]).toEqual([path, true])
  }
  for (const path of ['/sign-in', '/api/health', '/icon.svg', '/api/health/live'])
    expect([path, [200, 413].includes((await sendBodyInChunks(base, path, 1_000_001, 'GET')) ?? 0)]).toEqual([
      path,
      true,
    ])
  return `${paths.length} paths, one byte too many: 413`
}
