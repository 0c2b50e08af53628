import type { ApiPollKindInterval, SetupFindings } from '../api/shared-facts.ts'

/** States of a setup check. `skip`: the check could not be made yet; the result's `detail` contains the reason. */
export const setupStates = ['pass', 'warn', 'fail', 'skip'] as const
export type SetupState = (typeof setupStates)[number]

interface SetupCheckRecord {
  title: string
  /** condition that the check requires, in one sentence */
  about: string
}

/**
 * All setup checks, in their order: a check depends only on earlier ones. `npm run doctor` and the page Setup show them
 * (ADR 0117).
 */
export const setupCheckRecords = {
  node: { title: 'Node', about: 'Peerwatch needs Node 24 or later; the start installs it if Node is older.' },
  environment: { title: 'Environment', about: 'Every variable of the environment and of .env can be read.' },
  packages: { title: 'Packages', about: 'The packages of package-lock.json are installed.' },
  disk: { title: 'Disk', about: 'DATA_DIR can be written to and has room for the history.' },
  database: { title: 'Database', about: 'PostgreSQL answers, is 15 or later, and has this version’s tables.' },
  databaseRole: { title: 'Database role', about: 'The role of DATABASE_URL may write rows.' },
  collation: {
    title: 'Collation',
    about: 'The database’s indexes were made with the collation version that the system has now.',
  },
  proxy: { title: 'Proxy', about: 'Only the configured reverse proxy is trusted.' },
  certificate: { title: 'Certificate', about: 'The certificate of the web (TLS_CERT_FILE) does not expire soon.' },
  clockDatabase: {
    title: 'Clock: database',
    about: 'The clocks of the database (used by leases) and of this machine (used by samples) agree.',
  },
  login: { title: 'Sign-in', about: 'The identity gets a token.' },
  arm: { title: 'Azure Resource Manager', about: 'Azure’s management endpoint answers.' },
  clockAzure: { title: 'Clock: Azure', about: 'Azure refuses tokens when clocks differ by minutes.' },
  apiVersion: { title: 'API version', about: 'Azure serves a version of Microsoft.Network that Peerwatch reads.' },
  subscriptions: { title: 'Subscriptions', about: 'The identity sees the subscriptions that are to be polled.' },
  found: { title: 'Resources', about: 'Gateways, circuits, connections and hubs were found.' },
  rights: { title: 'Rights', about: 'The identity has every action that the polls need.' },
  metrics: { title: 'Metrics', about: 'Azure Monitor answers.' },
  prices: { title: 'Prices and bills', about: 'Every row of the price list and of the bills could be used.' },
  intervals: { title: 'Intervals', about: 'The configured intervals fit what Azure needs and allows at this size.' },
} as const satisfies Record<string, SetupCheckRecord>

export type SetupCheckId = keyof typeof setupCheckRecords

/** Ids of all setup checks, in their order. */
export const setupCheckIds = Object.keys(setupCheckRecords) as SetupCheckId[]

export type { ApiPollKindInterval }

/** Result of one setup check. `detail` is one sentence; `lines` contain more information. */
export interface SetupResult extends SetupFindings {
  id: SetupCheckId
  state: SetupState
}

type More = Partial<Omit<SetupFindings, 'detail'>>

/** Returns the result of a setup check. Findings that the caller omits are empty or null. */
export function createSetupResult(id: SetupCheckId, state: SetupState, detail: string, more: More = {}): SetupResult {
  return { id, state, detail, lines: [], intervals: null, remedy: null, commands: [], ...more }
}
