import { createDatabase, type Database, type DatabaseOptions } from '#lib/platform/database.ts'
import { setUrlParameter } from '#lib/platform/environment/database-address.ts'
import { createSharedReader } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getSettings } from '#lib/platform/settings.ts'

/**
 * Uses of the database by the web process. Each use has a separate connection pool, so that it cannot exhaust the
 * connections of another use. `questions` and `heavy` sign in with the read-only role if it is configured
 * (docs/operations.md, Database roles), all other uses with the product's role (ADR 0104):
 * - `questions`: queries of requests and pages
 * - `heavy`: queries that may take seconds (`heavy-queries.ts`)
 * - `commands`: changes by requests
 * - `alerting`: notifier and watchdog
 * - `health`: health and metrics
 */
type DatabaseUse = 'questions' | 'heavy' | 'commands' | 'alerting' | 'health'

/** Maximum duration of an SQL statement of a request. */
export const STATEMENT_TIME_LIMIT_MS = 12_000

/** Maximum time that a request waits for a connection; shorter than the statement limit, so that queues do not grow. */
export const MAX_CONNECTION_WAIT_MS = 5_000

const ofRequests = { statementLimitMs: STATEMENT_TIME_LIMIT_MS, waitMs: MAX_CONNECTION_WAIT_MS }

/**
 * Pool size and time limits of each use. Connections are opened on demand. docs/operations.md adds up the sizes for the
 * connection limit of the database.
 */
const USES: Record<DatabaseUse, Omit<DatabaseOptions, 'applicationName'>> = {
  questions: { max: 8, ...ofRequests },
  heavy: { max: 6, ...ofRequests },
  commands: { max: 3, ...ofRequests, idleInTransactionMs: 15_000 },
  alerting: { max: 4, statementLimitMs: 15_000, waitMs: 10_000, idleInTransactionMs: 15_000 },
  health: { max: 3, statementLimitMs: 1_500, waitMs: 1_500 },
}

const READING: ReadonlySet<DatabaseUse> = new Set(['questions', 'heavy'])

interface Connected extends Database {
  /**
   * Read access through this pool. For `questions` and `heavy`, an SQL statement that a response repeats runs only
   * once.
   */
  reader: SqlExecutor
}

interface Databases {
  made: Map<DatabaseUse, Connected>
  make: (use: DatabaseUse) => Connected
  listenUrl: () => string
  /**
   * databases that tests use in place of the configured ones: one for all uses that write, and one for the uses that
   * only read
   */
  given: { writing: Database; reading: () => Connected; close: () => void } | undefined
}

const KEY = Symbol.for('peerwatch.answers.database')
type Holder = { [KEY]?: Databases }

/**
 * Returns the web's database for one use. The pools are stored on globalThis, because a web bundler may instantiate
 * this module more than once.
 * @throws SettingsError when the environment is wrong
 */
export function getDatabase(use: DatabaseUse): Database {
  const { given } = databases()
  return given && !READING.has(use) ? given.writing : connectedFor(use)
}

function connectedFor(use: DatabaseUse): Connected {
  const { given, made, make } = databases()
  if (given) return given.reading()
  const database = made.get(use) ?? make(use)
  made.set(use, database)
  return database
}

/**
 * Returns the connection for ordinary queries if it was already created; null if no query was made yet. The connection
 * is never created here, so that the environment settings are not needed. {@link getReadingDatabase} creates it.
 */
export function findQuestionsReader(): SqlExecutor | null {
  const { given, made } = databases()
  return (given ? given.reading() : made.get('questions'))?.reader ?? null
}

/**
 * Returns the web's database for uses that are not queries. Queries must use a connection that is limited to the
 * caller's access (`scoped/scoped-reader.ts`).
 */
export const getDatabaseForUse = (use: Exclude<DatabaseUse, 'questions' | 'heavy'>): Database => getDatabase(use)

/**
 * Returns the read-only connection for requests and pages, or for heavy queries.
 * @throws SettingsError when the environment is wrong
 */
export function getReadingDatabase(use: 'questions' | 'heavy' = 'questions'): SqlExecutor {
  return connectedFor(use).reader
}

/**
 * Returns the URL for the connection that listens to database notifications. It must bypass a connection pooler,
 * because poolers do not forward notifications.
 * @throws SettingsError when the environment is wrong
 */
export function getListenUrl(): string {
  const { given, listenUrl: own } = databases()
  return given ? given.writing.url : own()
}

/** Returns the databases that this process has used so far, by use. */
export function getDatabasesInUse(): ReadonlyMap<DatabaseUse, Database> {
  return databases().made
}

/**
 * Returns a database in which computed results of a response can be stored. The connections of queries cannot be used
 * for this, because they are read-only.
 * @returns the pool of `commands` if `q` is the connection of `questions` or `heavy`, otherwise `q` itself
 */
export function getWritableDatabase(q: SqlExecutor): SqlExecutor {
  const { given, made } = databases()
  const isQuestion = given ? q === given.reading().reader : [...READING].some((use) => made.get(use)?.reader === q)
  return isQuestion ? getDatabase('commands').pool : q
}

/**
 * Replaces the databases of all uses with one, for tests. Queries get separate read-only connections to it, as in
 * production.
 * @param questionsUrl URL of the same database with the read-only role; absent = the role of `database`
 */
export function replaceDatabaseForTests(database: Database | undefined, questionsUrl?: string): void {
  const all = databases()
  const before = all.given
  let reading: Connected | undefined
  all.given = database && {
    writing: database,
    reading: () => {
      reading ??= connected('questions', readOnly(questionsUrl ?? database.url), {
        applicationName: 'peerwatch-test-questions',
      })
      return reading
    },
    close: () => void reading?.close(),
  }
  before?.close()
}

function readOnly(url: string): string {
  return setUrlParameter(url, 'options', '-c default_transaction_read_only=on')
}

/**
 * Connects every use to this URL, for tests of the limits.
 * @returns a function that closes the opened connections and restores the previous databases
 */
export function overrideDatabaseUrl(url: string, limits: Partial<DatabaseOptions> = {}): () => Promise<void> {
  const make = (use: DatabaseUse) => connected(use, url, { ...limits, applicationName: `peerwatch-test-${use}` })
  const own = fresh(make, () => url)
  const holder = globalThis as Holder
  const before = holder[KEY]
  holder[KEY] = own
  return async () => {
    holder[KEY] = before ?? fresh(fromSettings, listenUrlOfSettings)
    await Promise.all([...own.made.values()].map((database) => database.close()))
  }
}

function databases(): Databases {
  const holder = globalThis as Holder
  holder[KEY] ??= fresh(fromSettings, listenUrlOfSettings)
  return holder[KEY]
}

function fresh(make: Databases['make'], getListenUrl: Databases['listenUrl']): Databases {
  return { made: new Map(), make, listenUrl: getListenUrl, given: undefined }
}

function listenUrlOfSettings(): string {
  const { databaseUrl, databaseListenUrl } = getSettings()
  return databaseListenUrl ?? databaseUrl
}

function fromSettings(use: DatabaseUse): Connected {
  const { databaseUrl, databaseReadUrl } = getSettings()
  const url = READING.has(use) ? (databaseReadUrl ?? databaseUrl) : databaseUrl
  return connected(use, url, { applicationName: `peerwatch-web-${use}` })
}

function connected(use: DatabaseUse, url: string, options: DatabaseOptions): Connected {
  const database = createDatabase(url, { ...USES[use], ...options })
  return { ...database, reader: READING.has(use) ? createSharedReader(database.pool) : database.pool }
}
