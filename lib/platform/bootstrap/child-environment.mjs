/** What a credential could be made of. None of it may reach the demo, whose Azure is a program on this machine. */
const CREDENTIALS = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_USERNAME',
  'AZURE_PASSWORD',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_ADDITIONALLY_ALLOWED_TENANTS',
  'AZURE_TOKEN_CREDENTIALS',
  'IDENTITY_SERVER_THUMBPRINT',
  'IMDS_ENDPOINT',
  'MSI_ENDPOINT',
  'MSI_SECRET',
]

/** A newcomer wants to see something move, and the simulator has no rate limit to respect. */
const DEMO_INTERVALS = {
  POLL_SESSIONS_EVERY: '5s',
  POLL_CIRCUITS_EVERY: '5s',
  POLL_ROUTES_EVERY: '5s',
  POLL_INVENTORY_EVERY: '30s',
  POLL_METRICS_EVERY: '60s',
  POLL_ACTIVITY_EVERY: '30s',
}

/**
 * The environment of worker and web.
 * @param {object} options
 * @param {Record<string, string>} options.values what the user set, `.env` included
 * @param {import('../environment.mjs').Settings} options.settings
 * @param {string} options.databaseUrl
 * @param {{ url: string, identityHeader: string } | null} options.simulator null = the real Azure
 * @param {'pretty' | 'json'} options.logFormat
 * @returns {Record<string, string>}
 */
export function childEnvironment({ values, settings, databaseUrl, simulator, logFormat }) {
  const environment = {
    ...values,
    DATABASE_URL: databaseUrl,
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    LOG_LEVEL: settings.log.level,
    LOG_FORMAT: logFormat,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PEERWATCH_ESTATE: simulator ? 'simulator' : 'azure',
  }
  if (!simulator) return environment
  for (const name of CREDENTIALS) delete (/** @type {Record<string, string>} */ (environment)[name])
  for (const [name, interval] of Object.entries(DEMO_INTERVALS)) {
    const own = values[name]?.trim()
    Object.assign(environment, { [name]: own ? own : interval })
  }
  return {
    ...environment,
    AZURE_SUBSCRIPTION_IDS: '*',
    AZURE_RESOURCE_MANAGER_URL: simulator.url,
    AZURE_RETAIL_PRICES_URL: `${simulator.url}/api/retail/prices`,
    AZURE_MONITOR_METRICS_URL: simulator.url,
    IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
    IDENTITY_HEADER: simulator.identityHeader,
  }
}

/** What another process of the same instance needs (`npm run worker` by hand) and can't know. */
const SHARED = [
  'DATABASE_URL',
  'PEERWATCH_ESTATE',
  'AZURE_SUBSCRIPTION_IDS',
  'AZURE_RESOURCE_MANAGER_URL',
  'AZURE_RETAIL_PRICES_URL',
  'AZURE_MONITOR_METRICS_URL',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  ...Object.keys(DEMO_INTERVALS),
]

/**
 * @param {Record<string, string>} environment of the children
 * @returns {Record<string, string>}
 */
export function sharedEnvironment(environment) {
  return Object.fromEntries(SHARED.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
}
