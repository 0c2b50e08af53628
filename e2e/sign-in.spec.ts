import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, type Page, test } from '@playwright/test'
import { computeAuthenticatorCode } from '../app/api/testing/authenticator.ts'
import { TestHttpClient } from '../app/api/testing/client.ts'
import { OIDC_CLIENT, startProvider } from '../app/api/testing/oidc.ts'
import { waitForResponse } from '../lib/platform/bootstrap/children.ts'
import { waitForStart } from '../lib/platform/bootstrap/wait-for-start.ts'
import { findFreePort } from '../lib/platform/bootstrap/postgres.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import {
  testForeignCostIsUnreadable,
  bodiesInChunks,
  testWrongPasswordsLockNobodyOut,
  testPasswordGuessingLimits,
  idTokenAlone,
  pathsReadTwice,
  type AttackTarget,
  tokensThatOutlive,
  tooManyQuestions,
  wallWithoutHistory,
} from './attacks.ts'
import { confirmInAlertDialog } from './confirm.ts'
import { tagLongIf } from './long.ts'

const PASSWORD = 'correct horse battery'
const env = { ...process.env, DATA_DIR: process.env.PEERWATCH_E2E_DATA_DIR, NODE_ENV: 'production' as const }

// serial, because all tests use the same web server
test.describe.configure({ mode: 'serial' })
let port = 0
let base = ''
let web: ChildProcess
let provider: Awaited<ReturnType<typeof startProvider>>

test.beforeAll(async () => {
  port = await findFreePort()
  base = `http://127.0.0.1:${port}`
  provider = await startProvider(`${base}/api/auth/callback/oidc`)
  web = await startWeb(port, {
    TRUST_PROXY: 'yes',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: OIDC_CLIENT.clientId,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.clientSecret,
  })
})
test.afterAll(async () => {
  await stopped(web)
  await provider.stop()
})

