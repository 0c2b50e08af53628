import { type ChildProcess, execFile } from 'node:child_process'
import {
  chownSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { buildEmbeddedUrl, findFreePort } from '../bootstrap/postgres.ts'
import { findPostgresUser } from '../bootstrap/postgres-files.ts'
import { isMarkedProcess, waitForExit } from '../bootstrap/process-identity.ts'
import { generateSecret } from '../bootstrap/secrets.ts'
import { listProcessTree } from './process-tree.ts'
import { spawnProgram } from './spawn-program.ts'

const SCOPE = 'peerwatch-test'
const READY_WITHIN_MS = 180_000
/** folder of Debian's PostgreSQL, with a folder for each major version */
const SERVERS = '/usr/lib/postgresql'

/**
 * Time settings of Patroni, in seconds. They decide how soon it replaces a primary that died with its machine: the
 * leader lock in etcd ends `ttl` seconds after its last renewal, and it is renewed every `loop_wait`. The default ttl
 * of 30 s would leave no time for the other steps of a failover within 30 s. Patroni requires loop_wait + 2
 * retry_timeout <= ttl.
 * @source https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export const PATRONI_TIME_SETTINGS_SECONDS = { ttl: 20, loop_wait: 5, retry_timeout: 5 } as const

export interface PatroniMember {
  name: string
  host: string
  /** port of PostgreSQL */
  port: number
  /** address as the superuser, of the database `postgres` on this member only */
  url: string
  /**
   * ends Patroni and then PostgreSQL by `kill -9`, like a machine that loses its power, except that the network still
   * refuses connections
   */
  kill(): Promise<void>
  /** starts the member again with its existing data */
  start(): void
}

export interface PatroniCluster {
  members: readonly PatroniMember[]
  /** returns the member that holds the leader lock */
  primary(): Promise<PatroniMember>
  /** returns the member that stores each commit before the primary acknowledges it */
  synchronousStandby(): Promise<PatroniMember>
  /**
   * returns the address of all members, in order. @param parameters for example `target_session_attrs=read-write`
   * @param ports ports of poolers in front of them
   */
  address(parameters: string, ports?: readonly number[]): string
  /** Resolves when one member is the primary, one is its synchronous standby, and all run on the same timeline. */
  complete(): Promise<void>
  /** Runs `patronictl switchover` from the primary to its synchronous standby. @returns its output */
  switchOver(): Promise<string>
  stop(): Promise<void>
}

/** Place where etcd or a member runs. */
export interface PatroniMemberHost {
  host: string
  /** prefix of a command that runs it in this place */
  command: readonly string[]
}
const HERE: PatroniMemberHost = { host: '127.0.0.1', command: [] }

interface MemberState {
  name: string
  role: string
  state: string
  timeline?: number
}

/**
 * Starts Debian's PostgreSQL servers under Debian's Patroni, with their own etcd and ports: a primary, a synchronous
 * standby (`synchronous_mode`), and further standbys. The system's own clusters and services are not changed.
 * @param placeOf returns the place of etcd (0) and of the members (from 1 on); default: all on this machine
 */
