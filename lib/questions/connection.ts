import { createDatabase, type Database, type DatabaseOptions } from '#lib/platform/database.ts'
import { withParameter } from '#lib/platform/environment/database-address.ts'
import { sharedReader } from '#lib/platform/one-answer.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { settings } from '#lib/platform/settings.ts'

/**
 * What the web uses the database for. Each has connections of its own, so that none can take those of another:
 * - `questions`: what requests and pages ask
 * - `heavy`: questions that may take seconds ({@link ./heavy-questions.ts})
 * - `commands`: what requests change
 * - `alerting`: notifier and watchdog
 * - `health`: health and metrics
 *
 * Questions sign in as the role that may only read (docs/operations.md, Database roles), the others as the product (ADR 0104).
 */
type DatabaseUse = 'questions' | 'heavy' | 'commands' | 'alerting' | 'health'

/** A statement of a request takes no longer than this. */
export const QUESTION_LIMIT_MS = 12_000

/** How long a request waits for a connection: shorter than a statement may take, so that a queue does not grow. */
export const QUESTION_WAIT_MS = 5_000

const ofRequests = { statementLimitMs: QUESTION_LIMIT_MS, waitMs: QUESTION_WAIT_MS }

/** Limits of each use; connections are opened when they are needed. docs/operations.md has the sum. */
const USES: Record<DatabaseUse, Omit<DatabaseOptions, 'applicationName'>> = {
  questions: { max: 8, ...ofRequests },
  heavy: { max: 6, ...ofRequests },
  commands: { max: 3, ...ofRequests, idleInTransactionMs: 15_000 },
  alerting: { max: 4, statementLimitMs: 15_000, waitMs: 10_000, idleInTransactionMs: 15_000 },
  health: { max: 3, statementLimitMs: 1_500, waitMs: 1_500 },
}

const READING: ReadonlySet<DatabaseUse> = new Set(['questions', 'heavy'])

interface Connected extends Database {
  /** reads from the pool; statements of one answer are shared */
  reader: Queryable
}

interface Databases {
  made: Map<DatabaseUse, Connected>
  make: (use: DatabaseUse) => Connected
  listenUrl: () => string
  /** stand in for all that writes, and all that reads */
  given: { writing: Database; reading: () => Connected; close: () => void } | undefined
}

const KEY = Symbol.for('peerwatch.answers.database')
type Holder = { [KEY]?: Databases }

/**
 * The web's database for one use. It hangs on globalThis because a web bundler may instantiate this module more than once.
 * @throws SettingsError when the environment is wrong
 */
export function databaseFor(use: DatabaseUse): Database {
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

/** Returns the reader of questions; null if no question was asked yet, because the environment is not read for it. */
export function questionsReader(): Queryable | null {
  const { given, made } = databases()
  return (given ? given.reading() : made.get('questions'))?.reader ?? null
}

/** The same but for questions, which are asked of what a scope sees: {@link ./scoped/reader-of.ts}. */
export const databaseForUse = (use: Exclude<DatabaseUse, 'questions' | 'heavy'>): Database => databaseFor(use)

/** Returns the reader of requests and pages, or of heavy questions. @throws SettingsError when the environment is wrong */
export function readingDatabase(use: 'questions' | 'heavy' = 'questions'): Queryable {
  return connectedFor(use).reader
}

/** Where notifications are listened to: past a pooler, which passes none on. @throws SettingsError when the environment is wrong */
export function listenUrl(): string {
  const { given, listenUrl: own } = databases()
  return given ? given.writing.url : own()
}

/** The databases that were used so far. */
export function databasesInUse(): ReadonlyMap<DatabaseUse, Database> {
  return databases().made
}

/**
 * Where an answer that reads from `q` keeps what it worked out: questions themselves may only read.
 * @returns `q` itself unless the web's own questions read from it
 */
export function writableDatabaseFor(q: Queryable): Queryable {
  const { given, made } = databases()
  const isQuestion = given ? q === given.reading().reader : [...READING].some((use) => made.get(use)?.reader === q)
  return isQuestion ? databaseFor('commands').pool : q
}

/**
 * Puts one database in the place of all, for tests. Questions get connections of their own to it that, as in the product, only read.
 * @param questionsUrl the same database as the role of questions; not given = as the role of `database`
 */
export function useReadingDatabase(database: Database | undefined, questionsUrl?: string): void {
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
  return withParameter(url, 'options', '-c default_transaction_read_only=on')
}

/**
 * Connects every use to this address, for tests of the limits themselves.
 * @returns closes what was opened, and goes back to the settings
 */
export function useDatabaseUrl(url: string, limits: Partial<DatabaseOptions> = {}): () => Promise<void> {
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

function fresh(make: Databases['make'], listenUrl: Databases['listenUrl']): Databases {
  return { made: new Map(), make, listenUrl, given: undefined }
}

function listenUrlOfSettings(): string {
  const { databaseUrl, databaseListenUrl } = settings()
  return databaseListenUrl ?? databaseUrl
}

function fromSettings(use: DatabaseUse): Connected {
  const { databaseUrl, databaseReadUrl } = settings()
  const url = READING.has(use) ? (databaseReadUrl ?? databaseUrl) : databaseUrl
  return connected(use, url, { applicationName: `peerwatch-web-${use}` })
}

function connected(use: DatabaseUse, url: string, options: DatabaseOptions): Connected {
  const database = createDatabase(url, { ...USES[use], ...options })
  return { ...database, reader: READING.has(use) ? sharedReader(database.pool) : database.pool }
}
