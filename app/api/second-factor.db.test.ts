import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordSignInFailure } from '#lib/access/store/failed-sign-ins.ts'
import { startMailServer } from '#lib/notify/testing/mail-server.ts'
import { getMetricsRegistry } from '#lib/platform/metrics.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { runAccessCommand } from '../../bin/access/run.ts'
import { computeAuthenticatorCode, softPasskey } from './testing/authenticator.ts'
import {
  TestHttpClient,
  firstAdmin,
  TEST_PASSWORD,
  signInByOneTimeLink,
  createRequiredSignInSettings,
  withSignedApi,
} from './testing/signed-api.ts'

const db = withTestDatabase()
const ORIGIN = 'http://127.0.0.1:3000'
const SHORT = 'twelve chars'
const api = withSignedApi(db)
let ada: TestHttpClient
let n = 0

beforeAll(async () => {
  ada = await firstAdmin(db, api.origin)
})
beforeEach(() => db.pool.query('DELETE FROM access_attempt'))

const auth = (client: TestHttpClient, path: string, body: object = {}) => client.ask('POST', `/api/auth/${path}`, body)
const signInAs = (client: TestHttpClient, email: string, password = TEST_PASSWORD) =>
  auth(client, 'sign-in/email', { email, password })
const isIn = async (client: TestHttpClient) => (await client.ask('GET', '/api/v1/overview')).status === 200

/** Adds a user with the admin's password hash, because computing a hash for each user would take most of the time. */
async function user(role = 'viewer') {
  n += 1
  const email = `u${n}@example.com`
  const { id } = (await ada.ask('POST', '/api/v1/users', { email, role })).body.data
  await db.pool.query(
    `INSERT INTO access_account (id, account_id, provider_id, user_id, password)
     SELECT $1, $1, 'credential', $1, password FROM access_account WHERE provider_id = 'credential' ORDER BY created_at LIMIT 1`,
    [id],
  )
  const client = new TestHttpClient(api.origin)
  await signInAs(client, email)
  return { email, id: id as string, client }
}

/** Adds a user whose sign-in with a password requires a code. */
async function withApp() {
  const one = await user()
  const { totpURI: uri, backupCodes } = (await auth(one.client, 'two-factor/enable', { password: TEST_PASSWORD })).body
  expect((await auth(one.client, 'two-factor/verify-totp', { code: computeAuthenticatorCode(uri, -1) })).status).toBe(
    200,
  )
  return { ...one, uri: uri as string, codes: backupCodes as string[] }
}

async function addPasskey(client: TestHttpClient, key = softPasskey(), password = TEST_PASSWORD) {
  const options = (await client.ask('GET', '/api/auth/passkey/generate-register-options')).body
  const response = key.register(options, 'http://localhost:3000')
  return { options, ...(await auth(client, 'passkey/verify-registration', { response, name: 'laptop', password })) }
}

async function byPasskey(client: TestHttpClient, key: ReturnType<typeof softPasskey>) {
  const options = (await client.ask('GET', '/api/auth/passkey/generate-authenticate-options')).body
  return auth(client, 'passkey/verify-authentication', { response: key.signIn(options, 'http://localhost:3000') })
}

