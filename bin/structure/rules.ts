/**
 * Who may import whom (docs/architecture.md). `lib/x` is written `x`. Below, everything that a capability may import from our own
 * tree, beside itself.
 */
const FACTS = ['bgp', 'contract', 'platform']
/** What a room may stand on: the ground, the spine, and what every question needs. */
const BELOW = [...FACTS, 'azure', 'history', 'detection', 'questions']

/**
 * The schemas, parameters and endpoints of each room (`lib/<room>/api`), and the list of all (`lib/api`): safe for browsers, and without
 * what answers them. A room may import the `api` of a room that it may import; whoever has `api` in its list may import all of them.
 */
export const API = /^lib\/(?:([a-z]+)\/)?(?:api|words)\//

/** The rooms, each after those that it may ask. A room that asks another one names it here; of `x/api` it may use the types and schemas. */
const ROOMS = {
  access: ['api'],
  declarations: [],
  sessions: ['circuits/api'],
  networks: ['routes/api'],
  routers: [],
  notify: ['cost/api', 'incidents/api', 'resilience/api'],
  // a message about an incident is sent by notify
  incidents: ['access', 'notify'],
  // the links that it proves
  alerting: ['incidents', 'notify', 'poller'],
  // what is read from an address is read through the guard of notifications
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
  // what a plan does to the model, to checks and to cost
  plan: ['circuits', 'cost', 'gateways', 'incidents', 'resilience', 'sessions'],
  reports: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'notify', 'sessions'],
  // The first contact is checked by the same polls that the plan would make; a back-test folds what routers reported.
  setup: ['alerting', 'circuits', 'cost', 'gateways', 'notify', 'poller', 'reports', 'routers', 'sessions'],
  overview: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'resilience', 'sessions', 'setup'],
} as const
const EVERY_ROOM = Object.keys(ROOMS)

export const MAY_IMPORT: Record<string, readonly string[]> = {
  ...Object.fromEntries(Object.entries(ROOMS).map(([room, asked]) => [room, [...BELOW, ...asked]])),
  bgp: [],
  contract: ['bgp'],
  platform: ['bgp'],
  // of a room or of all
  api: ['bgp', 'contract'],
  // A program of its own, far from the database: it knows the API's words only.
  client: ['bgp', 'contract', 'api'],
  detection: ['bgp', 'contract'],
  azure: FACTS,
  history: FACTS,
  questions: BELOW,
  // the list of the rooms
  capabilities: EVERY_ROOM,
  // all that they answer and do
  table: ['capabilities', 'history', 'questions'],
  poller: [...FACTS, 'azure', 'history', 'detection'],
  // Sees what the client exchanges with Azure; nothing of the product reads a recording.
  recording: [...FACTS, 'azure', 'poller'],
  // A second Azure: it may share words and sums with the product, never what reads Azure or keeps it.
  simulator: FACTS,
  components: ['bgp', 'contract', 'api'],
  app: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'components'],
  bin: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'recording', 'simulator', 'lab', 'client'],
  lab: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'simulator'],
}

/**
 * Capabilities that are built in floors, and what each floor may import beside itself. A folder belongs to the floor with the longest
 * name that holds it. What lies in no floor is the capability's index, which nothing inside imports.
 */
const PURE = ['verdict', 'churn']
const GROUP = [...PURE, 'model', 'headroom']
export const FLOORS: Record<string, Readonly<Record<string, readonly string[]>>> = {
  // a process of its own, which asks the rest of its room nothing
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

/** Packages that belong to some capabilities; a pattern matches the package's name. */
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
    // A transaction's client is handed through; what is asked of it is not written there.
    typesAreFine: true,
  },
  { pattern: /^(better-auth|@better-auth\/.*|better-call)$/, only: ['access'], instead: 'ask lib/access' },
  {
    pattern: /^(vitest|fast-check|@playwright\/test)$/,
    only: ['lab'],
    instead: 'keep test tools in tests and benches',
  },
]

/** Capabilities whose files may hold SQL anywhere. */
export const SQL_ANYWHERE = ['history', 'platform', 'lab']
/** In every room, and with what every question needs. */
export const STORE_FOLDER = /^lib\/[a-z]+\/store\//

const STATEMENT =
  /^\s*(?:SELECT\s[\s\S]+\sFROM\s|SELECT\s+\w+\(|INSERT\s+INTO\s|UPDATE\s+\S+\s+(?:AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|WITH\s+(?:RECURSIVE\s+)?\w+\s+(?:\([^)]*\)\s+)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(|CREATE\s+(?:TABLE|INDEX|FUNCTION)\s|ALTER\s+TABLE\s|TRUNCATE\s+TABLE\s|BEGIN\s*$)/i

/** Whether a text is a statement, by its beginning. `Select` with a capital begins a sentence. */
export function isSql(text: string): boolean {
  return !/^\s*[A-Z][a-z]/.test(text) && STATEMENT.test(text)
}

export const RAW_QUERIES = new Set(['$queryRaw', '$queryRawUnsafe', '$executeRaw', '$executeRawUnsafe'])

/** Files that only run under test, or build fixtures for what does. They may import what they test with. */
export function isTestFile(file: string): boolean {
  return (
    /\.test\.tsx?$/.test(file) ||
    /(^|\/)(testing\.ts$|(testing|testdata|fixtures)\/)/.test(file) ||
    file.startsWith('e2e/')
  )
}

/** The capability that a file belongs to: `lib/azure/x.ts` → `azure`; instrumentation.ts and proxy.ts are the web's. */
export function capabilityOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  // contract is the ground of all rooms' words, and stays one unit
  if (API.test(file) && second !== 'contract') return 'api'
  if (first === 'lib') return second.replace(/\.ts$/, '')
  // a second Azure of its own: what plays and measures with it is the rest of the lab
  if (first === 'lab' && second === 'simulator') return second
  return file.includes('/') ? first : 'app'
}

/** The floor that a file of a capability in floors lies in; null = in none. */
function floorOf(file: string): string | null {
  const capability = capabilityOf(file)
  const inside = file.slice(`lib/${capability}/`.length)
  const floors = Object.keys(FLOORS[capability] ?? {}).filter((floor) => inside.startsWith(`${floor}/`))
  return floors.toSorted((a, b) => b.length - a.length)[0] ?? null
}

/** What is wrong with an import within one capability; null = nothing. */
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
