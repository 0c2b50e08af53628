/**
 * Reads and checks every environment variable of Peerwatch, before anything else happens. This file must run on Node.js
 * 18 without installed packages, because it runs first.
 * Users do not set the following variables. `npm start` passes them to its child processes; the units in deploy/ pass
 * the first one to processes that get no Azure variables.
 * - `PEERWATCH_ESTATE`: `simulator` or `azure`, the origin of the data that the database must contain
 * - `PEERWATCH_ADDRESS`: address at which users reach the web, for links that `npm run access` prints
 * - `PEERWATCH_SIMULATOR_CONTROL_URL` (web): address at which the web controls the simulator; the control is shown only
 * if it is set
 * - `PEERWATCH_SIMULATOR_IDENTITY_HEADER` (simulator): the secret that its token endpoint requires
 * - `PEERWATCH_ENVIRONMENT`: `complete` = the process must not read `.env`, because its environment already contains
 * all variables that it may know
 * - `PEERWATCH_PARENT_FD`: file descriptor of a pipe that closes when `npm start` ends, so that the process ends too
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { getUrlPassword, parseDatabaseAddress, findWriteFault } from './environment/database-address.ts'
import { parseDotenv } from './environment/dotenv.ts'
import { type EnvironmentIdentity, parseIdentitiesFile } from './environment/identities.ts'
import { readTelemetry, type TelemetrySettings } from './environment/telemetry.ts'
import type { TlsFilePaths } from './tls.ts'
import {
  isWildcardHost,
  isLoopback,
  isLoopbackHost,
  type OutboundEntry,
  type ParsedEnvironmentVariable,
  parseIpNetworksVariable,
  readApiVersion,
  readChoice,
  parseTokenClaimNameVariable,
  readDatabaseUrl,
  readDuration,
  readEndpoint,
  readGuid,
  parseListenHostVariable,
  readAuthservId,
  readImapUrl,
  readInteger,
  parseListenAddressVariable,
  parseMailFromVariable,
  readNeighbors,
  readOutboundAllow,
  readRoles,
  readSecretsKey,
  readSenders,
  readSmtpUrl,
  readSubscriptionIds,
  readTenant,
} from './environment/environment-values.ts'

export { formatDurationSetting, parseDuration } from './environment/duration.ts'
export { DEFAULT_IDENTITY } from './environment/identities.ts'
export {
  isLoopback,
  buildListeningUrl,
  maskPassword,
  buildLocalUrl,
  getPublicAddress,
} from './environment/environment-values.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const POLL = { min: 100, max: DAY }
const START = { min: 10 * SECOND, max: DAY }
const WATCH = { min: MINUTE, max: DAY }
/** Limits of OIDC_SIGN_IN_EVERY. The minimum is the maximum duration of a user's session. */
const SIGN_IN = { min: 7 * DAY, max: 365 * DAY }
const HOLD = { min: 3 * SECOND, max: 10 * MINUTE }
const RETENTION = { min: HOUR, max: 36_500 * DAY }

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const LOG_FORMATS = ['pretty', 'json'] as const
const PUBLIC_RESOURCE_MANAGER = 'https://management.azure.com'