describe('an authenticator app', () => {
  it('is asked for after the password, and nobody is in before', async () => {
    const { email, uri, client } = await withApp()
    expect(uri).toMatch(/^otpauth:\/\/totp\/Peerwatch:/)
    expect(await isIn(client)).toBe(true)
    const again = new TestHttpClient(api.origin)
    const first = await signInAs(again, email)
    expect([first.status, first.body]).toEqual([200, { twoFactorRedirect: true, twoFactorMethods: ['totp'] }])
    expect([await isIn(again), again.cookies.has('peerwatch.session_token')]).toEqual([false, false])
    expect((await auth(again, 'two-factor/verify-totp', { code: '000000' })).status).toBe(401)
    const code = computeAuthenticatorCode(uri)
    // the code cannot be skipped in a trusted browser
    expect((await auth(again, 'two-factor/verify-totp', { code, trustDevice: true })).status).toBe(400)
    expect((await auth(again, 'two-factor/verify-totp', { code })).status).toBe(200)
    expect(await isIn(again)).toBe(true)
    // a code is accepted once
    const onlooker = new TestHttpClient(api.origin)
    await signInAs(onlooker, email)
    const replayed = await auth(onlooker, 'two-factor/verify-totp', { code })
    expect([replayed.status, replayed.body.message]).toEqual([400, expect.stringMatching(/sent before/)])
    expect(await isIn(onlooker)).toBe(false)
  })

  it('lost: a recovery code signs in, once', async () => {
    const { email, codes, uri } = await withApp()
    expect(codes).toHaveLength(10)
    // encrypted, like the key of the app
    const { rows } = await db.pool.query('SELECT access_two_factor::text AS text FROM access_two_factor')
    const kept = JSON.stringify(rows)
    for (const one of [new URL(uri).searchParams.get('secret') ?? '', ...codes]) expect(kept).not.toContain(one)
    const attempt = async () => {
      const client = new TestHttpClient(api.origin)
      await signInAs(client, email)
      const { status } = await auth(client, 'two-factor/verify-backup-code', { code: codes[0] })
      return [status, await isIn(client)]
    }
    expect(await attempt()).toEqual([200, true])
    expect(await attempt()).toEqual([401, false])
  })

  it('codes are guessed no more often than passwords, begun sign-ins count, and a success takes back its own', async () => {
    const { email, uri } = await withApp()
    const counted = async () =>
      (
        await db.pool.query<{ n: number }>(
          `SELECT coalesce(sum(count), 0)::int AS n FROM access_attempt WHERE key NOT LIKE 'c%'`,
        )
      ).rows[0]?.n
    const client = new TestHttpClient(api.origin)
    await db.pool.query('DELETE FROM access_attempt')
    await signInAs(client, email)
    await auth(client, 'two-factor/verify-totp', { code: computeAuthenticatorCode(uri) })
    expect(await counted()).toBe(0)
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) {
      const guesser = new TestHttpClient(api.origin)
      statuses.push((await signInAs(guesser, email)).status)
      for (let k = 0; k < 3; k++)
        statuses.push((await auth(guesser, 'two-factor/verify-totp', { code: `10000${i}${k}`.slice(-6) })).status)
    }
    expect(statuses.slice(0, 10)).not.toContain(429)
    expect(statuses.slice(10)).toEqual([429, 429, 429, 401, 401, 401].slice(0, statuses.length - 10))
  })

  it('twelve characters are enough beside it, and it stays until there are fifteen', async () => {
    const plain = await user()
    const change = (client: TestHttpClient, newPassword: string, currentPassword = TEST_PASSWORD) =>
      auth(client, 'change-password', { currentPassword, newPassword })
    const refused = await change(plain.client, SHORT)
    expect([refused.status, refused.body.message]).toEqual([400, expect.stringMatching(/15 to 128/)])
    const { client, email, id } = await withApp()
    expect((await change(client, 'eleven char')).status).toBe(400)
    expect((await change(client, SHORT)).status).toBe(200)
    const off = (password: string) => auth(client, 'two-factor/disable', { password })
    expect((await off(SHORT)).body.message).toMatch(/change it to a longer one first/)
    expect((await off('a wrong password of many')).status).toBe(400)
    await change(client, TEST_PASSWORD, SHORT)
    expect((await off(TEST_PASSWORD)).status).toBe(200)
    const again = new TestHttpClient(api.origin)
    await signInAs(again, email)
    expect(await isIn(again)).toBe(true)
    // a link requires the same password length as the account
    const { link } = (await ada.ask('POST', `/api/v1/users/${id}/link`, {})).body.data
    const secret = link.split('#')[1]
    expect((await auth(again, 'link/purpose', { secret })).body.data.minLength).toBe(15)
    expect((await auth(again, 'link', { secret, password: SHORT })).status).toBe(400)
  })

  it('is turned on, off and replaced by who knows the password alone', async () => {
    const { client } = await user()
    for (const path of ['enable', 'disable', 'generate-backup-codes'])
      expect((await auth(client, `two-factor/${path}`, { password: 'a wrong password' })).status, path).toBe(400)
    for (const path of ['enable', 'disable', 'generate-backup-codes', 'verify-totp'])
      expect(
        (await auth(new TestHttpClient(api.origin), `two-factor/${path}`, { password: TEST_PASSWORD, code: '1' }))
          .status,
        path,
      ).toBe(401)
    expect((await auth(client, 'two-factor/send-otp')).status).toBe(404)
    expect((await auth(client, 'two-factor/get-totp-uri', { password: TEST_PASSWORD })).status).toBe(404)
  })
})

