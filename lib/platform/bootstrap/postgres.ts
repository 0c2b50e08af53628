import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { whileItStarts } from './follow-start.ts'
import { dismissGuard, guarded } from './guard.ts'
import { lastLines } from './last-lines.ts'
import { judgeVersion, type ServerVersion } from './postgres-version.ts'
import { endProcess, isOurs } from './process-identity.ts'
import { StepError } from './progress.ts'
import type { PostgresFiles } from './postgres-files.ts'
import type pgModule from 'pg'

const SUPERUSER = 'peerwatch'

/**
 * Runs `initdb` once; later calls find the cluster and do nothing.
 * @param password of the superuser
 * @param options sync false = don't force it to disk (tests)
 * @returns whether a new cluster was made
 */
export function ensureCluster(files: PostgresFiles, password: string, options: { sync?: boolean } = {}): boolean {
  if (existsSync(path.join(files.cluster, 'PG_VERSION'))) return false
  // A half-made cluster (initdb was killed) has files but no version; initdb demands an empty folder.
  for (const entry of readdirSync(files.cluster)) rmSync(path.join(files.cluster, entry), { recursive: true })
  const passwordFile = `${files.cluster}.password`
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  try {
    if (files.user) chownSync(passwordFile, files.user.uid, files.user.gid)
    const made = spawnSync(
      path.join(files.native, 'bin', 'initdb'),
      [
        `--pgdata=${files.cluster}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(options.sync === false ? ['--no-sync'] : []),
      ],
      { ...runAs(files), encoding: 'utf8' },
    )
    if (made.error) throw made.error
    if (made.status !== 0)
      throw new Error(`initdb failed (exit ${made.status}):\n${made.stderr.trim() || made.stdout.trim()}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  return true
}

/**
 * Stops a server that outlived its parent, and removes a lock file whose pid belongs to another process by now.
 * @returns pid of the server that was ended
 */
export async function stopLeftover(files: PostgresFiles): Promise<number | null> {
  const lock = path.join(files.cluster, 'postmaster.pid')
  if (!existsSync(lock)) return null
  const pid = Number.parseInt(readFileSync(lock, 'utf8').split('\n')[0] ?? '', 10)
  if (!isOurs(pid, files.cluster)) {
    rmSync(lock, { force: true })
    return null
  }
  const gone = await endProcess(pid, [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ])
  if (!gone)
    throw new Error(`a PostgreSQL left over from an earlier run (pid ${pid}) does not stop: kill it, then start again`)
  return pid
}

export function serverVersion(files: PostgresFiles): ServerVersion {
  const asked = spawnSync(path.join(files.native, 'bin', 'postgres'), ['--version'], {
    ...runAs(files),
    encoding: 'utf8',
  })
  if (asked.error) throw asked.error
  return judgeVersion(asked.stdout || asked.stderr)
}

/**
 * Starts the server; it is not ready yet when this returns. Its standard error is piped: it carries what goes wrong
 * before the log file opens.
 * @param port on 127.0.0.1
 * @param options more `-c name=value` settings, and variables beside the bare ones
 */
export function spawnServer(
  files: PostgresFiles,
  port: number,
  options: { flags?: string[]; environment?: Record<string, string> } = {},
): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'logging_collector=on',
    'log_directory=log',
    'log_filename=postgresql-%a.log',
    'log_truncate_on_rotation=on',
    'log_rotation_age=1d',
    'log_line_prefix=%m [%p] %a ',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(options.flags ?? []),
  ]
  const server = path.join(files.native, 'bin', 'postgres')
  const command = [server, '-D', files.cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  // PostgreSQL does not notice the death of its parent
  const child = spawn('/bin/sh', guarded('INT "$$"', command), {
    ...runAs(files, options.environment),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  dismissGuard(child)
  return child
}

/**
 * Resolves once the server answers queries. Recovery after a kill replays the log first, which takes longer for a big one: the server
 * is waited for as {@link whileItStarts} does.
 * @param url of the database `postgres`
 * @throws StepError if the server exits first (with its output), is given up, or refuses the password
 */
export async function serverReady(child: ChildProcess, url: string, withinMs?: number) {
  const { default: pg } = await import('pg')
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000)
  })
  try {
    const answers = async (given: AbortSignal) => {
      while (!given.aborted && !(await answersQueries(pg, url))) await new Promise((resolve) => setTimeout(resolve, 25))
    }
    await whileItStarts(child, answers, withinMs)
  } catch (error) {
    const { message, advice } = error as StepError
    await lastLines(child)
    throw new StepError(`PostgreSQL did not start: ${message}`, { advice, output: said.trim() })
  }
}

async function answersQueries(pg: typeof pgModule, url: string) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {}) // who waits notices a server that exits meanwhile
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code === '28P01') throw new StepError(`it refuses the password in DATA_DIR/secrets: ${message}`)
    return false
  } finally {
    await client.end()
  }
}

/**
 * Fast shutdown: ends sessions and writes all data to disk.
 * @param patienceMs before it is ended less gently
 */
export async function stopServer(child: ChildProcess, patienceMs: number) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  const harder = setTimeout(() => child.kill('SIGQUIT'), patienceMs)
  const hardest = setTimeout(() => child.kill('SIGKILL'), patienceMs + 1_000)
  await exited
  clearTimeout(harder)
  clearTimeout(hardest)
}

/** @param role default the superuser */
export function embeddedUrl(port: number, password: string, database: string, role: string = SUPERUSER) {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/**
 * Of glibc: a session keeps so many free bytes. By default it returns more than 128 KiB to the system after each statement and faults them in
 * again with the next one, a fifth of what recording takes of the server. Others ignore it. @source mallopt(3), M_TRIM_THRESHOLD
 */
const KEEPS_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: '4194304',
  MALLOC_MMAP_THRESHOLD_: '4194304',
  MALLOC_TOP_PAD_: '1048576',
}

/**
 * The server's environment is bare: a PGDATA or PGOPTIONS of the caller's must not leak into it. Its folder is `/`,
 * since its user may not be able to enter the caller's.
 * @param environment all the same
 */
function runAs(files: PostgresFiles, environment: Record<string, string> = {}) {
  return {
    cwd: '/',
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C',
      TZ: 'UTC',
      ...KEEPS_MEMORY,
      ...environment,
    } as unknown as NodeJS.ProcessEnv,
    ...(files.user ? { uid: files.user.uid, gid: files.user.gid } : {}),
  }
}