/** Settings of Peerwatch: the checked values of all environment variables. Durations are in milliseconds. */
export interface EnvironmentSettings {
  /** database address with the product's role; null = embedded PostgreSQL under `dataDir` */
  databaseUrl: string | null
  /** database address with the role that may change the schema; null = `databaseListenUrl` or `databaseUrl` */
  databaseMigrateUrl: string | null
  /** database address with the role for read queries; null = `databaseUrl` */
  databaseReadUrl: string | null
  /**
   * address of the database with the product's role, without a connection pooler, for connections that need their own
   * server session; null = `databaseUrl`
   */
  databaseListenUrl: string | null
  /** address of the database with the superuser, with which the other roles are created; null = no roles are created */
  databaseAdminUrl: string | null
  /** database roles in addition to the role of `databaseUrl` to which migrations grant the product's rights */
  databaseProductRoles: string[]
  /**
   * method of sign-in to the database. `entra` = each connection signs in with a token of Peerwatch's own Azure
   * identity, so the addresses contain no password
   */
  databaseAuth: 'password' | 'entra'
  /** absolute path of the data folder */
  dataDir: string
  host: string
  /**
   * `open` = everybody who can reach the web may see and change all data; `required` = users must sign in. The default
   * is `open` for the demo if it listens only on this machine, otherwise `required`
   */
  access: 'open' | 'required'
  /** settings of sign-in by OpenID Connect; null = users can sign in only with local accounts */
  oidc: { issuer: string; clientId: string; clientSecret: string; roleClaim: string; signInEveryMs: number } | null
  port: number
  /** true = the demo runs, because neither subscriptions nor identities are configured, or the simulator was chosen */
  demo: boolean
  /**
   * settings of Azure. `subscriptions`: subscriptions that the default identity polls, in lower case; empty = not
   * configured. `monitorMetricsUrl` and `retailPricesUrl`: null = the usual address if the cloud is the public cloud
   * (`isPublicCloud`); in any other cloud, null = the service is not used. `identities`: entries of
   * AZURE_IDENTITIES_FILE, with their secrets.
   */
  azure: {
    subscriptions: string[] | 'all'
    resourceManagerUrl: string
    isPublicCloud: boolean
    monitorMetricsUrl: string | null
    retailPricesUrl: string | null
    apiVersion: string | null
    countsPosts: 'learn' | 'yes' | 'no'
    identities: EnvironmentIdentity[]
  }
  poll: {
    sessionsMs: number
    circuitsMs: number
    routesMs: number
    inventoryMs: number
    metricsMs: number
    activityMs: number
  }
  /** time limit of `npm start` for the start of each process */
  startWithinMs: number
  retain: { rawMs: number; historyMs: number }
  /** number of bytes in one GB on Azure's bills */
  billingGbBytes: number
  /** log level and format; format null = pretty on a terminal, otherwise json */
  log: { level: (typeof LOG_LEVELS)[number]; format: (typeof LOG_FORMATS)[number] | null }
  /** address at which users reach the web, for links in notifications; without a trailing slash */
  publicUrl: string | null
  /** absolute paths of certificate and key for TLS; null = plain http */
  tls: TlsFilePaths | null
  /** true = headers in which a proxy forwards the client's address are trusted */
  trustProxy: boolean
  /** mail server for notifications; null = not configured */
  mail: { url: string; from: string } | null
  /** mailbox that receives the maintenance notices of providers, and its trusted senders; null = not configured */
  mailbox: { url: string; from: string[]; authservId: string } | null
  /**
   * settings of the regular check that alerting works, and of the heartbeat to an external monitor.
   * `proofEveryMs` null = the check is off; `proofUrl` null = the web on this machine; `heartbeatUrl` null = no
   * heartbeat is sent
   */
  alerting: {
    proofEveryMs: number | null
    proofUrl: string | null
    heartbeatUrl: string | null
    heartbeatEveryMs: number
  }
  /** private hosts and networks that notifications may be sent to; public addresses are always allowed */
  outboundAllow: OutboundEntry[]
  /**
   * addresses at which Peerwatch listens for BMP and syslog from the customer's routers; null = it does not listen.
   * `allow` = networks that may send; empty = only this machine
   */
  routers: {
    bmp: { host: string; port: number } | null
    syslog: { host: string; port: number } | null
    /**
     * address at which Peerwatch listens for BGP sessions of routers; null = it does not listen. `holdSeconds` is the
     * hold time that it proposes
     */
    bgp: { host: string; port: number; asn: number; holdSeconds: number } | null
    /**
     * address and ASN of each router that has a BGP session with Peerwatch. The session belongs to the router that
     * sends BMP from the same address
     */
    neighbors: { address: string; asn: number }[]
    allow: { address: string; length: number }[]
  }
  /** key that encrypts secrets in the database; null = Peerwatch generates a key in `dataDir` */
  secretsKey: string | null
  /** settings of the export by OpenTelemetry; null = off */
  telemetry: TelemetrySettings | null
  /** behavior of the simulated Azure in the demo */
  simulatorProfile: 'quick' | 'azure'
  simulatorControlUrl: string | null
  /** one line for each setting that works, but should be changed */
  warnings: string[]
}

