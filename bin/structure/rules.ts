/** Folders without feature logic, which most other folders may import. */
const FACTS = ['bgp', 'contract', 'platform']
/** The folders that every feature module (a folder of lib such as `incidents`) may import. */
const BELOW = [...FACTS, 'azure', 'history', 'detection', 'questions']

/**
 * Matches files with API schemas or texts for browsers: the folders `api` and `words` of each feature module, and
 * `lib/api` with the list of all schemas. They do not include the code that answers requests, so that browsers may load
 * them. A feature module may import these files of every module that it may import. A folder whose list of allowed
 * imports contains `api` may import these files of all modules.
 */
export const API_FILE_PATTERN = /^lib\/(?:([a-z]+)\/)?(?:api|words)\//

/**
 * The feature modules. Each list has the other modules that the module may import. `x/api` means that only the API
 * schemas of module x may be imported. Every other module in a list precedes the importing module here.
 */
const ROOMS = {
  access: ['api'],
  declarations: [],
  sessions: ['circuits/api'],
  networks: ['routes/api'],
  routers: [],
  notify: ['cost/api', 'incidents/api', 'resilience/api'],
  // incidents may import notify, because notify sends the messages about incidents
  // incidents may import routers, because reports of customers' routers prove the loss of prefixes before Azure does
  incidents: ['access', 'notify', 'routers'],
  // alerting may import these modules, because it tests the delivery of messages from end to end
  alerting: ['incidents', 'notify', 'poller'],
  // maintenance may import notify, because notify contains the protection of outgoing HTTP requests
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
  // plan may import these modules, because it computes the effects of a configuration plan on routes, design checks and
  // cost
  plan: ['circuits', 'cost', 'gateways', 'incidents', 'resilience', 'sessions'],
  reports: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'notify', 'sessions'],
  // setup may import poller, because setup computes the request rate of the polls before the first contact with Azure.
  // It may import the other modules, because it reports on their data
  setup: ['alerting', 'circuits', 'cost', 'gateways', 'notify', 'poller', 'reports', 'routers', 'sessions'],
  overview: ['access', 'circuits', 'cost', 'gateways', 'incidents', 'reports', 'resilience', 'sessions', 'setup'],
} as const
const EVERY_ROOM = Object.keys(ROOMS)

/**
 * The allowed imports between folders (docs/architecture.md). A folder of lib is written without `lib/`. Each list has
 * everything in the repository that a folder may import in addition to its own files.
 */
export const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  ...Object.fromEntries(Object.entries(ROOMS).map(([room, asked]) => [room, [...BELOW, ...asked]])),
  bgp: [],
  contract: ['bgp'],
  platform: ['bgp'],
  // the API schemas of all feature modules may import only these two folders
  api: ['bgp', 'contract'],
  // The client is a separate program without a database, so that it may import only the API schemas.
  client: ['bgp', 'contract', 'api'],
  detection: ['bgp', 'contract'],
  azure: FACTS,
  history: FACTS,
  questions: BELOW,
  // capabilities may import every feature module, because lib/capabilities.ts lists all of them
  capabilities: EVERY_ROOM,
  // table combines the responses and jobs of all feature modules, which it gets from `capabilities` (lib/table.ts)
  table: ['capabilities', 'history', 'questions'],
  poller: [...FACTS, 'azure', 'history', 'detection'],
  // recording stores the requests and responses of the Azure client. The product itself never reads a recording.
  recording: [...FACTS, 'azure', 'poller'],
  // The simulator imitates Azure. It may use the same terms and calculations as the product, but not the code that
  // reads or stores data from Azure.
  simulator: FACTS,
  components: ['bgp', 'contract', 'api'],
  app: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'components'],
  bin: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'recording', 'simulator', 'lab', 'client'],
  lab: [...BELOW, ...EVERY_ROOM, 'api', 'table', 'poller', 'simulator'],
}

/**
 * Folders of lib that are divided into layers (`LAYER_IMPORTS`), and the other layers that each layer may import. A
 * file belongs to the layer with the longest matching name. Files that belong to no layer, such as the folder's
 * index.ts, must not be imported by a layer.
 */
