import { normalizeArmId } from '#lib/contract/index.ts'
import type { VisibleRows } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, getQueryable } from '../db.ts'
import type { ResourceOwnership } from './ownership.ts'

/** Text that replaces the name of another customer's resource. */
const ANOTHERS = "another customer's resource"

/** Names of resources that a caller may not see. They must not appear in responses to the caller. */
interface Others {
  /** short ids of these resources, and names that are distinctive enough to be searched for in texts */
  tokens: ReadonlySet<string>
  /**
   * ARM ids in lower case. `seen`: resources of which at least the name is visible, with their resource groups and
   * subscriptions. `unseen`: all other resources
   */
  seen: ReadonlySet<string>
  unseen: ReadonlySet<string>
  /** ids in lower case of known subscriptions that the caller may not see */
  subscriptions: ReadonlySet<string>
}

const others = new WeakMap<Queryable, Others>()

/**
 * Reports whether a name is distinctive enough to be replaced in texts: at least 5 characters, with a digit, `_` or
 * `-`.
 */
const isDistinct = (name: string) => name.length >= 5 && /[\d_-]/.test(name)

/** Stores the names that {@link maskOtherCustomersNames} replaces in responses of a limited database access. */
export function recordOtherCustomersNames(
  reader: Queryable,
  { resources }: ResourceOwnership,
  visible: VisibleRows,
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

/** Number of parts of a top-level resource's ARM id when it is split at `/`. */
const OWNING = 9

/**
 * Reports whether an ARM id may be shown. An unlisted id (for example of a child resource) may be shown if its
 * top-level resource is visible. It may also be shown if neither that resource nor its subscription is known as another
 * owner's.
 */
function seesArmId({ seen, unseen, subscriptions }: Others, id: string): boolean {
  const key = normalizeArmId(id)
  const owning = partOf(key, OWNING)
  if (seen.has(key) || seen.has(owning)) return true
  return !unseen.has(key) && !unseen.has(owning) && !subscriptions.has(key.split('/')[2] ?? '')
}

/** Pattern of an ARM id or a word. A name inside an ARM id is checked only as a part of that id. */
const NAMES = /(\/subscriptions\/[0-9a-f]{8}-[\w./()-]+)|[\w.()-]+/gi

/**
 * Replaces ids and names of resources that the caller may not see in a response. It is a second protection: such rows
 * are not read in the first place, so a warning with the number of replacements is logged.
 * @param answer plain JSON
 */
export function maskOtherCustomersNames<Answer>(db: Db, answer: Answer): Answer {
  const known = others.get(getQueryable(db))
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
