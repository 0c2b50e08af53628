import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { buildEmbeddedUrl, ensureCluster, findFreePort, waitForServer, spawnServer, stopServer } from './postgres.ts'
import { choosePostgresFolders } from './postgres-files.ts'
import { createSupervisor } from './supervisor.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const PASSWORD = 'a password'
const PATIENT = { timeout: 100_000, interval: 100 }
/** A wait that is longer than any test. */
const FOREVER_MS = 10 * 60_000

let disk: string
let isMounted = false
let supervisor: ReturnType<typeof createSupervisor> | null = null

beforeEach(() => {
  disk = mkdtempSync(path.join(tmpdir(), 'peerwatch-full-disk-'))
  isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=220m,mode=0755', 'tmpfs', disk]).status === 0
  chmodSync(disk, 0o755)
})
afterEach(async () => {
  await supervisor?.stop({ postgres: 60_000 })
  supervisor = null
  if (isMounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true })
})

it('PostgreSQL that a full disk ended is started again as soon as the disk has room', async ({ skip }) => {
  if (!isMounted) skip('mounting a small file system needs more rights')
  const files = choosePostgresFolders({ root, dataDir: disk })
  ensureCluster(files, PASSWORD, { sync: false })
  const port = await findFreePort()
  const url = buildEmbeddedUrl(port, PASSWORD, 'postgres')
  const said: string[] = []
  supervisor = createSupervisor({
    dataDir: disk,
    say: (text) => said.push(text),
    // within the test only the rule for full disks restarts the process
    backOff: { firstMs: FOREVER_MS, maxMs: FOREVER_MS, fullDiskMaxMs: 100, resetAfterMs: FOREVER_MS },
  })
  await supervisor.start({
    name: 'postgres',
    folder: files.cluster,
    spawn: () => spawnServer(files, port),
    ready: (child, withinMs) => waitForServer(child, url, withinMs),
    stop: stopServer,
  })
  await ask(url, 'CREATE TABLE kept AS SELECT 1 AS n')
  const filler = path.join(disk, 'filler')
  fill(filler)
  const state = () => supervisor?.statuses()[0]
  await vi.waitFor(async () => {
    // writes only to the write-ahead log; PostgreSQL ends if the disk has no space for it
    await ask(
      url,
      `SELECT count(pg_logical_emit_message(false, 'test', repeat('x', 1000000))) FROM generate_series(1, 40)`,
    ).catch(() => {})
    expect(said.filter((line) => line.includes('failed to restart')).length).toBeGreaterThan(0)
  }, PATIENT)
  expect(said[0]).toMatch(/^postgres exited \(.*\), and the disk of .* is full; restart in 0.1 s$/)
  rmSync(filler)
  await vi.waitFor(() => expect(state()).toMatchObject({ state: 'running' }), PATIENT)
  await vi.waitFor(async () => expect(await ask(url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]), PATIENT)
})

/** Fills the disk completely. */
function fill(file: string): void {
  let text = Buffer.alloc(2 ** 20)
  while (text.length > 0) {
    try {
      writeFileSync(file, text, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      text = text.subarray(0, Math.floor(text.length / 2))
    }
  }
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}
