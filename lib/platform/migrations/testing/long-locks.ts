import type { Migration } from '../migrations-folder.ts'
import { type MigrationStatement, splitSqlStatements } from './statements.ts'

/** A statement of a migration that would affect processes that run during the migration. */
interface LongLock {
  migration: string
  line: number
  statement: string
  /** the effect of the statement, and the statement to write instead */
  why: string
}

const NAME = '(?:"[^"]+"|[\\w.]+)'
const named = (pattern: string) => new RegExp(pattern.replaceAll('NAME', `(${NAME})`), 'i')

/** A rule for statements about a table, whose name is the first group of `of`. */
interface Rule {
  of: RegExp
  /** exception; absent = no exception */
  unless?: RegExp
  why: string
}

const REWRITES = 'rewrites the table while nobody can read it'
const SCANS = 'reads the whole table while nobody can write to it'

/**
 * Statements that are forbidden on tables with rows, because polls continue and workers of the previous version still
 * run during a migration.
 * @source https://www.postgresql.org/docs/current/sql-altertable.html (Notes), sql-createindex.html,
 *   explicit-locking.html
 */
const ON_TABLES: readonly Rule[] = [
  {
    of: named('^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*?\\bON (?!ONLY )NAME'),
    why: 'builds an index while nobody can write to the table: CREATE INDEX CONCURRENTLY in a migration of its own that says no-transaction',
  },
  {
    of: named('^REINDEX (?!.*CONCURRENTLY)(?:\\([^)]*\\) )?(?:TABLE|INDEX|SCHEMA|DATABASE|SYSTEM) NAME'),
    why: 'builds an index while nobody can write to the table: REINDEX CONCURRENTLY',
  },
  { of: named('^VACUUM (?:\\([^)]*FULL[^)]*\\)|FULL) ?NAME?'), why: REWRITES },
  { of: named('^CLUSTER\\b ?NAME?'), why: REWRITES },
  {
    of: named('^LOCK (?:TABLE )?(?:ONLY )?NAME'),
    why: 'takes a lock that lasts to the end of the migration: leave it out',
  },
  { of: named('^TRUNCATE (?:TABLE )?(?:ONLY )?NAME'), why: 'waits for everybody, and nobody can read meanwhile' },
  { of: named('^REFRESH MATERIALIZED VIEW (?!CONCURRENTLY)NAME'), why: 'keeps readers out: REFRESH ... CONCURRENTLY' },
  {
    of: named('^DROP (?:TABLE|VIEW|MATERIALIZED VIEW)(?: IF EXISTS)? NAME'),
    why: 'workers of the former version still use it: drop it a release later',
  },
  {
    of: named('^UPDATE (?:ONLY )?NAME'),
    why: 'holds every row that it changes until the migration ends: change rows by a job, in small steps',
  },
  {
    of: named('^DELETE FROM (?:ONLY )?NAME'),
    why: 'holds every row that it deletes until the migration ends: delete by a job, in small steps',
  },
  { of: named('^DO\\b()'), why: 'can’t be checked: write the statements themselves' },
  { of: named('^ALTER TYPE NAME'), why: 'rewrites or locks whatever has this type' },
  {
    of: named('^ALTER DOMAIN NAME (?=.*\\bADD\\b)'),
    unless: /\bNOT VALID$/i,
    why: 'reads every table with this type under a lock: add it NOT VALID',
  },
]