/**
 * Result of the check of all environment variables. `values` are the variables as the user set them, including `.env`.
 * If there are faults, `settings` contains defaults in place of the invalid variables.
 */
type Checked = { settings: EnvironmentSettings; values: Record<string, string> } & (
  | { ok: true }
  | { ok: false; faults: string[] }
)

/**
 * Checks all environment variables. A variable that is unset or empty gets its default. Variables of the process
 * override those in `.env`, even with an empty value.
 * @param environment usually process.env
 * @param where root: folder of `.env` and of relative paths; dotenv: text of `.env` if the caller has read it, null =
 *   there is no such file
 */
export function checkEnvironment(
  environment: Record<string, string | undefined>,
  { root, dotenv }: { root: string; dotenv?: string | null },
): Checked {
  const isComplete = environment.PEERWATCH_ENVIRONMENT === 'complete'
  const file = dotenv === undefined && !isComplete ? readDotenv(root) : parseDotenv(dotenv ?? '')
  const faults = [...file.faults]
  const values: Record<string, string> = { ...file.values }
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) values[name] = value

  const read = <T, D>(name: string, whenUnset: D, reader: (text: string) => ParsedEnvironmentVariable<T>): T | D => {
    const text = values[name]?.trim() ?? ''
    if (text === '') return whenUnset
    const result = reader(text)
    if ('value' in result) return result.value
    faults.push(`${name}: ${result.fault}`)
    return whenUnset
  }
  const given = (name: string) => (values[name]?.trim() ?? '') !== ''
  const poll = (name: string, whenUnset: number) => read(name, whenUnset, (text) => readDuration(text, POLL))
  const retention = (name: string, whenUnset: number) => read(name, whenUnset, (text) => readDuration(text, RETENTION))
  const endpoint = (name: string, also?: Parameters<typeof readEndpoint>[1]) =>
    read(name, null, (text) => readEndpoint(text, also))

  const subscriptions = read('AZURE_SUBSCRIPTION_IDS', [], readSubscriptionIds)
  const resourceManagerUrl = endpoint('AZURE_RESOURCE_MANAGER_URL') ?? PUBLIC_RESOURCE_MANAGER
  const identitiesFile = values.AZURE_IDENTITIES_FILE?.trim() ?? ''
  const { identities, ...identitiesRead } =
    identitiesFile === '' ? { identities: [], faults: [], warnings: [] } : parseIdentitiesFile(identitiesFile, root)
  faults.push(...identitiesRead.faults.map((fault) => `AZURE_IDENTITIES_FILE: ${fault}`))
  const estate = read('PEERWATCH_ESTATE', null, (text) => readChoice(text, ['simulator', 'azure']))

  const smtpUrl = read('SMTP_URL', null, readSmtpUrl)
  const smtpFrom = read('SMTP_FROM', null, parseMailFromVariable)

  const imapUrl = read('IMAP_URL', null, readImapUrl)
  const imapFrom = read('IMAP_FROM', null, readSenders)
  const imapServer = read('IMAP_AUTHSERV_ID', null, readAuthservId)

  const host = read('HOST', '127.0.0.1', parseListenHostVariable)
  const demo = estate === 'simulator' || (estate === null && subscriptions.length === 0 && identitiesFile === '')
  const ofNobody = demo && isLoopbackHost(host) ? 'open' : 'required'
  const access: EnvironmentSettings['access'] = read('ACCESS', ofNobody, (text) =>
    readChoice(text, ['open', 'required']),
  )
  if (isWildcardHost(host) && !given('PUBLIC_URL')) {
    faults.push('PUBLIC_URL: missing, though HOST is every address of this machine: give the one that people use')
  }

  const fileOf = (name: string) => read(name, null, (text) => ({ value: path.resolve(root, text) }))
  const [certFile, keyFile] = [fileOf('TLS_CERT_FILE'), fileOf('TLS_KEY_FILE')]
  if ((certFile === null) !== (keyFile === null))
    faults.push(
      `${certFile === null ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE'}: missing: give certificate and key, or neither`,
    )

  const issuer = endpoint('OIDC_ISSUER', { example: 'https://login.microsoftonline.com/<tenant>/v2.0' })
  const clientId = read('OIDC_CLIENT_ID', null, (text) => ({ value: text }))
  const clientSecret = read('OIDC_CLIENT_SECRET', null, (text) => ({ value: text }))
  const roleClaim = read('OIDC_ROLE_CLAIM', 'roles', parseTokenClaimNameVariable)
  const signInEveryMs = read('OIDC_SIGN_IN_EVERY', 30 * DAY, (text) => readDuration(text, SIGN_IN))
  const { telemetry, warnings: ofTelemetry } = readTelemetry(read)

  const collector = read('BGP_LISTEN', null, parseListenAddressVariable)
  const bgpAsn = read('BGP_ASN', null, (text) => readInteger(text, { min: 1, max: 2 ** 32 - 1 }))
  const holdMs = read('BGP_HOLD_TIME', 9 * SECOND, readHoldTime)

  const settings: EnvironmentSettings = {
    databaseUrl: read('DATABASE_URL', null, readDatabaseUrl),
    databaseMigrateUrl: read('DATABASE_MIGRATE_URL', null, readDatabaseUrl),
    databaseReadUrl: read('DATABASE_READ_URL', null, readDatabaseUrl),
    databaseListenUrl: read('DATABASE_LISTEN_URL', null, readDatabaseUrl),
    databaseAdminUrl: read('DATABASE_ADMIN_URL', null, readDatabaseUrl),
    databaseProductRoles: read('DATABASE_PRODUCT_ROLES', [], readRoles),
    databaseAuth: read('DATABASE_AUTH', 'password', (text) => readChoice(text, ['password', 'entra'])),
    dataDir: path.resolve(root, values.DATA_DIR?.trim() || '.data'),
    host,
    port: read('PORT', 3000, (text) => readInteger(text, { min: 1, max: 65_535 })),
    access,
    oidc:
      issuer !== null && clientId !== null && clientSecret !== null
        ? { issuer, clientId, clientSecret, roleClaim, signInEveryMs }
        : null,
    demo,
    azure: {
      subscriptions,
      resourceManagerUrl,
      isPublicCloud: resourceManagerUrl === PUBLIC_RESOURCE_MANAGER,
      monitorMetricsUrl: endpoint('AZURE_MONITOR_METRICS_URL'),
      retailPricesUrl: endpoint('AZURE_RETAIL_PRICES_URL'),
      apiVersion: read('AZURE_API_VERSION', null, readApiVersion),
      countsPosts: read('ARM_COUNTS_POSTS', 'learn', (text) => readChoice(text, ['learn', 'yes', 'no'])),
      identities,
    },
    poll: {
      sessionsMs: poll('POLL_SESSIONS_EVERY', MINUTE),
      circuitsMs: poll('POLL_CIRCUITS_EVERY', MINUTE),
      routesMs: poll('POLL_ROUTES_EVERY', 5 * MINUTE),
      inventoryMs: poll('POLL_INVENTORY_EVERY', 10 * MINUTE),
      metricsMs: poll('POLL_METRICS_EVERY', 5 * MINUTE),
      activityMs: poll('POLL_ACTIVITY_EVERY', 5 * MINUTE),
    },
    startWithinMs: read('START_WITHIN', 5 * MINUTE, (text) => readDuration(text, START)),
    retain: { rawMs: retention('RETAIN_RAW', 14 * DAY), historyMs: retention('RETAIN_HISTORY', 400 * DAY) },
    billingGbBytes: read('BILLING_GB_BYTES', 1_000_000_000, (text) =>
      readInteger(text, { min: 1_000_000_000, max: 1_073_741_824 }),
    ),
    log: {
      level: read('LOG_LEVEL', 'info', (text) => readChoice(text, LOG_LEVELS)),
      format: read('LOG_FORMAT', null, (text) => readChoice(text, LOG_FORMATS)),
    },
    publicUrl: endpoint('PUBLIC_URL', { plain: true, root: true, example: 'https://peerwatch.example.com' }),
    tls: certFile !== null && keyFile !== null ? { certFile, keyFile } : null,
    trustProxy: read('TRUST_PROXY', 'no', (text) => readChoice(text, ['yes', 'no'])) === 'yes',
    mail: smtpUrl !== null && smtpFrom !== null ? { url: smtpUrl, from: smtpFrom } : null,
    mailbox:
      imapUrl !== null && imapFrom !== null
        ? { url: imapUrl, from: imapFrom, authservId: imapServer ?? new URL(imapUrl).hostname }
        : null,
    alerting: {
      proofEveryMs: read('PROOF_EVERY', 10 * MINUTE, readProofInterval),
      proofUrl: endpoint('PROOF_URL', { plain: true, root: true, example: 'http://127.0.0.1:3000' }),
      heartbeatUrl: read('HEARTBEAT_URL', null, readHeartbeatUrl),
      heartbeatEveryMs: read('HEARTBEAT_EVERY', 5 * MINUTE, (text) => readDuration(text, WATCH)),
    },
    outboundAllow: read('OUTBOUND_ALLOW', [], readOutboundAllow),
    routers: {
      bmp: read('BMP_LISTEN', null, parseListenAddressVariable),
      syslog: read('SYSLOG_LISTEN', null, parseListenAddressVariable),
      bgp: collector && bgpAsn !== null ? { ...collector, asn: bgpAsn, holdSeconds: holdMs / SECOND } : null,
      neighbors: read('BGP_NEIGHBORS', [], readNeighbors),
      allow: read('ROUTERS_ALLOW', [], parseIpNetworksVariable),
    },
    secretsKey: read('SECRETS_KEY', null, readSecretsKey),
    telemetry,
    simulatorProfile: read('PEERWATCH_SIMULATOR_PROFILE', 'quick', (text) => readChoice(text, ['quick', 'azure'])),
    simulatorControlUrl: endpoint('PEERWATCH_SIMULATOR_CONTROL_URL'),
    warnings: [...identitiesRead.warnings.map((warning) => `AZURE_IDENTITIES_FILE: ${warning}`), ...ofTelemetry],
  }

  for (const name of ['DATABASE_MIGRATE_URL', 'DATABASE_READ_URL', 'DATABASE_LISTEN_URL', 'DATABASE_ADMIN_URL']) {
    if (given(name) && !given('DATABASE_URL')) faults.push(`${name}: set without DATABASE_URL: give both, or neither`)
  }
  if (settings.tls && !settings.publicUrl?.startsWith('https:'))
    faults.push('PUBLIC_URL: give the https address that the certificate of TLS_CERT_FILE is for')
  settings.warnings.push(...plainTextWarnings(settings))
  faults.push(...addressFaults(settings))
  if (settings.databaseAuth === 'entra') faults.push(...entraFaults(settings))

  if (collector && !given('BGP_ASN')) {
    faults.push(
      'BGP_ASN: missing, though BGP_LISTEN is set: give the ASN that routers know Peerwatch by, such as 64999, and none of theirs, so that their policy for eBGP holds',
    )
  }
  const { bmp, syslog } = settings.routers
  const exposed = [
    collector && !isLoopbackHost(collector.host) && 'BGP_LISTEN',
    bmp && !isLoopbackHost(bmp.host) && 'BMP_LISTEN',
    syslog && !isLoopbackHost(syslog.host) && 'SYSLOG_LISTEN',
  ]
  const reachable = exposed.find(Boolean)
  if (reachable && !given('ROUTERS_ALLOW')) {
    faults.push(
      `ROUTERS_ALLOW: missing, though ${reachable} is reachable from other machines: list the routers, such as 10.20.0.1, 10.20.1.0/24`,
    )
  }

  // the library @azure/identity reads these variables itself. They are checked here too, because its error would appear
  // minutes later, at a place that does not show the cause
  read('AZURE_TENANT_ID', null, readTenant)
  read('AZURE_CLIENT_ID', null, readGuid)
  endpoint('AZURE_AUTHORITY_HOST', { example: 'https://login.microsoftonline.com' })
  endpoint('IDENTITY_ENDPOINT', { linkLocal: true, example: 'http://169.254.169.254/metadata/identity/oauth2/token' })
  if (given('IDENTITY_ENDPOINT') && !given('IDENTITY_HEADER') && !given('IMDS_ENDPOINT')) {
    faults.push('IDENTITY_HEADER: missing, though IDENTITY_ENDPOINT is set: give both, or neither')
  }
  if (given('AZURE_CLIENT_SECRET') && !(given('AZURE_TENANT_ID') && given('AZURE_CLIENT_ID'))) {
    faults.push('AZURE_CLIENT_SECRET: set without AZURE_TENANT_ID and AZURE_CLIENT_ID: give all three, or none')
  }
  const ofOidc = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']
  const lacking = ofOidc.filter((name) => !given(name))
  if (lacking.length > 0 && [...ofOidc, 'OIDC_ROLE_CLAIM', 'OIDC_SIGN_IN_EVERY'].some(given)) {
    faults.push(`${lacking[0]}: missing, though sign-in by OpenID Connect is set: give ${ofOidc.join(', ')}, or none`)
  }
  for (const pair of [
    ['SMTP_URL', 'SMTP_FROM'],
    ['IMAP_URL', 'IMAP_FROM'],
  ]) {
    const [set, ...further] = pair.filter(given)
    const missing = pair.find((name) => !given(name))
    if (set !== undefined && further.length === 0)
      faults.push(`${missing}: missing, though ${set} is set: give both, or neither`)
  }
  return faults.length > 0 ? { ok: false, settings, values, faults } : { ok: true, settings, values }
}

