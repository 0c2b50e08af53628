import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'

const db = withTestDatabase()
const ROOT = path.resolve(import.meta.dirname, '..')

/** Starts the background work of the web, without a page or an API request, and prints how many tables it knows. */
const PROGRAM = `
process.env.PEERWATCH_FRONT = String(process.pid)
await (await import('./instrumentation.ts')).register()
const { getRegisteredTables } = await import('#lib/history/index.ts')
process.stdout.write('tables: ' + getRegisteredTables().size + '\\n')
process.exit(0)`

it('the web registers the tables of all rooms before its first page or API request', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'peerwatch-web-tables-'))
  const env = {
    PATH: process.env.PATH,
    NEXT_RUNTIME: 'nodejs',
    DATABASE_URL: db.url,
    DATA_DIR: data,
    LOG_LEVEL: 'silent',
  }
  try {
    const started = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      cwd: ROOT,
      env: { ...env, NODE_ENV: 'production' },
    })
    expect((await started).stdout).toMatch(/^tables: \d{2,}$/m)
  } finally {
    rmSync(data, { recursive: true })
  }
})
