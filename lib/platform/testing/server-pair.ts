import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { embeddedUrl, ensureCluster, freePort, serverReady, spawnServer, stopServer } from '../bootstrap/postgres.mjs'
import { discardData, placePostgres } from '../bootstrap/postgres-files.mjs'
import { generateSecret } from '../bootstrap/secrets.mjs'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const FLAGS = ['fsync=off', 'full_page_writes=off', 'max_connections=100', 'logging_collector=off']

/** One of two servers. */
export interface PairedServer {
  port: number
  /** the superuser's, of the database `postgres` */
  url: string
  /** as a machine that loses its power, but for the network, which answers that nobody is there */
  kill(): Promise<void>
  /** asks it one statement on a connection of its own */
  ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>
}

export interface ServerPair {
  primary: PairedServer
  /** a streaming replica of the primary */
  standby: PairedServer
  /** of both hosts, in this order. @param parameters as in `target_session_attrs=read-write` */
  address(parameters: string, database?: string): string
  /** Commits wait from now on until the standby has them on disk. */
  waitForStandby(): Promise<void>
  stop(): Promise<void>
}

/** Starts a primary and a standby of the embedded PostgreSQL: two copies of one new cluster, so that no base backup is taken. */
export async function startServerPair(): Promise<ServerPair> {
  const folders = ['primary', 'standby'].map((role) =>
    mkdtempSync(path.join(tmpdir(), `peerwatch-test-${process.pid}-${role}-`)),
  )
  for (const folder of folders) chmodSync(folder, 0o755)
  const [files, replica] = folders.map((dataDir) => placePostgres({ root: ROOT, dataDir }))
  if (!files || !replica) throw new Error('two folders')
  const password = generateSecret()
  ensureCluster(files, password, { sync: false })
  // with owners and modes, which the server checks
  execFileSync('cp', ['-a', `${files.cluster}/.`, replica.cluster])
  writeFileSync(path.join(replica.cluster, 'standby.signal'), '')
  const ports = [await freePort(), await freePort()] as const
  const source = `host=127.0.0.1 port=${ports[0]} user=peerwatch password=${password} application_name=standby`
  const started: ChildProcess[] = []
  const start = async (where: typeof files, port: number, flags: string[]): Promise<PairedServer> => {
    const child = spawnServer(where, port, { flags: [...FLAGS, ...flags] })
    started.push(child)
    const url = embeddedUrl(port, password, 'postgres')
    await serverReady(child, url)
    return {
      port,
      url,
      async kill() {
        const exited = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGQUIT') // immediate shutdown: sessions are cut, nothing is written any more
        await exited
      },
      async ask(sql) {
        const client = new pg.Client({ connectionString: url })
        await client.connect()
        try {
          return (await client.query(sql)).rows
        } finally {
          await client.end()
        }
      },
    }
  }
  const primary = await start(files, ports[0], ['wal_keep_size=256MB'])
  const standby = await start(replica, ports[1], [`primary_conninfo=${source}`, 'hot_standby=on'])
  const { host, username } = { host: '127.0.0.1', username: 'peerwatch' }
  return {
    primary,
    standby,
    address: (parameters, database = 'postgres') =>
      `postgresql://${username}:${encodeURIComponent(password)}@${host}:${ports[0]},${host}:${ports[1]}/${database}?${parameters}`,
    async waitForStandby() {
      await primary.ask(`ALTER SYSTEM SET synchronous_standby_names = 'standby'`)
      await primary.ask('SELECT pg_reload_conf()')
      for (;;) {
        const [row] = await primary.ask<{ state: string }>('SELECT sync_state AS state FROM pg_stat_replication')
        if (row?.state === 'sync') return
        await delay(20)
      }
    },
    async stop() {
      await Promise.all(started.map((child) => stopServer(child, 3_000)))
      for (const folder of folders) discardData(folder)
    },
  }
}
