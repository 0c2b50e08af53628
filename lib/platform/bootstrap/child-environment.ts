import { buildAlertingProofUrl } from '../environment/environment-values.ts'
import { getPublicAddress, type EnvironmentSettings } from '../environment.ts'
import type { DatabaseUrls } from './databases.ts'

/**
 * Environment variables with the address of Azure and with Azure credentials. Only the worker gets all of them, because
 * only the worker polls Azure.
 */
const OF_AZURE = /^(AZURE_|IDENTITY_|IMDS_|MSI_)/

/**
 * Environment variables of an Azure credential. The other processes get them too if they sign in to the database with
 * Microsoft Entra.
 */
const OF_CREDENTIAL =
  /^(AZURE_(TENANT_ID|CLIENT_ID|CLIENT_SECRET|CLIENT_CERTIFICATE_PATH|FEDERATED_TOKEN_FILE|AUTHORITY_HOST|RESOURCE_MANAGER_URL)$|IDENTITY_|IMDS_|MSI_)/

/** Environment variables for the sign-in of users and for the TLS certificate. Only the web server gets them. */
const OF_SIGN_IN = /^(OIDC|TLS)_/

/**
 * Variables with the target and headers of OpenTelemetry. All processes of the product get them, but not the simulated
 * Azure.
 */
const OF_TELEMETRY = /^OTEL_/

/** Variables with passwords of notification channels. Only the processes that send notifications get them. */
const OF_DELIVERY = /^(SMTP_|HEARTBEAT_URL$)/

/** Variables of the mailbox that receives the maintenance notices of providers. Only the worker gets them. */
const OF_MAILBOX = /^IMAP_/

/**
 * Environment variables about database roles other than the product's own role. A child process gets them only if it
 * needs them.
 */
const OF_DATABASE = ['DATABASE_MIGRATE_URL', 'DATABASE_READ_URL', 'DATABASE_ADMIN_URL', 'DATABASE_PRODUCT_ROLES']

/**
 * Poll intervals of the demo. They are short, so that new users see changes soon. The simulated Azure has no request
 * limits.
 */
const DEMO_INTERVALS = {
  POLL_SESSIONS_EVERY: '5s',
  POLL_CIRCUITS_EVERY: '5s',
  POLL_ROUTES_EVERY: '5s',
  POLL_INVENTORY_EVERY: '30s',
  POLL_METRICS_EVERY: '60s',
  POLL_ACTIVITY_EVERY: '30s',
}

/** Addresses at which Peerwatch listens in the demo for the BMP and syslog reports of the simulated router. */
export type RouterListeners = Record<'BMP_LISTEN' | 'SYSLOG_LISTEN', string>

/**
 * Returns the environment variables of each child process: only the variables that this process needs. The children do
 * not read `.env` again.
 */
export function buildChildEnvironments({
  values,
  settings,
  urls,
  secretsKey,
  simulator,
  routers = null,
  logFormat,
}: {
  /** variables that the user set, including those in `.env` */
  values: Record<string, string>
  settings: EnvironmentSettings
  urls: DatabaseUrls
  secretsKey: string
  /** address of the simulated Azure; null = the real Azure is polled */
  simulator: { url: string; identityHeader: string } | null
  /**
   * listen addresses for router reports, in place of the addresses that the user set; null = the user's addresses are
   * used
   */
  routers?: RouterListeners | null
  logFormat: 'pretty' | 'json'
}): { worker: Record<string, string>; web: Record<string, string>; bmp: Record<string, string> } {
  const common = {
    ...buildBaseEnvironment({ values, logFormat }),
    ...Object.fromEntries(Object.entries(values).filter(([name]) => OF_TELEMETRY.test(name) || OF_DELIVERY.test(name))),
    DATABASE_URL: urls.product,
    ...(urls.listen === null ? {} : { DATABASE_LISTEN_URL: urls.listen }),
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    ACCESS: settings.access,
    PEERWATCH_ADDRESS: getPublicAddress(settings),
    PROOF_URL: buildAlertingProofUrl(settings),
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
    // Next.js reads .env itself. Next.js does not replace a variable that exists, even with an empty text, so unwanted
    // variables are set to ''
    ...Object.fromEntries(
      [...Object.keys(azureOf(values)), ...ofMailbox.map(([name]) => name)].map((name) => [name, '']),
    ),
    ...common,
    ...Object.fromEntries([...ofSignIn, ...ofCredential]),
    DATABASE_READ_URL: urls.questions,
    ...(simulator ? { PEERWATCH_SIMULATOR_CONTROL_URL: `${simulator.url}/_control` } : {}),
  }
  // the BMP station does not get the key for stored secrets, because it neither decrypts them nor sends notifications
  const ofStation = Object.fromEntries(
    Object.entries(common).filter(([name]) => name !== 'SECRETS_KEY' && !OF_DELIVERY.test(name)),
  )
  return { worker, web, bmp: { ...ofStation, ...Object.fromEntries(ofCredential) } }
}

/**
 * Returns the variables that every child gets. They are the user's variables without the groups for Azure, sign-in,
 * OpenTelemetry, notifications and the mailbox, and without additional database rights.
 */
export function buildBaseEnvironment({
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

/**
 * Environment variables that a manually started process of the same instance (for example `npm run worker`) needs from
 * `npm start`.
 */
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

/**
 * Returns the environment variables that `npm start` shares with manually started processes of the same instance.
 * @param environment environment of the worker
 */
export function buildSharedEnvironment(
  environment: Record<string, string>,
  urls: DatabaseUrls,
): Record<string, string> {
  const known: Record<string, string> = {
    ...environment,
    DATABASE_MIGRATE_URL: urls.owner,
    DATABASE_READ_URL: urls.questions,
  }
  return Object.fromEntries(SHARED.flatMap((name) => (known[name] ? [[name, known[name]]] : [])))
}
