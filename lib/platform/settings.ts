import { BrandedError } from './branded-error.ts'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { passwordOf } from './environment/database-address.ts'
import { readPairs } from './environment/telemetry.ts'
import { checkEnvironment, type EnvironmentSettings } from './environment.ts'
import { registerSecret } from './secrets.ts'

/** The checked environment of a running process; it always has a database. */
export type Settings = EnvironmentSettings & { databaseUrl: string }

/** One item of OUTBOUND_ALLOW. */
export type OutboundEntry = Settings['outboundAllow'][number]

/** The environment is wrong; `faults` has one printable line per variable. */
export class SettingsError extends BrandedError {
  static override readonly brand = 'SettingsError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Variables whose values must never be printed. */
const SECRETS = [
  'AZURE_CLIENT_SECRET',
  'IDENTITY_HEADER',
  'PEERWATCH_SIMULATOR_IDENTITY_HEADER',
  'AZURE_PASSWORD',
  'SECRETS_KEY',
  'OIDC_CLIENT_SECRET',
  'HEARTBEAT_URL',
]

/**
 * The environment that a running `npm start` gave its children, so that a process started by hand in the same folder uses the
 * same embedded database and the same Azure.
 */
const SHARED = path.join('run', 'environment.json')

let cached: Settings | undefined
let replacement: (() => Settings) | undefined

/**
 * The process's settings, read once. Also completes process.env from `.env`, for libraries that read it themselves
 * (credentials), and registers secrets for masking.
 * @throws SettingsError
 */
export function settings(): Settings {
  if (replacement) return replacement()
  cached ??= loadSettings(process.env, process.cwd())
  return cached
}

/** Settings that a caller knows better than the environment does, such as a test's; undefined = the environment's again. */
export function useSettings(given: (() => Settings) | undefined): void {
  replacement = given
}

/**
 * What is configured so far, for a check that also runs before the first start: the settings, completed by a running instance's, where
 * `databaseUrl` is null while no embedded database runs; `faults` if the environment is wrong. Secrets are registered for masking.
 * @param environment is completed in place
 */
export function settingsSoFar(
  environment: Record<string, string | undefined>,
  root: string,
): { settings: EnvironmentSettings; faults: string[] } {
  const checked = checkEnvironment(environment, { root })
  if (!checked.ok) return checked
  const values = { ...sharedWith(checked), ...checked.values }
  const complete = checkEnvironment(values, { root, dotenv: null })
  for (const [name, value] of Object.entries(values)) environment[name] ??= value
  registerSecrets(values, complete.settings)
  return { settings: complete.settings, faults: complete.ok ? [] : complete.faults }
}

/** As {@link settings}, of a given environment; `environment` is completed in place. */
export function loadSettings(environment: Record<string, string | undefined>, root: string): Settings {
  const checked = accept(checkEnvironment(environment, { root }))
  const values = { ...sharedWith(checked), ...checked.values }
  const { settings: complete } = accept(checkEnvironment(values, { root, dotenv: null }))
  const { databaseUrl } = complete
  if (databaseUrl === null) {
    throw new SettingsError(['DATABASE_URL: not set, and no embedded database runs here: run npm start, or set it'])
  }
  for (const [name, value] of Object.entries(values)) environment[name] ??= value
  registerSecrets(values, complete)
  return { ...complete, databaseUrl }
}

function registerSecrets(values: Record<string, string>, complete: EnvironmentSettings): void {
  for (const name of SECRETS) registerSecret(values[name])
  const { databaseUrl, databaseMigrateUrl, databaseReadUrl, databaseListenUrl } = complete
  for (const url of [databaseUrl, databaseMigrateUrl, databaseReadUrl, databaseListenUrl]) {
    if (url !== null) registerSecret(passwordOf(url))
  }
  for (const { name, clientSecret } of complete.azure.identities) registerSecret(clientSecret, `identity ${name}`)
  for (const value of headersOf(values)) registerSecret(value)
  for (const server of [complete.mail, complete.mailbox]) if (server) registerSecret(passwordOf(server.url))
}

/** What is sent to a collector with each request, such as a key. */
function headersOf(values: Record<string, string>): string[] {
  const given = Object.entries(values).filter(([name]) => /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/.test(name))
  return given.flatMap(([, text]) => {
    const read = readPairs(text)
    return 'value' in read ? Object.values(read.value) : []
  })
}

function accept(checked: ReturnType<typeof checkEnvironment>) {
  if (!checked.ok) throw new SettingsError(checked.faults)
  return checked
}

/** Empty if the caller sets a database itself: then it does not belong to the running instance. */
const sharedWith = ({
  settings: { dataDir },
  values,
}: {
  settings: EnvironmentSettings
  values: Record<string, string>
}) => (values.DATABASE_URL ? {} : readShared(dataDir))

/** What a running `npm start` shares with processes that are started by hand; empty = nothing runs in the folder. */
export function readShared(dataDir: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, SHARED), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
