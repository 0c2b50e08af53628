import { normalizeArmId } from '#lib/contract/index.ts'
import type { RowsVisibleInAccessScope } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor } from '../db.ts'
import type { ResourceOwnership } from './ownership.ts'

/** Text that replaces the name of another customer's resource. */
const ANOTHERS = "another customer's resource"

/** Names of resources that a caller may not see. Responses to the caller must not contain them. */
interface Others {
  /** Short ids of these resources, and those of their names that are distinctive enough for a search in texts */
  tokens: ReadonlySet<string>
  /**
   * ARM ids in lower case. `seen`: ids of resources of which the caller may see at least the name, and of their
   * resource groups and subscriptions. `unseen`: ids of all other resources
   */
  seen: ReadonlySet<string>
  unseen: ReadonlySet<string>
  /** ids in lower case of known subscriptions that the caller may not see */
  subscriptions: ReadonlySet<string>
}

const others = new WeakMap<SqlExecutor, Others>()

/**
 * Reports whether a name is distinctive enough to be replaced in texts: at least 5 characters, with a digit, `_` or
 * `-`.
 */
const isDistinct = (name: string) => name.length >= 5 && /[\d_-]/.test(name)

/**
 * Stores the names that {@link maskOtherCustomersNames} replaces in responses which are computed with this limited
 * database access.
 */
export function recordOtherCustomersNames(
  reader: SqlExecutor,
  { resources }: ResourceOwnership,
  visible: RowsVisibleInAccessScope,
): void {
  const seen = new Set([...visible.resources, ...visible.shared])
  const own = resources.filter(({ row }) => seen.has(row))
  const ownNames = new Set(own.map(({ name }) => name.toLowerCase()))
  const tokens = new Set<string>()
  for (const { row, shortId, name } of resources) {
    if (seen.has(row)) continue
    tokens.add(shortId)
    const lower = name.toLowerCase()
    if (isDistinct(lower) && !ownNames.has(lower)) tokens.add(lower)
  }
  const keys = own.map(({ armKey: key }) => key)
  const above = keys.flatMap((key) => [partOf(key, 3), partOf(key, 5)])
  others.set(reader, {
    tokens,
    seen: new Set([...keys, ...above]),
    unseen: new Set(resources.flatMap(({ row, armKey: key }) => (seen.has(row) ? [] : [key]))),
    subscriptions: new Set(
      resources.map((one) => one.subscriptionId.toLowerCase()).filter((id) => !visible.subscriptions.includes(id)),
    ),
  })
}

const partOf = (key: string, segments: number) => key.split('/').slice(0, segments).join('/')

/** Number of parts of a top-level resource's ARM id after it was split at `/`. */
const OWNING = 9

/**
 * Reports whether a caller may see an ARM id. An id that no inventory lists (for example of a child resource) may be
 * shown if the caller may see its top-level resource. It may also be shown if neither the top-level resource nor the
 * subscription is known to belong to another owner.
 */
function seesArmId({ seen, unseen, subscriptions }: Others, id: string): boolean {
  const key = normalizeArmId(id)
  const owning = partOf(key, OWNING)
  if (seen.has(key) || seen.has(owning)) return true
  return !unseen.has(key) && !unseen.has(owning) && !subscriptions.has(key.split('/')[2] ?? '')
}

/**
 * Pattern of an ARM id, or of a word. Names inside an ARM id are not matched separately, because the id is checked as a
 * whole.
 */
const NAMES = /(\/subscriptions\/[0-9a-f]{8}-[\w./()-]+)|[\w.()-]+/gi

/**
 * Replaces the ids and names of resources that the caller may not see in a response. This is a second protection,
 * because such rows should not be read at all. If something was replaced, a warning with the number of replacements is
 * therefore logged.
 * @param answer plain JSON
 */
export function maskOtherCustomersNames<Answer>(db: ReadableDatabase, answer: Answer): Answer {
  const known = others.get(getSqlExecutor(db))
  if (!known) return answer
  let found = 0
  const clean = (text: string): string =>
    text.replace(NAMES, (name, id: string | undefined) => {
      const isSeen = id === undefined ? !known.tokens.has(name.toLowerCase()) : seesArmId(known, id)
      if (!isSeen) found += 1
      return isSeen ? name : ANOTHERS
    })
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value)
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]))
  }
  const cleaned = visit(answer) as Answer
  if (found > 0)
    createComponentLogger('answers').warn({ texts: found }, "an answer named others' resources, which was left out")
  return cleaned
}
