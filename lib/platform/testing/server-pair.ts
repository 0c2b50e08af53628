import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import {
  buildEmbeddedUrl,
  ensureCluster,
  findFreePort,
  waitForServer,
  spawnServer,
  stopServer,
} from '../bootstrap/postgres.ts'
import { discardData, choosePostgresFolders } from '../bootstrap/postgres-files.ts'
import { generateSecret } from '../bootstrap/secrets.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const FLAGS = [
  'fsync=off',
  'full_page_writes=off',
  'max_connections=100',
  'logging_collector=off',
  'wal_keep_size=256MB',
]
const TOO_MANY_CONNECTIONS = '53300'

type Files = ReturnType<typeof choosePostgresFolders>

/** One of the two servers. */
export interface ReplicationPairServer {
  host: string
  port: number
  /** address as the superuser, of the database `postgres` */
  url: string
  /** ends the server like a loss of power, except that the network still refuses connections */
  kill(): Promise<void>
  /** executes one statement on a new connection */
  ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>
}

export interface PostgresReplicationPair {
  /** the current primary */
  readonly primary: ReplicationPairServer
  /** a streaming replica of the primary */
  readonly standby: ReplicationPairServer
  /**
   * Returns the address of both hosts, in this order. @param parameters for example `target_session_attrs=read-write`
   */
  address(parameters: string, database?: string): string
  /** Makes all later commits wait until the standby has them on disk. */
  waitForStandby(): Promise<void>
  /**
   * Kills the primary and promotes the standby. Resolves when the previous primary has joined as a new, initially empty
   * standby.
   */
  failOver(): Promise<void>
  stop(): Promise<void>
}

/** Place where a server of the pair runs. */
export interface ReplicationServerHost {
  /** address of the place, which both servers and all clients can reach */
  host: string
  /** adapts the server's files so that it starts in this place */
  files: (files: Files) => Files
}
const HERE: ReplicationServerHost = { host: '127.0.0.1', files: (files) => files }

/**
 * Starts a primary and a standby of the embedded PostgreSQL. They are two copies of one new cluster, so that no base
 * backup is needed.
 * @param at folder: folder for their data; places: places of the first primary and the first standby
 */
export async function startServerPair({
  folder = tmpdir(),
  places = [HERE, HERE],
}: {
  folder?: string
  places?: readonly [ReplicationServerHost, ReplicationServerHost]
} = {}): Promise<PostgresReplicationPair> {
  const folders = ['primary', 'standby'].map((role) =>
    mkdtempSync(path.join(folder, `peerwatch-test-${process.pid}-${role}-`)),
  )
  for (const folder of folders) chmodSync(folder, 0o755)
  const [files, replica] = folders.map((dataDir) => choosePostgresFolders({ root: ROOT, dataDir }))
  if (!files || !replica) throw new Error('two folders')
  const password = generateSecret()
  ensureCluster(files, password, { sync: false })
  // initdb allows connections only from this machine
  for (const database of places[0] === HERE ? [] : ['all', 'replication'])
    appendFileSync(path.join(files.cluster, 'pg_hba.conf'), `host ${database} all all scram-sha-256\n`)
  // preserve owners and modes, because the server checks them
  execFileSync('cp', ['-a', `${files.cluster}/.`, replica.cluster])
  writeFileSync(path.join(replica.cluster, 'standby.signal'), '')
  const ports = [await findFreePort(), await findFreePort()] as const
  const started: ChildProcess[] = []
  const start = async (where: Files, port: number, flags: string[] = []): Promise<ReplicationPairServer> => {
    const { host, files: placed } = places[port === ports[0] ? 0 : 1]
    const child = spawnServer(placed(where), port, { flags: [...FLAGS, `listen_addresses=${host}`, ...flags] })
    started.push(child)
    const url = buildEmbeddedUrl(port, password, 'postgres').replace('127.0.0.1', host)
    await waitForServer(child, url)
    return {
      host,
      port,
      url,
      async kill() {
        const exited = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGQUIT') // immediate shutdown: sessions are cut off, and no more data is written
        await exited
      },
      ask: (sql) => onConnection(url, async (client) => (await client.query(sql)).rows),
    }
  }
  const follow = (where: Files, port: number, primary: ReplicationPairServer) => {
    const source = `host=${primary.host} port=${primary.port} user=peerwatch password=${password} application_name=standby`
    writeFileSync(path.join(where.cluster, 'standby.signal'), '')
    return start(where, port, [`primary_conninfo=${source}`, 'hot_standby=on'])
  }
  const primary = await start(files, ports[0])
  let [first, second] = [
    { files, server: primary },
    { files: replica, server: await follow(replica, ports[1], primary) },
  ]
  const waitForStandby = async () => {
    await first.server.ask(`ALTER SYSTEM SET synchronous_standby_names = 'standby'`)
    await first.server.ask('SELECT pg_reload_conf()')
    for (;;) {
      const [row] = await first.server.ask<{ state: string }>('SELECT sync_state AS state FROM pg_stat_replication')
      if (row?.state === 'sync') return
      await delay(20)
    }
  }
  return {
    get primary() {
      return first.server
    },
    get standby() {
      return second.server
    },
    address: (parameters, database = 'postgres') =>
      `postgresql://peerwatch:${encodeURIComponent(password)}@${places.map(({ host }, n) => `${host}:${ports[n]}`).join(',')}/${database}?${parameters}`,
    waitForStandby,
    async failOver() {
      await first.server.kill()
      await promoted(second.server)
      await copyCluster(second.server, second.files.cluster, first.files.cluster)
      const joined = await follow(first.files, first.server.port, second.server)
      ;[first, second] = [second, { files: first.files, server: joined }]
      await waitForStandby()
    },
    async stop() {
      await Promise.all(started.map((child) => stopServer(child, 3_000)))
      for (const folder of folders) discardData(folder)
    },
  }
}

/** Promotes the standby. Commits on the new primary do not wait for a standby until one has joined. */
async function promoted(standby: ReplicationPairServer): Promise<void> {
  await standby.ask('ALTER SYSTEM RESET synchronous_standby_names')
  await standby.ask('SELECT pg_promote()')
  await standby.ask('SELECT pg_reload_conf()')
}

/** Copies a running server into a folder as a base backup. */
async function copyCluster({ url }: ReplicationPairServer, from: string, to: string): Promise<void> {
  await onConnection(url, async (client) => {
    await client.query(`SELECT pg_backup_start('pair', true)`)
    for (const name of readdirSync(to)) rmSync(path.join(to, name), { recursive: true })
    // files may disappear during the copy; the write-ahead log has their changes
    spawnSync('cp', ['-a', `${from}/.`, to])
    const { rows } = await client.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop(false)')
    for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(path.join(to, name), { force: true })
    const label = path.join(to, 'backup_label')
    writeFileSync(label, rows[0]?.label ?? '')
    // the server must be able to rename the file
    const { uid, gid } = statSync(to)
    chownSync(label, uid, gid)
  })
}

/**
 * Runs work on a connection that may write even if the server's default is read-only. It retries if all connections of
 * the server are in use.
 */
async function onConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=off' })
    client.on('error', () => {})
    try {
      await client.connect()
      return await work(client)
    } catch (error) {
      if ((error as { code?: string }).code !== TOO_MANY_CONNECTIONS) throw error
      await delay(100)
    } finally {
      await client.end().catch(() => {})
    }
  }
}
