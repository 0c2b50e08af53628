import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findLinkPurpose, createSignInGate, redeemLink } from '#lib/access/index.ts'
import { formatAccessNotes } from '#lib/platform/bootstrap/start.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { nodeEnvironment } from '#lib/platform/testing/node-environment.ts'

const root = path.resolve(import.meta.dirname, '..')
const db = withTestDatabase()
const SUBSCRIPTION = '0a000000-0000-4000-8000-000000000001'
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/none'
let dataDir: string

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-access-'))
})
afterAll(() => rmSync(dataDir, { recursive: true }))

/** Returns an environment without the test's own variables and without `.env`. */
const environment = (more: Record<string, string>) => ({
  ...nodeEnvironment(),
  NODE_ENV: 'production' as const,
  PEERWATCH_ENVIRONMENT: 'complete',
  DATA_DIR: dataDir,
  ...more,
})

/** Runs `npm run access -- ...` like its npm script. */
function access(args: string[], more: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string[]; err: string[] }>((resolve) => {
    const lines = (text: string) => text.split('\n').filter((line) => line !== '')
    execFile(
      process.execPath,
      [path.join(root, 'bin/run.mjs'), 'access', ...args],
      { cwd: root, env: environment(more) },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: lines(stdout), err: lines(stderr) }),
    )
  })
}

describe('npm run access', () => {
  it('ends with one line where nothing runs and no database is named', async () => {
    expect(await access(['token', 'list'])).toEqual({
      code: 1,
      out: [],
      err: [expect.stringMatching(/no Peerwatch runs in DATA_DIR and DATABASE_URL is not set/)],
    })
  })

  it('works on the instance that runs in DATA_DIR before DATABASE_URL; a token is the last line', async () => {
    mkdirSync(path.join(dataDir, 'run'))
    writeFileSync(path.join(dataDir, 'run/environment.json'), JSON.stringify({ DATABASE_URL: db.url }))
    const args = ['token', 'create', '--role', 'viewer', '--scope', `subscription:${SUBSCRIPTION}`, '--expires', '90d']
    const { code, out } = await access(args, { DATABASE_URL: NOWHERE })
    rmSync(path.join(dataDir, 'run'), { recursive: true })
    expect(code).toBe(0)
    const gate = createSignInGate({ db: db.pool, cookieKey: 'k', isHttps: false })
    const headers = { authorization: `Bearer ${out.at(-1)}` }
    expect(await gate({ method: 'GET', url: '/api/v1/circuits', headers })).toMatchObject({
      caller: { kind: 'token', role: 'viewer', scope: { subscriptions: [SUBSCRIPTION], customers: [] } },
    })
  })
})

describe('a start', () => {
  it('says that everybody may see everything where access is open', async () => {
    expect(await formatAccessNotes(root, 'open', {}, true)).toEqual([
      expect.stringMatching(/^Warning: access is open: everyone /),
    ])
  })

  it('prints a one-time link on DATABASE_URL as long as there is no admin', async () => {
    const env = environment({ DATABASE_URL: db.url, PUBLIC_URL: 'https://peerwatch.example' })
    const [words, link = ''] = await formatAccessNotes(root, 'required', env, true)
    expect(words).toBe('Open this once within 24 hours to become the first admin:')
    // a log is stored, and other people read it
    const logged = await formatAccessNotes(root, 'required', env, false)
    expect(logged).toEqual([expect.stringContaining('npm run access -- admin-link')])
    expect(logged.join()).not.toContain('#')
    const [, secret = ''] = /^https:\/\/peerwatch\.example\/sign-in\/link#(\S+)$/.exec(link) ?? []
    expect(await findLinkPurpose(db.pool, secret)).toEqual({ purpose: 'first_admin', minLength: 15 })
    await redeemLink(db, { secret, password: 'correct horse battery', email: 'ada@example.com' })
    expect(await formatAccessNotes(root, 'required', env, true)).toEqual([])
  })
})