/** Rules for each single action of ALTER TABLE. */
const ACTIONS: readonly { is: RegExp; unless?: RegExp; why: string }[] = [
  {
    is: /^ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE).*\b(?:random|gen_random_uuid|uuidv7|uuid_generate_v4|clock_timestamp|timeofday|nextval|txid_current|pg_current_xact_id)\s*\(/i,
    why: `has a volatile default, which ${REWRITES}: add the column without it`,
  },
  {
    is: /^ADD (?:COLUMN )?(?:IF NOT EXISTS )?\S+ (?:small|big)?serial\b|\bGENERATED (?:ALWAYS|BY DEFAULT)(?: AS IDENTITY|.*\bSTORED\b)/i,
    why: `numbers or computes each row, which ${REWRITES}`,
  },
  {
    is: /^ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE).*\bNOT NULL\b/i,
    unless: /\bDEFAULT\b/i,
    why: 'fails where there are rows, and in workers of the former version, which do not write it: give it a default',
  },
  {
    is: /^ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\S+ .*\b(?:CHECK ?\(|REFERENCES|UNIQUE|PRIMARY KEY)/i,
    why: `${SCANS}: add the column, then the constraint NOT VALID, and validate it in a later migration`,
  },
  {
    is: /^ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY)\b/i,
    unless: /\bNOT VALID$/i,
    why: `${SCANS}: add it NOT VALID, and validate it in a later migration`,
  },
  {
    is: /^ADD (?:CONSTRAINT \S+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b/i,
    unless: /\bUSING INDEX\b/i,
    why: 'builds an index while nobody can read: build it CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX',
  },
  { is: /^ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b/i, why: `${REWRITES}: add a column and fill it by a job` },
  {
    is: /^ALTER (?:COLUMN )?\S+ SET NOT NULL$/i,
    why: `${SCANS}: a CHECK ... NOT VALID, validated in a later migration`,
  },
  {
    is: /^DROP (?!CONSTRAINT)(?:COLUMN )?\S+/i,
    why: 'workers of the former version still use it: drop it a release later',
  },
  { is: /^RENAME\b/i, why: 'workers of the former version know the former name: add the new one beside it' },
  { is: /^SET (?:TABLESPACE|LOGGED|UNLOGGED|ACCESS METHOD)\b/i, why: REWRITES },
  { is: /^ATTACH PARTITION\b/i, why: `${SCANS}, unless a valid CHECK says what is in it` },
  {
    is: /^DETACH PARTITION\b/i,
    unless: /\bCONCURRENTLY$/i,
    why: 'keeps readers out: DETACH PARTITION ... CONCURRENTLY',
  },
]

const CREATED = named('^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?NAME')
const ALTERED = named('^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?NAME (.*)$')
const VALIDATES = /^VALIDATE CONSTRAINT (\S+)/i
const ADDS = /^ADD CONSTRAINT (\S+)/i

/**
 * Returns the statements of a migration that lock a table for more than a moment, or that workers of the previous
 * version cannot handle. Statements about tables that the migration itself creates are allowed, and so is a statement
 * with a comment that gives the reason why it is brief: `-- peerwatch: brief, <reason>`.
 */
export function findLongLockingStatements({ name, sql }: Pick<Migration, 'name' | 'sql'>): LongLock[] {
  const statements = splitSqlStatements(sql)
  const own = new Set(statements.flatMap(({ text }) => CREATED.exec(text)?.[1]?.toLowerCase() ?? []))
  const added = new Set<string>()
  return statements.flatMap((statement) => {
    const reasons = [...ofStatement(statement, own), ...ofActions(statement, own, added)]
    if (statement.brief !== null) return []
    return reasons.map((why) => ({ migration: name, line: statement.line, statement: statement.text, why }))
  })
}

function ofStatement({ text }: MigrationStatement, own: ReadonlySet<string>): string[] {
  return ON_TABLES.flatMap(({ of, unless, why }) => {
    const found = of.exec(text)
    if (!found || own.has(found[1]?.toLowerCase() ?? '') || unless?.test(text)) return []
    return why
  })
}

/**
 * Returns the faults of an ALTER TABLE statement. @param added the constraints that the statement adds are added to
 * this set
 */
function ofActions({ text }: MigrationStatement, own: ReadonlySet<string>, added: Set<string>): string[] {
  const found = ALTERED.exec(text)
  if (!found || own.has(found[1]?.toLowerCase() ?? '')) return []
  return actionsOf(found[2] ?? '').flatMap((action) => {
    const validated = VALIDATES.exec(action)?.[1]
    if (validated !== undefined && added.has(validated))
      return 'the lock of ADD CONSTRAINT lasts for the whole scan: validate it in a later migration'
    const adds = ADDS.exec(action)?.[1]
    if (adds !== undefined) added.add(adds)
    return ACTIONS.flatMap(({ is, unless, why }) => (is.test(action) && !unless?.test(action) ? why : []))
  })
}

/** Splits the actions of ALTER TABLE at the commas outside parentheses. */
function actionsOf(text: string): string[] {
  const actions = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ',' && depth === 0) actions.push('')
    else actions[actions.length - 1] += character
  }
  return actions.map((action) => action.trim())
}
