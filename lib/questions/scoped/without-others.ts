import { armKey } from '#lib/contract/index.ts'
import type { Visible } from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '../db.ts'
import type { Ownership } from './ownership.ts'

/** What stands where another customer's resource would be named. */
const ANOTHERS = "another customer's resource"

/** Names of resources that are not seen, by which a text would give them away. */
interface Others {
  /** short ids, and names that are no ordinary word */
  tokens: ReadonlySet<string>
  /** ARM ids in lower case: of what is seen, if only by name, with its resource group and subscription; and of what is not */
  seen: ReadonlySet<string>
  unseen: ReadonlySet<string>
  /** ids of subscriptions that are known and not seen, lower case */
  subscriptions: ReadonlySet<string>
}

const others = new WeakMap<Queryable, Others>()

/** A name is searched for in texts where it could be nothing else. */
const isDistinct = (name: string) => name.length >= 5 && /[\d_-]/.test(name)

/** Keeps what {@link withoutOthers} searches for in the answers of a reader. */
export function recordOthers(reader: Queryable, { resources }: Ownership, visible: Visible): void {
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

/** Segments of the id of a resource that stands in no other. */
const OWNING = 9

/** What no list names, such as a child of a resource, is seen where its resource is, or no other's subscription. */
function seesArmId({ seen, unseen, subscriptions }: Others, id: string): boolean {
  const key = armKey(id)
  const owning = partOf(key, OWNING)
  if (seen.has(key) || seen.has(owning)) return true
  return !unseen.has(key) && !unseen.has(owning) && !subscriptions.has(key.split('/')[2] ?? '')
}

/** An ARM id, else a word: a name inside an id is judged with it. */
const NAMES = /(\/subscriptions\/[0-9a-f]{8}-[\w./()-]+)|[\w.()-]+/gi

/**
 * An answer without the ids and names of resources that its reader does not see. A second lock: the rows that name them are not read in
 * the first place, so that whatever is found here is logged.
 * @param answer plain JSON
 */
export function withoutOthers<Answer>(db: Db, answer: Answer): Answer {
  const known = others.get(queryable(db))
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
    componentLogger('answers').warn({ texts: found }, "an answer named others' resources, which was left out")
  return cleaned
}