describe('a passkey', () => {
  it('signs in by itself, is added with the password, and removed', async () => {
    const { client, id } = await user()
    const key = softPasskey()
    const wrong = await addPasskey(client, key, 'a wrong password')
    expect(wrong.status).toBe(400)
    expect(wrong.options.authenticatorSelection).toMatchObject({ userVerification: 'required' })
    const added = await addPasskey(client, key)
    expect([added.status, added.options.rp.id]).toEqual([200, 'localhost'])
    const again = new TestHttpClient(api.origin)
    expect((await byPasskey(again, key)).status).toBe(200)
    expect(await isIn(again)).toBe(true)
    // another user cannot delete the passkey
    const other = await user()
    expect((await auth(other.client, 'passkey/delete-passkey', { id: added.body.id })).status).toBeGreaterThan(399)
    expect(
      (await ada.ask('GET', '/api/v1/users')).body.data.find((one: { id: string }) => one.id === id),
    ).toMatchObject({ secondFactor: { app: false, passkeys: 1 } })
    expect((await auth(again, 'passkey/delete-passkey', { id: added.body.id })).status).toBe(200)
    expect((await byPasskey(new TestHttpClient(api.origin), key)).status).toBe(401)
  })

  it('that asks for no finger or PIN is refused, at each end', async () => {
    const { client } = await user()
    expect((await addPasskey(client, softPasskey(false))).status).toBe(400)
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM access_passkey')
    expect(rows[0].n).toBe(0)
  })

  it('of another site, or answered twice, signs nobody in', async () => {
    const { client } = await user()
    const key = softPasskey()
    await addPasskey(client, key)
    const thief = new TestHttpClient(api.origin)
    const options = (await thief.ask('GET', '/api/auth/passkey/generate-authenticate-options')).body
    const verify = (response: object) => auth(thief, 'passkey/verify-authentication', { response })
    expect((await verify(key.signIn(options, 'https://evil.example'))).status).toBe(400)
    expect((await verify(key.signIn(options, 'http://localhost:3000'))).status).toBe(400)
    expect(await isIn(thief)).toBe(false)
  })

  it('begun sign-ins of a network are bounded', async () => {
    const begin = async () =>
      (await new TestHttpClient(api.origin).ask('GET', '/api/auth/passkey/generate-authenticate-options')).status
    await begin()
    await db.pool.query(`UPDATE access_attempt SET count = 30 WHERE key LIKE 'passkey:%'`)
    expect(await begin()).toBe(429)
  })

  it('is not for who signs in by a provider, nor is the app', async () => {
    const { client, id } = await user()
    await db.pool.query(`UPDATE access_account SET provider_id = 'oidc', password = NULL WHERE user_id = $1`, [id])
    expect((await addPasskey(client)).status).toBe(400)
    expect((await auth(client, 'two-factor/enable', { password: TEST_PASSWORD })).status).toBe(400)
  })
})

