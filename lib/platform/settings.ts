import { BundleSafeError } from './branded-error.ts'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { getUrlPassword } from './environment/database-address.ts'
import { parseKeyValuePairs } from './environment/telemetry.ts'
import { checkEnvironment, type EnvironmentSettings } from './environment.ts'
import { registerSecret } from './secrets.ts'

/** Settings of a running process. Unlike the settings of the environment, they always contain a database address. */
export type ProcessSettings = EnvironmentSettings & { databaseUrl: string }

/** Private destination that notifications may be sent to (OUTBOUND_ALLOW). */
export type OutboundEntry = ProcessSettings['outboundAllow'][number]

/** Error for an invalid environment; `faults` contains one printable line for each invalid variable. */
export class SettingsError extends BundleSafeError {
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
 * File in DATA_DIR with the environment variables that a running `npm start` shares. A process that is started manually
 * in the same folder reads it, so that it uses the same embedded database and the same Azure.
 */
const SHARED = path.join('run', 'environment.json')

let cached: ProcessSettings | undefined
let replacement: (() => ProcessSettings) | undefined

/**
 * Returns the settings of the process. The environment is read only once. Variables from `.env` are added to
 * process.env, because libraries read credentials there, and secrets are registered for masking.
 * @throws SettingsError
 */
export function getSettings(): ProcessSettings {
  if (replacement) return replacement()
  cached ??= loadSettings(process.env, process.cwd())
  return cached
}

/** Replaces the settings, for example in a test; undefined = the settings of the environment are used again. */
export function overrideSettings(given: (() => ProcessSettings) | undefined): void {
  replacement = given
}

/**
 * Returns the settings for checks that must also work before the first start. Variables that are missing in the
 * environment are taken from the environment that a running instance shares. `databaseUrl` is null if no database is
 * configured and no embedded database runs. `faults` contains the faults of the environment. Secrets are registered for
 * masking even if there are faults.
 * @param environment missing variables are added to it, unless it has faults
 */
export function readAvailableSettings(
  environment: Record<string, string | undefined>,
  root: string,
): { settings: EnvironmentSettings; faults: string[] } {
  const checked = checkWithMasking(environment, { root })
  if (!checked.ok) return checked
  const values = { ...sharedWith(checked), ...checked.values }
  const complete = checkWithMasking(values, { root, dotenv: null })
  for (const [name, value] of Object.entries(values)) environment[name] ??= value
  return { settings: complete.settings, faults: complete.ok ? [] : complete.faults }
}

/**
 * Returns the settings from a given environment. In other respects it works like {@link getSettings}.
 * @param environment missing variables are added to it
 * @throws SettingsError
 */
export function loadSettings(environment: Record<string, string | undefined>, root: string): ProcessSettings {
  const checked = accept(checkWithMasking(environment, { root }))
  const values = { ...sharedWith(checked), ...checked.values }
  const { settings: complete } = accept(checkWithMasking(values, { root, dotenv: null }))
  const { databaseUrl } = complete
  if (databaseUrl === null) {
    throw new SettingsError(['DATABASE_URL: not set, and no embedded database runs here: run npm start, or set it'])
  }
  for (const [name, value] of Object.entries(values)) environment[name] ??= value
  return { ...complete, databaseUrl }
}

/** Checks the environment and registers its secrets for masking, even if another variable has a fault. */
function checkWithMasking(...given: Parameters<typeof checkEnvironment>): ReturnType<typeof checkEnvironment> {
  const checked = checkEnvironment(...given)
  const { settings: read, values } = checked
  for (const name of SECRETS) registerSecret(values[name])
  const { databaseUrl, databaseMigrateUrl, databaseReadUrl, databaseListenUrl, databaseAdminUrl } = read
  for (const url of [databaseUrl, databaseMigrateUrl, databaseReadUrl, databaseListenUrl, databaseAdminUrl]) {
    if (url !== null) registerSecret(getUrlPassword(url))
  }
  for (const { name, clientSecret } of read.azure.identities) registerSecret(clientSecret, `identity ${name}`)
  for (const value of headersOf(values)) registerSecret(value)
  for (const server of [read.mail, read.mailbox]) if (server) registerSecret(getUrlPassword(server.url))
  return checked
}

/**
 * Returns the values of the HTTP headers for an OpenTelemetry collector. They are secret, because they may contain an
 * access key.
 */
function headersOf(values: Record<string, string>): string[] {
  const given = Object.entries(values).filter(([name]) => /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/.test(name))
  return given.flatMap(([, text]) => {
    const read = parseKeyValuePairs(text)
    return 'value' in read ? Object.values(read.value) : []
  })
}

function accept(checked: ReturnType<typeof checkEnvironment>) {
  if (!checked.ok) throw new SettingsError(checked.faults)
  return checked
}

/**
 * Returns the environment that a running instance shares. It is empty if a database is configured explicitly, because
 * that database may belong to another instance.
 */
const sharedWith = ({
  settings: { dataDir },
  values,
}: {
  settings: EnvironmentSettings
  values: Record<string, string>
}) => (values.DATABASE_URL ? {} : readSharedEnvironment(dataDir))

/**
 * Returns the environment variables that a running `npm start` shares with manually started processes; empty if no `npm
 * start` runs on this data folder.
 */
export function readSharedEnvironment(dataDir: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, SHARED), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
