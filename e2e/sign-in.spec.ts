import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { answers } from '../lib/platform/bootstrap/children.mjs'
import { freePort } from '../lib/platform/bootstrap/postgres.mjs'
import { violationsOf } from './accessibility.ts'
import { confirm } from './confirm.ts'
import { longIf } from './long.ts'

const PASSWORD = 'correct horse battery'
const env = { ...process.env, DATA_DIR: process.env.PEERWATCH_E2E_DATA_DIR, NODE_ENV: 'production' as const }

test('people sign in and out, and a wall opens by its token until that is revoked', async ({ browser }) => {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  // another web of the same instance, which asks everybody who he is
  const web = spawn(process.execPath, ['bin/run.mjs', 'web'], {
    env: { ...env, HOST: '127.0.0.1', PORT: String(port), ACCESS: 'required' },
    stdio: 'ignore',
  })
  const context = await browser.newContext({ baseURL: base })
  const screen = await browser.newContext({ baseURL: base })
  try {
    await answers(`${base}/api/health`, { child: web })
    const page = await context.newPage()
    await page.goto('/circuits?sort=name')
    await expect(page).toHaveURL(`${base}/sign-in?next=%2Fcircuits%3Fsort%3Dname`)
    expect(await violationsOf(page)).toEqual([])

    // a first attempt of this test may have made the admin
    const email = `admin-${port}@example.com`
    const made = await access('user', 'add', email, '--role', 'admin', '--name', 'Ada')
    await page.goto(new URL(made).pathname + new URL(made).hash)
    await expect(page.getByText(email)).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel(/^Password/).fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await expect(page.getByRole('link', { name: 'Account of Ada' })).toBeVisible()

    await page.goto('/settings/tokens')
    await page.getByLabel('For').selectOption('wall')
    await page.getByLabel('Name', { exact: true }).fill(`NOC ${port}`)
    await page.getByRole('button', { name: 'Create token' }).click()
    const address = await page.locator('code').filter({ hasText: '/wall?token=' }).innerText()
    expect(await violationsOf(page)).toEqual([])

    const wall = await screen.newPage()
    await wall.goto(address)
    await expect(wall).toHaveURL(`${base}/wall`)
    await expect(wall.getByRole('heading').first()).toBeAttached()
    await wall.goto('/circuits')
    await expect(wall).toHaveURL(/\/sign-in\?next=%2Fcircuits$/)
    await wall.goto('/wall')

    await page.getByRole('button', { name: `Revoke NOC ${port}` }).click()
    await confirm(page, 'Revoke')
    await expect(wall.getByText(/access of this wall was revoked/i).first()).toBeVisible({ timeout: 120_000 })

    await page.getByRole('link', { name: 'Account of Ada' }).click()
    await expect(page.getByRole('heading', { name: 'Ada' })).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
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
      await confirm(page, 'Sign out')
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
    await stopped(web)
  }
})

// above: the command, on the instance that runs; bin/access.db.test.ts: a token
test('the command works on the instance that runs, and prints a token last', longIf(true), async ({ request }) => {
  const token = await access('token', 'create', '--role', 'viewer', '--expires', '1h')
  expect(token).toMatch(/^pw_[\w-]{43}$/)
  const refused = execute('token', 'create', '--role', 'owner')
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^access: --role owner: use one/),
  })
  // where access is open nobody needs a token, and one changes nothing
  const headers = { authorization: `Bearer ${token}` }
  expect((await request.get('/api/v1/circuits', { headers })).status()).toBe(200)
})

const execute = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bin/run.mjs', 'access', ...args], { env, encoding: 'utf8' })

/** The last line that a command prints. */
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
