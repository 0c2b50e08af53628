import { proofAddress } from '../environment/values.ts'
import { publicAddress, type EnvironmentSettings } from '../environment.ts'
import type { DatabaseUrls } from './databases.ts'

/** Where Azure is and what a credential could be made of: for the worker alone, which alone asks Azure. */
const OF_AZURE = /^(AZURE_|IDENTITY_|IMDS_|MSI_)/

/** What a credential is made of: for whoever signs in to the database with it too. */
const OF_CREDENTIAL =
  /^(AZURE_(TENANT_ID|CLIENT_ID|CLIENT_SECRET|CLIENT_CERTIFICATE_PATH|FEDERATED_TOKEN_FILE|AUTHORITY_HOST|RESOURCE_MANAGER_URL)$|IDENTITY_|IMDS_|MSI_)/

/** What people sign in with, and what the web proves itself by: for it alone. */
const OF_SIGN_IN = /^(OIDC|TLS)_/

/** Where OpenTelemetry's signals go, and with which headers: for the processes of the product, and not for its simulated Azure. */
const OF_TELEMETRY = /^OTEL_/

/** Passwords of what notifications go through: for those who send them. */
const OF_DELIVERY = /^(SMTP_|HEARTBEAT_URL$)/

/** Whose mail is read: for the worker alone. */
const OF_MAILBOX = /^IMAP_/

/** Rights in the database beyond those of who gets them. */
const OF_DATABASE = ['DATABASE_MIGRATE_URL', 'DATABASE_READ_URL', 'DATABASE_ADMIN_URL', 'DATABASE_PRODUCT_ROLES']

/** A newcomer wants to see something move, and the simulator has no rate limit to respect. */
const DEMO_INTERVALS = {
  POLL_SESSIONS_EVERY: '5s',
  POLL_CIRCUITS_EVERY: '5s',
  POLL_ROUTES_EVERY: '5s',
  POLL_INVENTORY_EVERY: '30s',
  POLL_METRICS_EVERY: '60s',
  POLL_ACTIVITY_EVERY: '30s',
}

/** Where the demo's router reports to. */
export type RouterListeners = Record<'BMP_LISTEN' | 'SYSLOG_LISTEN', string>

/** The environments of the children, each with what it needs and no more. None of them reads `.env` again. */
export function childEnvironments({
  values,
  settings,
  urls,
  secretsKey,
  simulator,
  routers = null,
  logFormat,
}: {
  /** what the user set, `.env` included */
  values: Record<string, string>
  settings: EnvironmentSettings
  urls: DatabaseUrls
  secretsKey: string
  /** null = the real Azure */
  simulator: { url: string; identityHeader: string } | null
  /** in place of what the user set; null = as that says */
  routers?: RouterListeners | null
  logFormat: 'pretty' | 'json'
}): { worker: Record<string, string>; web: Record<string, string>; bmp: Record<string, string> } {
  const common = {
    ...baseEnvironment({ values, logFormat }),
    ...Object.fromEntries(Object.entries(values).filter(([name]) => OF_TELEMETRY.test(name) || OF_DELIVERY.test(name))),
    DATABASE_URL: urls.product,
    ...(urls.listen === null ? {} : { DATABASE_LISTEN_URL: urls.listen }),
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    ACCESS: settings.access,
    PEERWATCH_ADDRESS: publicAddress(settings),
    PROOF_URL: proofAddress(settings),
    LOG_LEVEL: settings.log.level,
    SECRETS_KEY: secretsKey,
    PEERWATCH_ESTATE: simulator ? 'simulator' : 'azure',
    ...(simulator ? demoIntervals(values) : {}),
    ...routers,
  }
  const ofSignIn = Object.entries(values).filter(([name]) => OF_SIGN_IN.test(name))
  const ofCredential = Object.entries(values).filter(
    ([name]) => settings.databaseAuth === 'entra' && OF_CREDENTIAL.test(name),
  )
  const ofMailbox = Object.entries(values).filter(([name]) => OF_MAILBOX.test(name))
  const worker = {
    ...common,
    ...Object.fromEntries(ofMailbox),
    ...(simulator ? simulatedAzure(simulator) : azureOf(values)),
  }
  const web = {
    // Next reads .env itself: what is set to nothing stays so
    ...Object.fromEntries(
      [...Object.keys(azureOf(values)), ...ofMailbox.map(([name]) => name)].map((name) => [name, '']),
    ),
    ...common,
    ...Object.fromEntries([...ofSignIn, ...ofCredential]),
    DATABASE_READ_URL: urls.questions,
    ...(simulator ? { PEERWATCH_SIMULATOR_CONTROL_URL: `${simulator.url}/_control` } : {}),
  }
  // it opens nothing that is sealed, and asks nobody
  const ofStation = Object.fromEntries(
    Object.entries(common).filter(([name]) => name !== 'SECRETS_KEY' && !OF_DELIVERY.test(name)),
  )
  return { worker, web, bmp: { ...ofStation, ...Object.fromEntries(ofCredential) } }
}

/** What any child gets: the user's variables, without those of Azure and of OpenTelemetry, and without rights in the database. */
export function baseEnvironment({
  values,
  logFormat,
}: {
  values: Record<string, string>
  logFormat: 'pretty' | 'json'
}): Record<string, string> {
  const kept = Object.entries(values).filter(
    ([name]) =>
      ![OF_AZURE, OF_SIGN_IN, OF_TELEMETRY, OF_DELIVERY, OF_MAILBOX].some((pattern) => pattern.test(name)) &&
      !OF_DATABASE.includes(name),
  )
  return {
    ...Object.fromEntries(kept),
    LOG_FORMAT: logFormat,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PEERWATCH_ENVIRONMENT: 'complete',
  }
}

function azureOf(values: Record<string, string>) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => OF_AZURE.test(name)))
}

function demoIntervals(values: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(DEMO_INTERVALS).map(([name, interval]) => [name, values[name]?.trim() || interval]),
  )
}

function simulatedAzure({ url, identityHeader }: { url: string; identityHeader: string }) {
  return {
    AZURE_SUBSCRIPTION_IDS: '*',
    AZURE_RESOURCE_MANAGER_URL: url,
    AZURE_RETAIL_PRICES_URL: `${url}/api/retail/prices`,
    AZURE_MONITOR_METRICS_URL: url,
    IDENTITY_ENDPOINT: `${url}/msi/token`,
    IDENTITY_HEADER: identityHeader,
  }
}

/** What another process of the same instance needs (`npm run worker` by hand) and can't know. */
const SHARED = [
  'DATABASE_URL',
  'DATABASE_LISTEN_URL',
  'DATABASE_AUTH',
  ...OF_DATABASE,
  'PEERWATCH_ESTATE',
  'PEERWATCH_ADDRESS',
  'PROOF_URL',
  'AZURE_SUBSCRIPTION_IDS',
  'AZURE_RESOURCE_MANAGER_URL',
  'AZURE_RETAIL_PRICES_URL',
  'AZURE_MONITOR_METRICS_URL',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  ...Object.keys(DEMO_INTERVALS),
]

/** @param environment of the worker */
export function sharedEnvironment(environment: Record<string, string>, urls: DatabaseUrls): Record<string, string> {
  const known: Record<string, string> = {
    ...environment,
    DATABASE_MIGRATE_URL: urls.owner,
    DATABASE_READ_URL: urls.questions,
  }
  return Object.fromEntries(SHARED.flatMap((name) => (known[name] ? [[name, known[name]]] : [])))
}