export async function startPatroniCluster(
  size: number,
  placeOf: (n: number) => PatroniMemberHost = () => HERE,
): Promise<PatroniCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), `peerwatch-test-${process.pid}-patroni-`))
  const user = findPostgresUser()
  const own = (name: string) => {
    mkdirSync(path.join(folder, name), { mode: 0o700 })
    if (user) chownSync(path.join(folder, name), user.uid, user.gid)
    return path.join(folder, name)
  }
  if (user) chownSync(folder, user.uid, user.gid)
  const run = (command: string, args: string[], log: string, place: PatroniMemberHost): ChildProcess => {
    const child = spawnProgram(command, args, place.command)
    const written = createWriteStream(path.join(folder, `${log}.log`), { flags: 'a' })
    for (const stream of [child.stdout, child.stderr]) stream?.pipe(written, { end: false })
    return child
  }
  const [etcdPort, peerPort] = [await findFreePort(), await findFreePort()]
  const store = `${placeOf(0).host}:${etcdPort}`
  const etcd = run(
    '/usr/bin/etcd',
    etcdArguments(own('etcd'), store, `${placeOf(0).host}:${peerPort}`),
    'etcd',
    placeOf(0),
  )
  const password = generateSecret()
  const ports: { port: number; api: number }[] = []
  for (let n = 0; n < size; n += 1) ports.push({ port: await findFreePort(), api: await findFreePort() })

  const members = ports.map(({ port, api }, index) => {
    const name = `pg${index + 1}`
    const place = placeOf(index + 1)
    const { host } = place
    const data = path.join(own(name), 'data')
    const config = path.join(folder, `${name}.yml`)
    // JSON is valid YAML
    writeFileSync(config, JSON.stringify(memberSettings({ name, host, port, api, store, data, password })))
    let patroni: ChildProcess | undefined
    return {
      name,
      host,
      port,
      api,
      config,
      url: buildEmbeddedUrl(port, password, 'postgres').replace('127.0.0.1', host),
      start() {
        patroni = run('/usr/bin/patroni', [config], name, place)
      },
      async kill() {
        await ended(patroni)
        await endServer(data)
      },
    }
  })
  const states = async (): Promise<MemberState[]> => {
    for (const { host, api } of members) {
      const answer = await fetch(`http://${host}:${api}/cluster`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => null,
      )
      if (answer?.ok) return ((await answer.json()) as { members: MemberState[] }).members
    }
    return []
  }
  const stop = async () => {
    for (const member of members) await member.kill()
    await ended(etcd)
    rmSync(folder, { recursive: true, force: true })
  }
  const holding = async (role: string) => {
    const name = (await states()).find((member) => member.role === role)?.name
    const member = members.find((one) => one.name === name)
    if (!member) throw new Error(`no member of the cluster is the ${role}`)
    return member
  }
  const complete = async () => {
    const deadline = performance.now() + READY_WITHIN_MS
    let seen: MemberState[] = []
    while (!isComplete(seen, size)) {
      if (performance.now() > deadline) {
        throw new Error(`Patroni's cluster is not complete: ${JSON.stringify(seen)}\n${formatLast(folder, members)}`)
      }
      await delay(200)
      seen = await states()
    }
  }
  try {
    for (const member of members) member.start()
    await complete()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    members,
    primary: () => holding('leader'),
    synchronousStandby: () => holding('sync_standby'),
    address(parameters, ports = members.map(({ port }) => port)) {
      const hosts = ports.map((port, n) => `${members[n]?.host}:${port}`).join(',')
      return `postgresql://peerwatch:${encodeURIComponent(password)}@${hosts}/postgres?${parameters}`
    },
    complete,
    async switchOver() {
      const [from, to] = [await holding('leader'), await holding('sync_standby')]
      const asked = ['-c', from.config, 'switchover', SCOPE, '--leader', from.name, '--candidate', to.name, '--force']
      return (await promisify(execFile)('/usr/bin/patronictl', asked)).stdout
    },
    stop,
  }
}

function etcdArguments(folder: string, ...addresses: [clients: string, peers: string]): string[] {
  const [clients, peers] = addresses.map((address) => `http://${address}`)
  return [
    ['name', 'etcd'],
    ['data-dir', folder],
    ['listen-client-urls', clients],
    ['advertise-client-urls', clients],
    ['listen-peer-urls', peers],
    ['initial-advertise-peer-urls', peers],
    ['initial-cluster', `etcd=${peers}`],
  ].map(([name, value]) => `--${name}=${value}`)
}

/**
 * Returns the configuration of a member. The settings of the cluster are limited to those that differ from Patroni's
 * defaults.
 */
function memberSettings(member: {
  name: string
  host: string
  port: number
  api: number
  store: string
  data: string
  password: string
}) {
  const { name, host, port, api, store, data, password } = member
  const account = { username: 'peerwatch', password }
  const from = host === HERE.host ? `${host}/32` : 'all'
  const everybody = ['all', 'replication'].map((database) => `host ${database} all ${from} scram-sha-256`)
  return {
    scope: SCOPE,
    name,
    restapi: { listen: `${host}:${api}`, connect_address: `${host}:${api}` },
    etcd3: { host: store },
    bootstrap: {
      dcs: { ...PATRONI_TIME_SETTINGS_SECONDS, synchronous_mode: true, postgresql: { use_pg_rewind: true } },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `${host}:${port}`,
      connect_address: `${host}:${port}`,
      data_dir: data,
      bin_dir: binaries(),
      pgpass: `${data}.pgpass`,
      authentication: { superuser: account, replication: { username: 'replicator', password } },
      parameters: { unix_socket_directories: '', password_encryption: 'scram-sha-256' },
      pg_hba: everybody,
    },
  }
}

/** Returns the folder with the programs of Debian's newest PostgreSQL. */
function binaries(): string {
  const versions = readdirSync(SERVERS).filter((name) => existsSync(path.join(SERVERS, name, 'bin', 'pg_rewind')))
  return path.join(SERVERS, String(Math.max(...versions.map(Number))), 'bin')
}

const isComplete = (members: readonly MemberState[], size: number): boolean =>
  members.length === size &&
  members.every(({ state, timeline }) => state === 'running' && timeline === members[0]?.timeline) &&
  ['leader', 'sync_standby'].every((role) => members.filter((member) => member.role === role).length === 1)

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
}

/** Ends a server and its sessions by `kill -9`, so that none of them can write any more. */
async function endServer(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid')
  // the file remains after a server was killed, and its process id may now belong to another process
  const postmaster = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN
  if (!isMarkedProcess(postmaster, data)) return
  for (const pid of listProcessTree(postmaster)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  await waitForExit(postmaster, 5_000)
}

function formatLast(folder: string, members: readonly { name: string }[]): string {
  return members
    .map(({ name }) =>
      readFileSync(path.join(folder, `${name}.log`), 'utf8')
        .trim()
        .split('\n')
        .slice(-8)
        .join('\n'),
    )
    .join('\n\n')
}
