import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { findFreePort } from '../bootstrap/postgres.ts'
import { PGBOUNCER_PROGRAM } from '../system-programs.ts'
import { spawnProgram } from './spawn-program.ts'

export interface TestConnectionPooler {
  /** address of the database through the pooler, with pgbouncer=true */
  url: string
  stop(): Promise<void>
}

/**
 * Starts pgbouncer in transaction mode in front of a database, with default settings, so that it refuses parameters
 * that it does not know.
 * @param databaseUrl address of one host; its user can sign in at the pooler without a password
 * @param sessions number of sessions with the server; it is small, so that clients have to share them
 * @param port port on 127.0.0.1, to start the same pooler again
 */
export async function startPooler(databaseUrl: string, sessions: number, port?: number): Promise<TestConnectionPooler> {
  const server = new URL(databaseUrl)
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-pooler-'))
  chmodSync(folder, 0o755)
  const listenPort = port ?? (await findFreePort())
  const password = decodeURIComponent(server.password)
  const file = path.join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${sessions}
max_client_conn = 200
`,
  )
  const child = spawnProgram(PGBOUNCER_PROGRAM.probe[0], [file])
  let said = ''
  child.stdout?.resume()
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000)
  })
  const url = new URL(databaseUrl)
  url.port = String(listenPort)
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`)
    const client = new pg.Client({ connectionString: url.href })
    const isUp = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (isUp) break
    await delay(50)
  }
  url.searchParams.set('pgbouncer', 'true')
  return {
    url: url.href,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}