describe('who lost his', () => {
  it('gets another password and is without, from an admin or on the server', async () => {
    const { id, email, client } = await withApp()
    const key = softPasskey()
    await addPasskey(client, key)
    const reset = (asker: TestHttpClient) => asker.ask('DELETE', `/api/v1/users/${id}/second-factor`, {})
    expect((await reset(client)).body.missingRight).toBe('users')
    const { status, body } = await reset(ada)
    expect(status).toBe(200)
    expect(await isIn(client)).toBe(false)
    expect((await byPasskey(new TestHttpClient(api.origin), key)).status).toBe(401)
    expect((await signInAs(new TestHttpClient(api.origin), email)).status).toBe(401)
    expect(await isIn(await signInByOneTimeLink(api.origin, body.data.link, { email }))).toBe(true)
    expect((await reset(ada)).status).toBe(409)

    const other = await withApp()
    const [words = '', link = ''] = await runAccessCommand(['second-factor', 'reset', other.email], {
      db,
      address: ORIGIN,
    })
    expect(words).toMatch(/no second factor any more/)
    expect(await isIn(await signInByOneTimeLink(api.origin, link, other))).toBe(true)
  })

  it('is in the audit, as each change is, with how people signed in', async () => {
    const { client, email, uri, id } = await withApp()
    const added = await addPasskey(client)
    await auth(client, 'two-factor/generate-backup-codes', { password: TEST_PASSWORD })
    await auth(client, 'passkey/delete-passkey', { id: added.body.id })
    const again = new TestHttpClient(api.origin)
    await signInAs(again, email)
    await auth(again, 'two-factor/verify-totp', { code: computeAuthenticatorCode(uri) })
    await auth(again, 'two-factor/disable', { password: TEST_PASSWORD })
    await addPasskey(again)
    await ada.ask('DELETE', `/api/v1/users/${id}/second-factor`, {})
    const { data } = (await ada.ask('GET', '/api/v1/audit?limit=20')).body
    type Entry = { action: string; actor: string; before: unknown; after: unknown }
    const own = (data as Entry[]).filter(({ action, actor }) => actor === email || action === 'resetSecondFactor')
    expect(own.slice(0, 9).map(({ action, before, after }) => [action, before, after])).toEqual([
      ['resetSecondFactor', expect.anything(), null],
      ['addPasskey', { passkeys: [] }, { passkeys: [{ id: expect.any(String), name: 'laptop' }] }],
      ['disableSecondFactor', { app: true }, { app: false }],
      ['signIn', null, { by: 'password and code' }],
      ['removePasskey', { passkeys: [{ id: added.body.id, name: 'laptop' }] }, { passkeys: [] }],
      ['makeRecoveryCodes', null, null],
      ['addPasskey', expect.anything(), expect.anything()],
      ['enableSecondFactor', { app: false }, { app: true }],
      ['signIn', null, { by: 'password' }],
    ])
    const text = JSON.stringify(data)
    for (const secret of [new URL(uri).searchParams.get('secret') ?? 'none', TEST_PASSWORD])
      expect(text).not.toContain(secret)
  })
})

