import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { discardData } from '#lib/platform/bootstrap/postgres-files.ts'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import { shareTables } from '#lib/platform/bootstrap/databases.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { type ScratchServer, startScratchServer } from '#lib/platform/testing/scratch-server.ts'
import { withEmbedded } from './command-line/owner-database.ts'

const root = path.resolve(import.meta.dirname, '..')
const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-move-'))
chmodSync(dataDir, 0o755)
let other: ScratchServer
beforeAll(async () => {
  other = await startScratchServer(root)
})
afterAll(async () => {
  await other.stop()
  discardData(dataDir)
})

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

it('all of the embedded server is moved to another one by one command, with its roles', {
  timeout: 120_000,
}, async () => {
  readOrCreateSecret(dataDir, 'secrets-key')
  await withEmbedded(dataDir, 'peerwatch', async (urls) => {
    await applyMigrations(urls.owner, { folder: path.join(root, 'prisma/migrations') })
    await shareTables(urls)
    await query(urls.product, `INSERT INTO deployment (key, value) VALUES ('estate', '"azure"'), ('x', '7')`)
  })
  const as = (role: string) => {
    const url = new URL(other.url)
    Object.assign(url, { username: role, password: role, pathname: '/pw' })
    return url.href
  }
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    PEERWATCH_ESTATE: 'azure',
    DATABASE_ADMIN_URL: other.url,
    DATABASE_MIGRATE_URL: as('pw_owner'),
    DATABASE_URL: as('pw_product'),
    DATABASE_READ_URL: as('pw_questions'),
  } as unknown as NodeJS.ProcessEnv
  const move = () => spawnSync(process.execPath, ['bin/run.mjs', 'move'], { cwd: root, env, encoding: 'utf8' })
  const { status, stdout, stderr } = move()
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^\d+ rows are in postgresql:\/\/pw_product:\*\*\*@/)
  expect(await query(as('pw_product'), `SELECT value FROM deployment WHERE key = 'x'`)).toEqual([{ value: 7 }])
  await expect(query(as('pw_product'), 'CREATE TABLE mine (n int)')).rejects.toMatchObject({ code: '42501' })
  // nothing is written over
  expect(move()).toMatchObject({ status: 1, stderr: expect.stringMatching(/tables|empty/) })
})