/** Parses the hold time of BGP (RFC 4271, section 4.2): whole seconds, at least 3. */
function readHoldTime(text: string): ParsedEnvironmentVariable<number> {
  const read = readDuration(text, HOLD)
  return 'value' in read && read.value % SECOND !== 0 ? { fault: `${text} is no whole number of seconds` } : read
}

/**
 * Returns the faults of database addresses that are valid, but not suitable. For example, an address for notifications
 * must not lead to a pooler.
 */
function addressFaults({ databaseUrl, databaseMigrateUrl, databaseListenUrl }: EnvironmentSettings) {
  const writing: [name: string, url: string | null][] = [
    ['DATABASE_URL', databaseUrl],
    ['DATABASE_MIGRATE_URL', databaseMigrateUrl],
    ['DATABASE_LISTEN_URL', databaseListenUrl],
  ]
  const faults = writing.flatMap(([name, url]) => {
    const fault = url === null ? null : findWriteFault(url)
    if (fault !== null) return `${name}: ${fault}`
    return url !== null && url !== databaseUrl && parseDatabaseAddress(url).isPooled
      ? `${name}: has pgbouncer=true, and needs a session of its own: give the server's own address`
      : []
  })
  if (databaseUrl !== null && databaseListenUrl === null && parseDatabaseAddress(databaseUrl).isPooled) {
    faults.push(
      "DATABASE_LISTEN_URL: missing, though DATABASE_URL has pgbouncer=true: give the server's own address, because a pooler passes no notifications on",
    )
  }
  return faults
}

