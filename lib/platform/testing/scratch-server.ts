import { accessSync, chmodSync, constants, mkdtempSync, readdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  buildEmbeddedUrl,
  ensureCluster,
  findFreePort,
  waitForServer,
  spawnServer,
  stopServer,
} from '../bootstrap/postgres.ts'
import { discardData, choosePostgresFolders } from '../bootstrap/postgres-files.ts'
import { isAlive } from '../bootstrap/process-identity.ts'
import { generateSecret } from '../bootstrap/secrets.ts'

/** A temporary PostgreSQL server for tests and tools. */
export type TemporaryPostgresServer = {
  /** Address of the database `postgres`, as a superuser (or a role with createdb). */
  url: string
  stop(): Promise<void>
}

const FOLDER = /^peerwatch-test-(\d+)-/

const IN_MEMORY = '/dev/shm'
const GIB = 1024 ** 3

/**
 * Returns the folder for the server: in memory if there is enough of it, otherwise the temporary folder. Each test
 * database has hundreds of files that are soon deleted. ext4 does not reuse an inode for some seconds and searches
 * increasingly long for a free one: a run took 180 s of system time in memory, and 280 s on disk.
 */
function scratchFolder(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize > 4 * GIB && process.availableMemory() > 8 * GIB ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** Server settings that trade durability for speed, because test data need not survive a crash. */
const FAST_AND_LOOSE = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'logging_collector=off',
]

/** Starts an embedded server in a new folder, which {@link TemporaryPostgresServer.stop} removes. */
export async function startScratchServer(root: string): Promise<TemporaryPostgresServer> {
  removeAbandoned()
  const dataDir = mkdtempSync(path.join(scratchFolder(), `peerwatch-test-${process.pid}-`))
  // mkdtemp creates the folder with mode 0700, but the server may have to run as another user
  chmodSync(dataDir, 0o755)
  const files = choosePostgresFolders({ root, dataDir })
  const password = generateSecret()
  ensureCluster(files, password, { sync: false })
  const port = await findFreePort()
  const server = spawnServer(files, port, { flags: FAST_AND_LOOSE })
  const url = buildEmbeddedUrl(port, password, 'postgres')
  const remove = () => discardData(dataDir)
  try {
    await waitForServer(server, url)
  } catch (error) {
    await stopServer(server, 0)
    remove()
    throw error
  }
  return {
    url,
    async stop() {
      await stopServer(server, 5_000)
      remove()
    },
  }
}

/** Removes the folders of killed test runs, whose servers have ended. */
function removeAbandoned(): void {
  const folders = new Set([scratchFolder(), tmpdir()])
  for (const { name, parentPath } of [...folders].flatMap((at) => readdirSync(at, { withFileTypes: true }))) {
    const owner = FOLDER.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) discardData(path.join(parentPath, name))
  }
}
