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
 * User of each service. The users differ, so that an attacker in control of the web process cannot read the credentials
 * in the worker's environment. The simulator runs as the worker's user.
 */
const USERS = { worker: 'peerwatch', web: 'peerwatch-web' }

/**
 * Sample of the files that every service reads. A user that can read them can read the other files in these folders
 * too.
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

/** Variables that name files. Every service with the variable must be able to read its file. */
const FILE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'PGPASSFILE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY']
const CREDENTIAL_FILES = ['AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_IDENTITIES_FILE']

/**
 * Returns the users as which the services run. If root starts them, they give up root's rights if they can still read
 * all files that they need; otherwise they keep them, and a note gives the reason (ADR 0111).
 * @returns null = the current user; notes: one line each
 */
export function serviceUsers({
  root,
  settings,
  values,
  node = process.execPath,
}: {
  /** the clone; the user of the web process can be determined only after the build */
  root: string
  settings: EnvironmentSettings
  /** variables that the user set, including those in `.env` */
  values: Record<string, string>
  /** default: the running Node.js */
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

/** Returns a user that can read the files; a text gives the reason why there is none. */
function userThatReads(name: string, files: readonly string[]): SystemUser | string {
  const user = systemUser(name)
  if (!user) return `user "${name}" could not be created`
  const file = firstUnreadable(user, files)
  return file === null ? user : `another user can't read ${file}`
}

function filesOf(values: Record<string, string>, names: readonly string[]) {
  return names.flatMap((name) => (values[name]?.trim() ? [values[name].trim()] : []))
}

/** Returns the files from which credentials are read: named files, otherwise the folder of root's `az login`. */
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
 * Returns an obstacle if an address has no password, because the server or a password file may then authenticate by the
 * user of the operating system.
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