/**
 * Returns warnings about settings that send data unencrypted. `sslmode=disable` causes no warning, because it is an
 * explicit choice for a private network.
 */
function plainTextWarnings(settings: EnvironmentSettings): string[] {
  const { host, publicUrl, databaseUrl, databaseMigrateUrl, databaseReadUrl, databaseListenUrl } = settings
  const isPlain =
    publicUrl === null
      ? !isLoopbackHost(host)
      : publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)
  const name = publicUrl === null ? 'HOST' : 'PUBLIC_URL'
  const unencrypted = Object.entries({
    DATABASE_URL: databaseUrl,
    DATABASE_MIGRATE_URL: databaseMigrateUrl,
    DATABASE_READ_URL: databaseReadUrl,
    DATABASE_LISTEN_URL: databaseListenUrl,
  }).filter(([, url]) => url !== null && parseDatabaseAddress(url).hosts.some(isUnencrypted))
  return [
    ...(isPlain
      ? [
          `${name}: plain http beyond this machine: passwords, cookies and tokens can be read in transit. Let a proxy speak https, or set TLS_CERT_FILE and TLS_KEY_FILE`,
        ]
      : []),
    ...unencrypted.map(
      ([variable]) =>
        `${variable}: leads to another machine without TLS: add sslmode=verify-full, or sslmode=disable where nobody else is on that network`,
    ),
  ]
}

