import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { getUrlPassword } from '../environment/database-address.ts'
import { getRunFolder } from './pid-files.ts'
import { getStampPath } from './programs.mjs'
import { findFirstUnreadable, type SystemUser, ensureSystemUser } from './system-user.ts'
import type { EnvironmentSettings } from '../environment.ts'

type Service = 'worker' | 'web'

/**
 * System users as which the services run. Worker and web have different users, so that an attacker who controls the web
 * process cannot read the credentials in the worker's environment. The simulator runs as the user of the worker.
 */
const USERS = { worker: 'peerwatch', web: 'peerwatch-web' }

/** Sample of the files of the program. A user who can read these files can also read the others in the same folders. */
const CODE = [
  '.',
  'bin/worker.ts',
  'lib/platform/generated/prisma/client.ts',
  'prisma/migrations',
  'node_modules/next/package.json',
  'node_modules/pg/package.json',
]
const BUILD = '.next/BUILD_ID'

/**
 * Environment variables whose values are file names. The user of a service must be able to read the files of the
 * variables that the service gets.
 */
const FILE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'PGPASSFILE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY']
const CREDENTIAL_FILES = ['AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_IDENTITIES_FILE']

/**
 * Returns the system user of each service. If root starts Peerwatch, each service runs as its own user. If this is not
 * possible, for example because that user cannot read all files that the service needs, the service runs as root, and a
 * note contains the reason (ADR 0111).
 * @returns worker and web: null = the current user; notes: one line each
 */
export function findServiceUsers({
  root,
  settings,
  values,
  node = process.execPath,
}: {
  /** folder of the clone. The web must be built before, because its build must be readable too */
  root: string
  settings: EnvironmentSettings
  /** variables that the user set, including those in `.env` */
  values: Record<string, string>
  /** path of Node.js; default: the running one */
  node?: string
}): { worker: SystemUser | null; web: SystemUser | null; notes: string[] } {
  if (process.getuid?.() !== 0) return { worker: null, web: null, notes: [] }
  const bundled = getStampPath(root)
  const shared = [
    ...CODE.map((name) => path.join(root, name)),
    ...(existsSync(bundled) ? [bundled] : []),
    node,
    getRunFolder(settings.dataDir),
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

/** Returns a system user that can read all of the files. Otherwise returns the reason as text. */
function userThatReads(name: string, files: readonly string[]): SystemUser | string {
  const user = ensureSystemUser(name)
  if (!user) return `user "${name}" could not be created`
  const file = findFirstUnreadable(user, files)
  return file === null ? user : `another user can't read ${file}`
}

function filesOf(values: Record<string, string>, names: readonly string[]) {
  return names.flatMap((name) => (values[name]?.trim() ? [values[name].trim()] : []))
}

/**
 * Returns the files from which Azure credentials are read: the files that variables name or, if no credential is
 * configured, the folder in which root's `az login` stores its sign-in.
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
 * Returns the reason why the services must keep root's user; null if there is none. The reason is a database address
 * without a password: the database may then authenticate the user of the operating system.
 */
function passwordlessDatabase(values: Record<string, string>): string | null {
  const name = ['DATABASE_URL', 'DATABASE_READ_URL'].find((variable) => {
    const text = values[variable]?.trim()
    if (!text || values.PGPASSWORD) return false
    return getUrlPassword(text) === ''
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
    return 1024 // another operating system than Linux
  }
}
