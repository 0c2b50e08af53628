/**
 * The allowed imports between capabilities, which are the folders of lib and the other top-level folders
 * (docs/architecture.md). `lib/x` is written `x`. Each list names everything that a capability may import from the
 * repository, in addition to itself.
 */
const FACTS = ['bgp', 'contract', 'platform']
/** Capabilities that every room (feature folder of lib) may import. */
const BELOW = [...FACTS, 'azure', 'history', 'detection', 'questions']

/**
 * The schemas, parameters and endpoints of each room (`lib/<room>/api`), and the list of all (`lib/api`). They are safe
 * for browsers and do not include the code that answers them. A room may import the `api` of every room that it may
 * import; a capability with `api` in its list may import all of them.
 */
export const API = /^lib\/(?:([a-z]+)\/)?(?:api|words)\//

/** The rooms, each listed after the rooms that it may import. `x/api` allows only the types and schemas of room x. */
const ROOMS = {
  access: ['api'],
  declarations: [],
  sessions: ['circuits/api'],
  networks: ['routes/api'],
  routers: [],
  notify: ['cost/api', 'incidents/api', 'resilience/api'],
  // incidents may import notify, because it sends its messages through notify
  incidents: ['access', 'notify'],
  // alerting may import these rooms, because it tests the delivery of messages end to end
  alerting: ['incidents', 'notify', 'poller'],
  // maintenance may import notify, because it fetches addresses through the outbound guard of notify
  maintenance: ['declarations', 'notify'],
  customers: ['incidents', 'sessions'],
  usage: ['sessions'],
  circuits: ['gateways/api', 'incidents', 'networks', 'sessions', 'usage'],
  gateways: ['circuits', 'incidents', 'routes/api', 'sessions', 'usage'],
  routes: ['gateways', 'incidents', 'networks', 'sessions', 'usage'],
  resilience: [
    'access',
    'circuits',
    'declarations',
    'gateways',
    'incidents',
    'networks',
    'notify',
    'overview/api',
    'routes',
    'sessions',
  ],
  cost: ['notify', 'resilience'],
  // plan may import these rooms, because it computes the effects of a plan on routes, on checks and on cost
  plan: ['circuits', 'cost', 'gateways', 'incidents', 'resilience', 'sessions'],
  reports: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'notify', 'sessions'],
  // setup plans polls with poller to check a first contact, and runs back-tests on the reports of routers
  setup: ['alerting', 'circuits', 'cost', 'gateways', 'notify', 'poller', 'reports', 'routers', 'sessions'],
  overview: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'resilience', 'sessions', 'setup'],
} as const
const EVERY_ROOM = Object.keys(ROOMS)

export const MAY_IMPORT: Record<string, readonly string[]> = {
  ...Object.fromEntries(Object.entries(ROOMS).map(([room, asked]) => [room, [...BELOW, ...asked]])),
  bgp: [],
  contract: ['bgp'],
  platform: ['bgp'],
  // `api` means the API schemas of one room or of all rooms; they may import only these two capabilities
  api: ['bgp', 'contract'],
  // The client is a separate program without access to the database, so it may import only the API's schemas.
  client: ['bgp', 'contract', 'api'],
  detection: ['bgp', 'contract'],
  azure: FACTS,
  history: FACTS,
  questions: BELOW,
  // capabilities may import every room, because lib/capabilities.ts lists all rooms
  capabilities: EVERY_ROOM,
  // table collects the answers and jobs of all rooms through `capabilities` (lib/table.ts)
  table: ['capabilities', 'history', 'questions'],
  poller: [...FACTS, 'azure', 'history', 'detection'],
  // recording sees the Azure client's requests and responses. The product itself never reads a recording.
  recording: [...FACTS, 'azure', 'poller'],
  // The simulator imitates Azure. It may share terms and calculations with the product, but not the code that reads or
  // stores Azure's data.
  simulator: FACTS,
  components: ['bgp', 'contract', 'api'],
  app: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'components'],
  bin: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'recording', 'simulator', 'lab', 'client'],
  lab: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'simulator'],
}

/**
 * Capabilities that are divided into floors (layers), and the floors that each floor may import in addition to itself.
 * A folder belongs to the floor with the longest matching name. Files outside of any floor are the capability's index,
 * which no file in a floor may import.
 */
const PURE = ['verdict', 'churn']
const GROUP = [...PURE, 'model', 'headroom']
export const FLOORS: Record<string, Readonly<Record<string, readonly string[]>>> = {
  // The layer `bmp` runs as a separate process and may not import the rest of `routers`.
  routers: { bmp: [] },
  detection: {
    verdict: [],
    churn: [],
    model: PURE,
    headroom: ['model'],
    source: [...PURE, 'model'],
    'group/facts': GROUP,
    'group/rules': [...GROUP, 'group/facts'],
    'group/correlate': [...GROUP, 'group/facts', 'group/rules'],
    group: [...GROUP, 'group/facts', 'group/rules', 'group/correlate'],
    reads: [...GROUP, 'group', 'group/facts', 'group/rules', 'group/correlate'],
    watchdog: [...GROUP, 'source', 'group', 'group/correlate'],
    cost: [...GROUP, 'group', 'group/correlate'],
  },
}