function isUnencrypted(address: string): boolean {
  const { hostname, searchParams } = new URL(address)
  const host = searchParams.get('host') ?? hostname
  if (host === '' || host.startsWith('/') || isLoopbackHost(host.replace(/^\[(.*)\]$/, '$1'))) return false
  const mode = searchParams.get('sslmode')
  return mode === 'allow' || (mode === null && !searchParams.has('ssl'))
}

/**
 * Returns the faults of database addresses that cannot be used with a token. The connection must use TLS (except to
 * this machine), and the address must contain the role and no password.
 */
function entraFaults({
  databaseUrl,
  databaseMigrateUrl,
  databaseReadUrl,
  databaseListenUrl,
  demo,
}: EnvironmentSettings) {
  if (databaseUrl === null)
    return ['DATABASE_AUTH: entra without DATABASE_URL: name the server, or leave DATABASE_AUTH out']
  if (demo)
    return ['DATABASE_AUTH: entra, but the demo has none of your identities: name subscriptions, or use a password']
  const given: [name: string, url: string | null][] = [
    ['DATABASE_URL', databaseUrl],
    ['DATABASE_MIGRATE_URL', databaseMigrateUrl],
    ['DATABASE_READ_URL', databaseReadUrl],
    ['DATABASE_LISTEN_URL', databaseListenUrl],
  ]
  return given.flatMap(([name, url]) => {
    const fault = url === null ? null : tokenFault(url)
    return fault === null ? [] : `${name}: ${fault}`
  })
}

