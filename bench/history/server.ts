import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  embeddedUrl,
  ensureCluster,
  freePort,
  serverReady,
  spawnServer,
  stopServer,
} from '#lib/platform/bootstrap/postgres.mjs'
import { placePostgres } from '#lib/platform/bootstrap/postgres-files.mjs'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** A Postgres as `npm start` runs it, durability included, thrown away afterwards. */
export async function withServer(
  work: (open: () => Promise<Database>, postmaster: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bench-'))
  chmodSync(folder, 0o755)
  const files = placePostgres({ root: ROOT, dataDir: folder })
  ensureCluster(files, 'bench', { sync: false })
  const port = await freePort()
  const server = spawnServer(files, port)
  const admin = embeddedUrl(port, 'bench', 'postgres')
  const opened: Database[] = []
  try {
    await serverReady(server, admin)
    let made = 0
    await work(async () => {
      const name = `bench_${++made}`
      const root = createDatabase(admin, { max: 1, applicationName: 'peerwatch-bench' })
      await root.pool.query(`CREATE DATABASE ${name}`)
      await root.close()
      const url = embeddedUrl(port, 'bench', name)
      await applyMigrations(url, { folder: path.join(ROOT, 'prisma/migrations') })
      const db = createDatabase(url, { max: 4, applicationName: 'peerwatch-bench' })
      opened.push(db)
      return db
    }, server.pid ?? 0)
  } finally {
    for (const db of opened) await db.close()
    await stopServer(server, 5_000)
    rmSync(folder, { recursive: true, force: true })
    if (files.isOutside) rmSync(path.dirname(path.dirname(files.cluster)), { recursive: true, force: true })
  }
}
