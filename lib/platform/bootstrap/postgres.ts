import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { waitForStart } from './wait-for-start.ts'
import { requestGuardProcessExit, buildGuardedArguments } from './guard.ts'
import { waitForLastLines } from './last-lines.ts'
import { comparePostgresReleases, type ServerVersion } from './postgres-version.ts'
import { endProcessWithSignals, isMarkedProcess } from './process-identity.ts'
import { StepError } from './progress.ts'
import type { EmbeddedPostgresPaths } from './postgres-files.ts'
import type pgModule from 'pg'

const SUPERUSER = 'peerwatch'

/**
 * Creates the data folder of the embedded server with `initdb`, unless it exists.
 * @param password password of the superuser
 * @param options sync: false = do not flush the files to disk (for tests)
 * @returns true = it was created
 */
export function ensureCluster(
  files: EmbeddedPostgresPaths,
  password: string,
  options: { sync?: boolean } = {},
): boolean {
  if (existsSync(path.join(files.cluster, 'PG_VERSION'))) return false
  // an `initdb` that was killed leaves files without a version file. They are deleted, because `initdb` requires an
  // empty folder
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
 * Stops an embedded server that an earlier start left running. If the process id in its lock file now belongs to
 * another program, the lock file is removed.
 * @returns process id of the stopped server; null if no server was running
 */
export async function stopLeftoverServer(files: EmbeddedPostgresPaths): Promise<number | null> {
  const lock = path.join(files.cluster, 'postmaster.pid')
  if (!existsSync(lock)) return null
  const pid = Number.parseInt(readFileSync(lock, 'utf8').split('\n')[0] ?? '', 10)
  if (!isMarkedProcess(pid, files.cluster)) {
    rmSync(lock, { force: true })
    return null
  }
  const gone = await endProcessWithSignals(pid, [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ])
  if (!gone)
    throw new Error(`a PostgreSQL left over from an earlier run (pid ${pid}) does not stop: kill it, then start again`)
  return pid
}

export function readServerVersion(files: EmbeddedPostgresPaths): ServerVersion {
  const asked = spawnSync(path.join(files.native, 'bin', 'postgres'), ['--version'], {
    ...runAs(files),
    encoding: 'utf8',
  })
  if (asked.error) throw asked.error
  return comparePostgresReleases(asked.stdout || asked.stderr)
}

/**
 * Starts the embedded server, and returns before it is ready. Its standard error is a pipe, because the server prints
 * errors there until its log file is open.
 * @param port port on 127.0.0.1
 * @param options flags: additional `-c name=value` settings; environment: additional environment variables
 */
export function spawnServer(
  files: EmbeddedPostgresPaths,
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
  // PostgreSQL does not notice that its parent was killed, so a guard process stops it in that case
  const child = spawn('/bin/sh', buildGuardedArguments('INT "$$"', command), {
    ...runAs(files, options.environment),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  requestGuardProcessExit(child)
  return child
}

/**
 * Waits until the embedded server answers queries, at most for the time limit of a start ({@link waitForStart}). This
 * can take long, because a server that was killed first replays its write-ahead log.
 * @param url address of the database `postgres`
 * @throws StepError if the server exits (with its output), the time limit has passed, or the server refuses the
 *   password
 */
export async function waitForServer(child: ChildProcess, url: string, withinMs?: number) {
  const { default: pg } = await import('pg')
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000)
  })
  try {
    const answers = async (given: AbortSignal) => {
      while (!given.aborted && !(await answersQueries(pg, url))) await new Promise((resolve) => setTimeout(resolve, 25))
    }
    await waitForStart(child, answers, withinMs)
  } catch (error) {
    const { message, advice } = error as StepError
    await waitForLastLines(child)
    throw new StepError(`PostgreSQL did not start: ${message}`, { advice, output: said.trim() })
  }
}

async function answersQueries(pg: typeof pgModule, url: string) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {}) // errors are ignored, because the caller handles an exit of the server
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
 * Stops the embedded server by a fast shutdown, which ends sessions and writes all data to disk.
 * @param patienceMs time in milliseconds after which SIGQUIT is sent, and one second later SIGKILL
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

/**
 * Returns the address of a database on the embedded server.
 * @param role default: the superuser
 */
export function buildEmbeddedUrl(port: number, password: string, database: string, role: string = SUPERUSER) {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}

/** Returns a TCP port on 127.0.0.1 that is currently free. Another program can take it before it is used. */
export function findFreePort(): Promise<number> {
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
 * Environment variables that make glibc keep up to 4 MiB of free memory per database session, in bytes. By default
 * glibc returns free memory above 128 KiB to the system after each statement and requests it again for the next one.
 * During recordings this took a fifth of the server's time. Other C libraries ignore the variables.
 * @source mallopt(3), M_TRIM_THRESHOLD
 */
const KEEPS_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: '4194304',
  MALLOC_MMAP_THRESHOLD_: '4194304',
  MALLOC_TOP_PAD_: '1048576',
}

/**
 * Returns the options with which a program of PostgreSQL is started. Its environment is minimal, so that PGDATA or
 * PGOPTIONS of the user have no effect. Its working folder is `/`, because PostgreSQL's user may not be permitted to
 * enter the current folder.
 * @param environment additional environment variables
 */
function runAs(files: EmbeddedPostgresPaths, environment: Record<string, string> = {}) {
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