const PURE = ['verdict', 'churn']
const GROUP = [...PURE, 'model', 'headroom']
export const LAYER_IMPORTS: Record<string, Readonly<Record<string, readonly string[]>>> = {
  // The layer `bmp` runs as a separate process, so that it may not import the rest of `routers`.
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

/** Packages that only some folders may import. The pattern matches the name of a package. */
export const RESTRICTED_PACKAGES: {
  pattern: RegExp
  only: readonly string[]
  instead: string
  typesAreFine?: boolean
}[] = [
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
    // types may be imported everywhere, because a function may pass on the client of a transaction without running
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

/** Folders in which every file may contain SQL. */
export const SQL_FOLDERS = ['history', 'platform', 'lab']
/** Matches the folders `lib/<module>/store`, whose files may contain SQL. */
export const STORE_FOLDER_PATTERN = /^lib\/[a-z]+\/store\//

const STATEMENT =
  /^\s*(?:SELECT\s[\s\S]+\sFROM\s|SELECT\s+\w+\(|INSERT\s+INTO\s|UPDATE\s+\S+\s+(?:AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|WITH\s+(?:RECURSIVE\s+)?\w+\s+(?:\([^)]*\)\s+)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(|CREATE\s+(?:TABLE|INDEX|FUNCTION)\s|ALTER\s+TABLE\s|TRUNCATE\s+TABLE\s|BEGIN\s*$)/i

/**
 * Reports whether a text begins like an SQL statement. SQL keywords are in capital letters, so that a text which begins
 * with `Select` counts as a sentence.
 */
export function isSql(text: string): boolean {
  return !/^\s*[A-Z][a-z]/.test(text) && STATEMENT.test(text)
}

export const RAW_QUERIES = new Set(['$queryRaw', '$queryRawUnsafe', '$executeRaw', '$executeRawUnsafe'])

/** Reports whether a file is a test, or only makes data for tests. Such files may import test tools. */
export function isTestFile(file: string): boolean {
  return (
    /\.test\.tsx?$/.test(file) ||
    /(^|\/)(testing\.ts$|(testing|testdata|fixtures)\/)/.test(file) ||
    file.startsWith('e2e/')
  )
}

/**
 * Returns the folder to which a file belongs in these rules, for example `azure` for lib/azure/x.ts. The result is
 * `app` for instrumentation.ts and proxy.ts.
 */
export function findRuleFolder(file: string): string {
  const [first = '', second = ''] = file.split('/')
  // lib/contract may be imported by all feature modules, so that its subfolders `api` and `words` belong to `contract`
  if (API_FILE_PATTERN.test(file) && second !== 'contract') return 'api'
  if (first === 'lib') return second.replace(/\.ts$/, '')
  // the simulator has its own rules, because the rest of lab/ uses it
  if (first === 'lab' && second === 'simulator') return second
  return file.includes('/') ? first : 'app'
}

/** Returns the layer of a file in a folder that is divided into layers; null = the file is outside of all layers. */
function floorOf(file: string): string | null {
  const capability = findRuleFolder(file)
  const inside = file.slice(`lib/${capability}/`.length)
  const floors = Object.keys(LAYER_IMPORTS[capability] ?? {}).filter((floor) => inside.startsWith(`${floor}/`))
  return floors.toSorted((a, b) => b.length - a.length)[0] ?? null
}

/** Returns the fault of an import between two layers of the same folder; null = no fault. */
export function findLayerFault(from: string, to: string): string | null {
  const floor = floorOf(from)
  const target = floorOf(to)
  if (floor === null || floor === target) return null
  const allowed = LAYER_IMPORTS[findRuleFolder(from)]?.[floor] ?? []
  if (target !== null && allowed.includes(target)) return null
  return `the floor ${floor} may import ${allowed.join(', ') || 'no other floor'}`
}

/** Packages that the owner of this project has chosen. The product must import each of them (ADR 0123). */
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
