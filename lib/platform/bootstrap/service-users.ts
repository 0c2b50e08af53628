import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { passwordOf } from '../environment/database-address.ts'
import { runFolder } from './pid-files.ts'
import { stampOf } from './programs.mjs'
import { firstUnreadable, type SystemUser, systemUser } from './system-user.ts'
import type { EnvironmentSettings } from '../environment.ts'

type Service = 'worker' | 'web'

/**
 * System users as which the services run. They differ, so that an attacker in control of the web process cannot read
 * the credentials in the worker's environment. The simulator runs as the worker's user.
 */
const USERS = { worker: 'peerwatch', web: 'peerwatch-web' }

/**
 * Files that show whether a user can read the program: a user that can read these can also read the other files in
 * their folders.
 */
const CODE = [
  '.',
  'bin/worker.ts',
  'lib/platform/generated/prisma/client.ts',
  'prisma/migrations',
  'node_modules/next/package.json',
  'node_modules/pg/package.json',
]
const BUILD = '.next/BUILD_ID'

/** Variables whose values are file names. The service that gets such a variable must be able to read the file. */
const FILE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'PGPASSFILE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY']
const CREDENTIAL_FILES = ['AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_IDENTITIES_FILE']

/**
 * Returns the system users as which the services run. If root starts them, each service runs as its own user, provided
 * that this user can read all files that the service needs; otherwise it runs as root, and a note gives the reason
 * (ADR 0111).
 * @returns worker and web: null = the current user; notes: one line each
 */
export function serviceUsers({
  root,
  settings,
  values,
  node = process.execPath,
}: {
  /** folder of the clone; must be built before the user of the web can be determined */
  root: string
  settings: EnvironmentSettings
  /** variables that the user set, including those in `.env` */
  values: Record<string, string>
  /** path of Node.js; default: the running one */
  node?: string
}): { worker: SystemUser | null; web: SystemUser | null; notes: string[] } {
  if (process.getuid?.() !== 0) return { worker: null, web: null, notes: [] }
  const bundled = stampOf(root)
  const shared = [
    ...CODE.map((name) => path.join(root, name)),
    ...(existsSync(bundled) ? [bundled] : []),
    node,
    runFolder(settings.dataDir),
    ...filesOf(values, FILE_VARIABLES),
  ]
  const ofWorker = settings.demo ? shared : [...shared, ...credentialFiles(values, settings.azure.identities)]
  const isEntra = settings.databaseAuth === 'entra'
  const passwordless = isEntra ? null : passwordlessDatabase(values)
  const services: [Service, string[], string | null][] = [
    ['worker', ofWorker, passwordless],
    [
      'web',
      [...(isEntra ? ofWorker : shared), ...Object.values(settings.tls ?? {}), path.join(root, BUILD)],
      passwordless ?? privilegedPort(settings.port),
    ],
  ]
  const users: Record<Service, SystemUser | null> = { worker: null, web: null }
  const reasons: Map<string, Service[]> = new Map()
  for (const [service, files, obstacle] of services) {
    const chosen = obstacle ?? userThatReads(USERS[service], files)
    if (typeof chosen !== 'string') users[service] = chosen
    else reasons.set(chosen, [...(reasons.get(chosen) ?? []), service])
  }
  const notes = [...reasons].map(
    ([reason, names]) =>
      `${names.join(' and ')} ${names.length > 1 ? 'run' : 'runs'} as root: ${reason} (docs/operations.md, System users)`,
  )
  return { ...users, notes }
}

/** Returns a system user that can read all the files, or the reason as text if no such user can be used. */
function userThatReads(name: string, files: readonly string[]): SystemUser | string {
  const user = systemUser(name)
  if (!user) return `user "${name}" could not be created`
  const file = firstUnreadable(user, files)
  return file === null ? user : `another user can't read ${file}`
}

function filesOf(values: Record<string, string>, names: readonly string[]) {
  return names.flatMap((name) => (values[name]?.trim() ? [values[name].trim()] : []))
}

/**
 * Returns the files from which Azure credentials are read: the files named in variables, otherwise the folder of root's
 * `az login`.
 */
function credentialFiles(values: Record<string, string>, identities: EnvironmentSettings['azure']['identities']) {
  const proofs = identities.flatMap(
    ({ certificateFile, federatedTokenFile }) => certificateFile ?? federatedTokenFile ?? [],
  )
  const named = [...filesOf(values, CREDENTIAL_FILES), ...proofs]
  const isGiven = named.length > 0 || values.AZURE_CLIENT_SECRET?.trim() || values.IDENTITY_ENDPOINT?.trim()
  const signedIn = values.AZURE_CONFIG_DIR?.trim() || path.join(homedir(), '.azure')
  return !isGiven && existsSync(signedIn) ? [signedIn] : named
}

/**
 * Returns the reason why root's user must be kept: a database address has no password, so the server or a password file
 * may authenticate by the user of the operating system. Null if all addresses have passwords.
 */
function passwordlessDatabase(values: Record<string, string>): string | null {
  const name = ['DATABASE_URL', 'DATABASE_READ_URL'].find((variable) => {
    const text = values[variable]?.trim()
    if (!text || values.PGPASSWORD) return false
    return passwordOf(text) === ''
  })
  return name === undefined ? null : `${name} has no password, so that the database may go by the system's user`
}

function privilegedPort(port: number) {
  return port < firstUnprivilegedPort() ? `PORT ${port} needs its rights` : null
}

function firstUnprivilegedPort() {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'), 10)
  } catch {
    return 1024 // not Linux
  }
}