describe('a sign-in that fails', () => {
  const recorded = async () => {
    const { data } = (await ada.ask('GET', '/api/v1/audit?limit=200')).body
    return (data as { action: string; subject: string; after: unknown; actorKind: string; address: string }[]).flatMap(
      ({ action, subject, after, actorKind, address }) =>
        action === 'refuseSignIn' ? [{ subject, after, actorKind, address }] : [],
    )
  }
  const entry = (subject: string, step: string) => ({
    subject,
    after: { step, network: '127.0.0.1' },
    actorKind: 'unknown',
    address: '127.0.0.1',
  })
  const failures = async (step: string) =>
    (await getMetricsRegistry().getMetricsAsJSON())
      .filter(({ name }) => name === 'peerwatch_sign_in_failures_total')
      .flatMap(({ values }) => values as { labels: { step: string }; value: number }[])
      .find(({ labels }) => labels.step === step)?.value ?? 0
  // simulates the next window, because the product's role may not change an entry or its time
  const nextWindow = () => db.pool.query('TRUNCATE audit_entry')
  beforeEach(nextWindow)

  it('is counted each time and recorded once a window, for each step, account and network', async () => {
    const { email, id } = await user()
    const before = await failures('password')
    for (let attempt = 0; attempt < 3; attempt++) {
      await signInAs(new TestHttpClient(api.origin), email, 'not the password')
      await signInAs(new TestHttpClient(api.origin), `made-up-${attempt}@example.com`, 'not the password')
    }
    expect(await failures('password')).toBe(before + 6)
    expect((await recorded()).toSorted((a, b) => b.subject.localeCompare(a.subject))).toEqual([
      entry(id, 'password'),
      entry('', 'password'),
    ])
    await nextWindow()
    await signInAs(new TestHttpClient(api.origin), email, 'not the password')
    expect(await recorded()).toEqual([entry(id, 'password')])
    const { body } = await ada.ask('GET', '/api/v1/audit?limit=1')
    expect(JSON.stringify(body)).not.toContain('not the password')
  })

  it('fills the audit with at most a hundred entries a window', async () => {
    const fail = (address: string) =>
      recordSignInFailure(db.pool, { step: 'password', email: 'made-up@example.com', address })
    for (let n = 0; n < 120; n++) await fail(`2001:db8:0:${n.toString(16)}::1`)
    expect(await recorded()).toHaveLength(100)
    const { email, id } = await user()
    expect(await recordSignInFailure(db.pool, { step: 'code', email, address: '192.0.2.1' })).toMatchObject({ email })
    expect((await recorded())[0]).toMatchObject({ subject: id, after: { step: 'code', network: '192.0.2.1' } })
  })

  it('with a passkey is recorded, and one refused for too many is counted', async () => {
    const client = new TestHttpClient(api.origin)
    await byPasskey(client, softPasskey()).catch(() => {})
    await auth(client, 'passkey/verify-authentication', { response: { id: 'x' } })
    expect(await recorded()).toEqual([entry('', 'passkey')])
    const before = await failures('too_many')
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 12; attempt++)
      statuses.add((await signInAs(new TestHttpClient(api.origin), 'ada@example.com', 'not the password')).status)
    expect(statuses).toEqual(new Set([401, 429]))
    expect(await failures('too_many')).toBe(before + 2)
  })

  it('at the code is reported to the person by mail, once a window', async () => {
    const server = await startMailServer()
    const mail = { url: `smtp://127.0.0.1:${server.port}`, from: 'peerwatch@noc.example' }
    overrideSettings(() => ({ ...createRequiredSignInSettings(db.url), mail }) as unknown as ProcessSettings)
    // the sign-in of this process keeps the settings with which it was created
    delete (globalThis as Record<symbol, unknown>)[Symbol.for('peerwatch.web.sign-in')]
    try {
      const { email, id, uri } = await withApp()
      const attempt = async () => {
        const client = new TestHttpClient(api.origin)
        await signInAs(client, email)
        return (await auth(client, 'two-factor/verify-totp', { code: '000000' })).status
      }
      expect(await attempt()).toBe(401)
      await vi.waitFor(() => expect(server.mails).toHaveLength(1), { timeout: 20_000 })
      expect(server.mails[0]).toMatchObject({
        to: [email],
        headers: { subject: 'Your password was entered, followed by a wrong code' },
        raw: expect.stringContaining('from 127.0.0.1'),
      })
      const client = new TestHttpClient(api.origin)
      await signInAs(client, email)
      await auth(client, 'two-factor/verify-backup-code', { code: 'wrong-codes' })
      expect((await recorded()).filter(({ subject }) => subject === id)).toEqual([entry(id, 'code')])
      await nextWindow()
      await db.pool.query('UPDATE access_two_factor SET failed_count = 0, locked_until = NULL')
      expect((await auth(client, 'two-factor/verify-totp', { code: computeAuthenticatorCode(uri, 5) })).status).toBe(
        401,
      )
      await vi.waitFor(() => expect(server.mails).toHaveLength(2), { timeout: 20_000 })
    } finally {
      overrideSettings(() => createRequiredSignInSettings(db.url))
      delete (globalThis as Record<symbol, unknown>)[Symbol.for('peerwatch.web.sign-in')]
      await server.close()
    }
  })
})