/** Packages that only some capabilities may import; a pattern matches the package's name. */
export const PACKAGES: { pattern: RegExp; only: readonly string[]; instead: string; typesAreFine?: boolean }[] = [
  { pattern: /^@azure(-rest)?\//, only: ['azure'], instead: 'ask lib/azure' },
  {
    pattern: /^(react|react-dom|next)$/,
    only: ['app', 'components', 'bin'],
    instead: 'keep lib free of the web framework',
  },
  {
    pattern: /^(pg|postgres|@prisma\/.*)$/,
    only: ['platform', 'history', 'notify', 'access', 'lab'],
    instead: 'ask lib/history, or a function of lib/platform',
    // types are allowed everywhere, because functions may receive a transaction's client and pass it on without running
    // queries
    typesAreFine: true,
  },
  { pattern: /^(better-auth|@better-auth\/.*|better-call)$/, only: ['access'], instead: 'ask lib/access' },
  {
    pattern: /^(vitest|fast-check|@playwright\/test)$/,
    only: ['lab'],
    instead: 'keep test tools in tests and benches',
  },
]

/** Capabilities in which every file may contain SQL. */
export const SQL_ANYWHERE = ['history', 'platform', 'lab']
/** Store folders of rooms and of `questions`, whose files may contain SQL. */
export const STORE_FOLDER = /^lib\/[a-z]+\/store\//

const STATEMENT =
  /^\s*(?:SELECT\s[\s\S]+\sFROM\s|SELECT\s+\w+\(|INSERT\s+INTO\s|UPDATE\s+\S+\s+(?:AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|WITH\s+(?:RECURSIVE\s+)?\w+\s+(?:\([^)]*\)\s+)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(|CREATE\s+(?:TABLE|INDEX|FUNCTION)\s|ALTER\s+TABLE\s|TRUNCATE\s+TABLE\s|BEGIN\s*$)/i

/**
 * Reports whether a text begins like an SQL statement. A text that begins with a capitalized word such as `Select` is a
 * sentence.
 */
export function isSql(text: string): boolean {
  return !/^\s*[A-Z][a-z]/.test(text) && STATEMENT.test(text)
}

export const RAW_QUERIES = new Set(['$queryRaw', '$queryRawUnsafe', '$executeRaw', '$executeRawUnsafe'])

/** Reports whether a file runs only in tests or creates fixtures for tests. Such files may import test tools. */
export function isTestFile(file: string): boolean {
  return (
    /\.test\.tsx?$/.test(file) ||
    /(^|\/)(testing\.ts$|(testing|testdata|fixtures)\/)/.test(file) ||
    file.startsWith('e2e/')
  )
}

/**
 * Returns the capability that a file belongs to: `lib/azure/x.ts` → `azure`; instrumentation.ts and proxy.ts belong to
 * `app`.
 */
export function capabilityOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  // lib/contract is shared by all rooms, so its subfolders named `api` or `words` belong to `contract` and not to `api`
  if (API.test(file) && second !== 'contract') return 'api'
  if (first === 'lib') return second.replace(/\.ts$/, '')
  // the simulator is a separate capability, because the rest of the lab uses it
  if (first === 'lab' && second === 'simulator') return second
  return file.includes('/') ? first : 'app'
}

/** Returns the floor of a file in a capability that is divided into floors; null = outside of any floor. */
function floorOf(file: string): string | null {
  const capability = capabilityOf(file)
  const inside = file.slice(`lib/${capability}/`.length)
  const floors = Object.keys(FLOORS[capability] ?? {}).filter((floor) => inside.startsWith(`${floor}/`))
  return floors.toSorted((a, b) => b.length - a.length)[0] ?? null
}

/** Returns the fault of an import between two layers of one capability; null = no fault. */
export function floorFault(from: string, to: string): string | null {
  const floor = floorOf(from)
  const target = floorOf(to)
  if (floor === null || floor === target) return null
  const allowed = FLOORS[capabilityOf(from)]?.[floor] ?? []
  if (target !== null && allowed.includes(target)) return null
  return `the floor ${floor} may import ${allowed.join(', ') || 'no other floor'}`
}

/** Packages that the user of this project chose. The product must import each (ADR 0123). */
export const CHOSEN_PACKAGES: readonly string[] = [
  'next',
  'react',
  '@azure/arm-network',
  '@azure/identity',
  '@tanstack/react-query',
  'recharts',
  '@prisma/adapter-pg',
  '@playwright/test',
]
