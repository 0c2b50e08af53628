import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { findFirstUnreadable, findSystemUser } from '../lib/platform/bootstrap/system-user.ts'

/** Tests the rights and the environment of the running processes, as the operating system reports them. */
const root = path.resolve(import.meta.dirname, '..')
const dataDir = process.env.PEERWATCH_E2E_DATA_DIR ?? ''

const pidOf = (name: string) => Number(readFileSync(path.join(dataDir, 'run', `${name}.pid`), 'utf8'))

function environmentOf(name: string): Record<string, string> {
  const lines = readFileSync(`/proc/${pidOf(name)}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean)
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

test.skip(process.platform !== 'linux', 'only Linux shows what processes were given')

test('Azure’s credentials are in the worker’s environment alone', () => {
  const ofAzure = (name: string) =>
    Object.entries(environmentOf(name)).filter(
      ([key, value]) => /^(AZURE|IDENTITY|MSI|IMDS)_/.test(key) && value !== '',
    )
  expect(Object.fromEntries(ofAzure('worker'))).toMatchObject({ IDENTITY_HEADER: expect.stringMatching(/./) })
  for (const name of ['web', 'simulator']) expect(ofAzure(name), name).toEqual([])
})

test('no service runs as root where it need not', () => {
  test.skip(process.getuid?.() !== 0, 'started by another user, who has nothing to give up')
  const nobody = findSystemUser('nobody')
  const isOpen = nobody !== null && findFirstUnreadable(nobody, [root, process.execPath]) === null
  const runsAsRoot = (name: string) => statSync(`/proc/${pidOf(name)}`).uid === 0
  expect(runsAsRoot('postgres')).toBe(false)
  for (const name of ['web', 'worker', 'simulator']) expect(runsAsRoot(name), name).toBe(!isOpen)
})

test('the product signs in without rights over the server, and questions only read', async () => {
  const refusals: Record<string, unknown> = {}
  const { DATABASE_URL, DATABASE_READ_URL } = environmentOf('web')
  for (const [name, url] of Object.entries({ DATABASE_URL, DATABASE_READ_URL })) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      const code = (sql: string) =>
        client.query(sql).then(
          () => 'done',
          (error: { code: string }) => error.code,
        )
      refusals[name] = [
        await code(`COPY (SELECT 1) TO PROGRAM 'true'`),
        await code('CREATE TABLE mine (n int)'),
        await code('DELETE FROM session WHERE false'),
      ]
    } finally {
      await client.end()
    }
  }
  expect(refusals).toEqual({ DATABASE_URL: ['42501', '42501', 'done'], DATABASE_READ_URL: ['42501', '25006', '25006'] })
  expect(environmentOf('worker').DATABASE_URL).toBe(DATABASE_URL)
  for (const name of ['web', 'worker', 'simulator'])
    expect(environmentOf(name)).not.toHaveProperty('DATABASE_MIGRATE_URL')
})

test('questions sign in as the role that only reads, everything else as the product', async ({ request }) => {
  for (const path of ['overview', 'cost/projections', 'circuits']) await request.get(`/api/v1/${path}`)
  const client = new pg.Client({ connectionString: environmentOf('web').DATABASE_URL })
  await client.connect()
  const { rows } = await client.query(
    `SELECT DISTINCT application_name AS name, usename AS role FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'peerwatch-%'`,
  )
  await client.end()
  const roles = new Map(rows.map(({ name, role }) => [name, role]))
  expect(roles.get('peerwatch-web-questions')).toBe('peerwatch_questions')
  expect(roles.get('peerwatch-web-heavy')).toBe('peerwatch_questions')
  const others = rows.filter(({ name }) => !/-(questions|heavy)$/.test(name)).map(({ role }) => role)
  expect(others.length).toBeGreaterThan(1)
  expect(new Set(others)).toEqual(new Set(['peerwatch_product']))
})

test('the embedded server’s version stands beside the newest one that was known', async ({ request }) => {
  const { data } = await (await request.get('/api/v1/processes')).json()
  const { version } = data.find(({ name }: { name: string }) => name === 'postgres')
  expect(version).toMatchObject({
    running: expect.stringMatching(/^18\.\d+$/),
    newest: expect.stringMatching(/^18\.\d+$/),
  })
  const html = await (await request.get('/sources')).text()
  expect(html.replaceAll('<!-- -->', '')).toContain(`PostgreSQL ${version.running}`)
})