function tokenFault(url: string): string | null {
  if (getUrlPassword(url) !== '') return 'has a password, though DATABASE_AUTH is entra: leave it out'
  for (const host of parseDatabaseAddress(url).hosts) {
    const { hostname, username, searchParams } = new URL(host)
    if (username === '' && !searchParams.get('user')) return 'names no user: give the role of the identity'
    const isLocal = hostname === '' || isLoopback(hostname)
    if (!isLocal && !ENCRYPTED.includes(searchParams.get('sslmode') ?? ''))
      return 'would send a token unencrypted: add sslmode=verify-full'
  }
  return null
}

/** Values of sslmode with which pg encrypts the connection and checks the certificate. */
const ENCRYPTED = ['require', 'verify-ca', 'verify-full']

function readDotenv(root: string): ReturnType<typeof parseDotenv> {
  try {
    return parseDotenv(readFileSync(path.join(root, '.env'), 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      values: {},
      faults: code === 'ENOENT' ? [] : [`.env can't be read (${code}): make it a file that you may read, or remove it`],
    }
  }
}

const readProofInterval = (text: string): ParsedEnvironmentVariable<number | null> =>
  text === 'off' ? { value: null } : readDuration(text, WATCH)

/**
 * Parses the address of the external monitor that receives the heartbeat. The fault does not contain the address,
 * because the part after the host is secret.
 */
function readHeartbeatUrl(text: string): ParsedEnvironmentVariable<string> {
  const isSecure = URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol)
  return isSecure ? { value: text } : { fault: 'is not an address: write it like https://hc-ping.com/<uuid>' }
}