test('people sign in and out, and a wall opens by its token until that is revoked', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: base })
  const screen = await browser.newContext({ baseURL: base })
  try {
    const page = await context.newPage()
    await page.goto('/circuits?sort=name')
    await expect(page).toHaveURL(`${base}/sign-in?next=%2Fcircuits%3Fsort%3Dname`)
    expect(await findAccessibilityViolations(page)).toEqual([])

    // create an admin by command, because a first attempt of this test may have created the first admin
    const email = `admin-${port}@example.com`
    const made = await access('user', 'add', email, '--role', 'admin', '--name', 'Ada')
    await page.goto(new URL(made).pathname + new URL(made).hash)
    await expect(page.getByText(email)).toBeVisible()
    expect(await findAccessibilityViolations(page)).toEqual([])
    await page.getByLabel(/^Password/).fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await expect(page.getByRole('link', { name: 'Account of Ada' })).toBeVisible()

    // entries are kept, and the form is not sent, before the scripts of the page run
    const { promise: arrive, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/*.js', (route) => arrive.then(() => route.fallback()))
    await page.goto('/settings/tokens', { waitUntil: 'commit' })
    await page.getByLabel('For').selectOption('wall')
    await page.getByLabel('Name', { exact: true }).fill(`NOC ${port}`)
    const create = page.getByRole('button', { name: 'Create token' })
    await expect(create).toBeDisabled()
    release()
    await create.click()
    const address = await page.locator('code').filter({ hasText: '/wall?token=' }).innerText()
    expect(await findAccessibilityViolations(page)).toEqual([])

    const wall = await screen.newPage()
    await wall.goto(address)
    await expect(wall).toHaveURL(`${base}/wall`)
    await expect(wall.getByRole('heading').first()).toBeAttached()
    await wall.goto('/circuits')
    await expect(wall).toHaveURL(/\/sign-in\?next=%2Fcircuits$/)
    await wall.goto('/wall')

    await page.getByRole('button', { name: `Revoke NOC ${port}` }).click()
    await confirmInAlertDialog(page, 'Revoke')
    await expect(wall.getByText(/access of this wall was revoked/i).first()).toBeVisible({ timeout: 120_000 })

    await page.getByRole('link', { name: 'Account of Ada' }).click()
    await expect(page.getByRole('heading', { name: 'Ada' })).toBeVisible()
    expect(await findAccessibilityViolations(page)).toEqual([])
    const signIn = { data: { email, password: PASSWORD }, headers: { origin: base } }
    for (const agent of ['one', 'two']) {
      const other = await browser.newContext({ baseURL: base, userAgent: agent })
      expect((await other.request.post('/api/auth/sign-in/email', signIn)).status()).toBe(200)
      await other.close()
    }
    await page.reload()
    const sessions = page.getByRole('list', { name: 'Sessions' })
    await expect(sessions.getByRole('listitem')).toHaveCount(3)
    const others = sessions.getByRole('button', { name: /^Sign out (?!here)/ })
    for (const left of [1, 0]) {
      const place = await others.first().evaluate((button) => {
        const row = button.closest('li')
        return row?.nextElementSibling ? 'row' : 'heading'
      })
      await others.first().click()
      await confirmInAlertDialog(page, 'Sign out')
      await expect(others).toHaveCount(left)
      if (place === 'row') await expect(sessions.getByRole('button').and(page.locator(':focus'))).toBeVisible()
      else await expect(page.getByRole('heading', { name: 'Sessions' })).toBeFocused()
    }
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page).toHaveURL(`${base}/sign-in`)
    await page.goto('/circuits')
    await expect(page).toHaveURL(`${base}/sign-in?next=%2Fcircuits`)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${base}/circuits`)

    await context.clearCookies()
    await expect(page.getByText('Your session has ended.')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('heading', { name: 'Circuits', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${base}/sign-in?next=%2Fcircuits`)
  } finally {
    await context.close()
    await screen.close()
  }
})

test('people sign in by their provider, by password and code, by a recovery code and by a passkey', async ({
  browser,
}) => {
  const context = await browser.newContext({ baseURL: base })
  try {
    const page = await context.newPage()
    provider.become('olga', {
      email: `olga-${port}@example.com`,
      email_verified: true,
      name: 'Olga',
      roles: ['operator'],
    })
    await page.goto('/sign-in?next=%2Faccount')
    await page.getByRole('button', { name: 'Sign in with 127.0.0.1' }).click()
    await expect(page.getByRole('heading', { name: 'Olga' })).toBeVisible()
    await expect(page.getByText('your provider asks for a second factor')).toBeVisible()
    await expect(page.getByText('Operator', { exact: true })).toBeVisible()
    await signOut(page)

    // use a host name, because passkeys do not work with IP addresses
    const named = `http://localhost:${port}`
    const authenticator = await context.newCDPSession(page)
    await authenticator.send('WebAuthn.enable')
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    } as const
    await authenticator.send('WebAuthn.addVirtualAuthenticator', { options })
    const email = `nina-${port}@example.com`
    const link = new URL(await access('user', 'add', email, '--role', 'viewer', '--name', 'Nina'))
    await page.goto(`${named}${link.pathname}${link.hash}`)
    await page.getByLabel(/^Password/).fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.getByRole('link', { name: 'Account of Nina' }).click()

    const app = page.locator('[data-panel]').filter({ has: page.getByRole('heading', { name: 'Authenticator app' }) })
    await app.getByLabel('Your password').fill(PASSWORD)
    await app.getByRole('button', { name: 'Set up' }).click()
    await expect(app.getByRole('img', { name: /^QR code/ })).toBeVisible()
    expect(await findAccessibilityViolations(page)).toEqual([])
    const secret = (await app.locator('code').innerText()).replaceAll(/\s/g, '')
    const uri = `otpauth://totp/x?secret=${secret}`
    // each code works once, and the previous and next codes are accepted too
    await app.getByRole('textbox', { name: 'Code' }).fill(computeAuthenticatorCode(uri, -1))
    await app.getByRole('button', { name: 'Turn on' }).click()
    const codes = app.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await expect(codes).toHaveCount(10)
    const recovery = await codes.first().innerText()
    const keys = page.locator('[data-panel]').filter({ has: page.getByRole('heading', { name: 'Passkeys' }) })
    await keys.getByLabel('Name of the new passkey').fill('laptop')
    await keys.getByLabel('Your password').fill(PASSWORD)
    await keys.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(keys.getByRole('list', { name: 'Passkeys' }).getByRole('listitem')).toHaveCount(1)
    expect(await findAccessibilityViolations(page)).toEqual([])
    await signOut(page)

    const byPassword = async () => {
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(page.getByLabel('Code of your authenticator app')).toBeFocused()
    }
    const isNina = () => expect(page.getByRole('link', { name: 'Account of Nina' })).toBeVisible()
    await byPassword()
    expect(await findAccessibilityViolations(page)).toEqual([])
    // access is refused before the code is entered
    expect((await context.request.get(`${named}/api/v1/overview`)).status()).toBe(401)
    await page.getByLabel('Code of your authenticator app').fill(computeAuthenticatorCode(uri))
    await page.keyboard.press('Enter')
    await isNina()
    await signOut(page)

    await byPassword()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(recovery)
    await page.keyboard.press('Enter')
    await isNina()
    await signOut(page)

    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await isNina()
  } finally {
    await context.close()
  }
})

test('what was built refuses what got past a guard before', async ({ browser }) => {
  const run = String(port)
  const email = `root-${run}@example.com`
  const refusals: string[] = []
  const tried = (name: string, attack: () => Promise<string>) =>
    test.step(name, async () => refusals.push(`${name}: ${await attack()}`))
  const link = await access('user', 'add', email, '--role', 'admin')
  const contexts = [await browser.newContext({ baseURL: base }), await browser.newContext({ baseURL: base })] as const
  const [own, wall] = contexts
  const proxied = await findFreePort()
  // the public port differs from the listening port, which means that a proxy is in front
  const other = await startWeb(proxied, { PUBLIC_URL: 'http://127.0.0.1:1' })
  try {
    const headers = { origin: base }
    await own.request.post('/api/auth/link', { headers, data: { secret: link.split('#')[1], password: PASSWORD } })
    await own.request.post('/api/auth/sign-in/email', { headers, data: { email, password: PASSWORD } })
    const { token } = (await (await own.request.post('/api/v1/tokens', { headers, data: { role: 'admin' } })).json())
      .data
    const admin = new TestHttpClient(base, { authorization: `Bearer ${token}` })
    const target: AttackTarget = { base, admin, provider, password: PASSWORD, run }
    await tried('tokens outlive who made them', () => tokensThatOutlive(target))
    await tried('an ID token by itself signs in', () => idTokenAlone(target))
    await tried('a wall by token has no history', async () => wallWithoutHistory(target, await wall.newPage()))
    await tried('a path is read twice', () => pathsReadTwice(target))
    await tried('too many questions are 500', async () => tooManyQuestions(target, await own.newPage()))
    await tried("another's cost is shown", () => testForeignCostIsUnreadable(target))
    await tried('a body without its length is held', () => bodiesInChunks(target))
    await tried('passwords are guessed', () => testPasswordGuessingLimits(target))
    await tried('others are closed out', () =>
      testWrongPasswordsLockNobodyOut({ ...target, base: `http://127.0.0.1:${proxied}` }, 'http://127.0.0.1:1'),
    )
  } finally {
    test.info().annotations.push(...refusals.map((description) => ({ type: 'refused', description })))
    await stopped(other)
    for (const context of contexts) await context.close()
  }
})

/** Starts another web server of the same instance, which requires sign-in. */
async function startWeb(at: number, more: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['bin/run.mjs', 'web'], {
    env: { ...env, HOST: '127.0.0.1', PORT: String(at), ACCESS: 'required', ...more },
    stdio: 'ignore',
  })
  await waitForStart(child, (given) => waitForResponse(`http://127.0.0.1:${at}/api/health`, given))
  return child
}

async function signOut(page: Page): Promise<void> {
  const { origin } = new URL(page.url())
  await page.context().request.post(`${origin}/api/auth/sign-out`, { data: {}, headers: { origin } })
  await page.goto(`${origin}/sign-in`)
}

// runs only in long tests, because the test above covers the command on a running instance and bin/access.db.test.ts a
// token
test('the command works on the instance that runs, and prints a token last', tagLongIf(true), async ({ request }) => {
  const token = await access('token', 'create', '--role', 'viewer', '--expires', '1h')
  expect(token).toMatch(/^pw_[\w-]{43}$/)
  const refused = execute('token', 'create', '--role', 'owner')
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^access: --role owner: use one/),
  })
  // with open access, a token is not needed and has no effect
  const headers = { authorization: `Bearer ${token}` }
  expect((await request.get('/api/v1/circuits', { headers })).status()).toBe(200)
})

const execute = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bin/run.mjs', 'access', ...args], { env, encoding: 'utf8' })

/** Runs a command, and returns the last line that it prints. */
async function access(...args: string[]): Promise<string> {
  const { stdout } = await execute(...args)
  return stdout.trimEnd().split('\n').at(-1) ?? ''
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
