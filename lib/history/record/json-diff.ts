type Json = unknown
type FieldChange = { path: string; before: unknown; after: unknown }

/**
 * Returns the fields in which two JSON values differ, as JSON pointers (RFC 6901), sorted. Elements of a list of
 * objects with `id` or `name` are compared with the element of the same name, which replaces the index in the pointer:
 * `/properties/peerings/AzurePrivatePeering/properties/state`. Differences in capitals of names, IDs and words, and in
 * the order of sets, are ignored, because ARM varies them between responses.
 */
export function findFieldChanges(before: Json, after: Json): FieldChange[] {
  const found: FieldChange[] = []
  compare([], before, after, found)
  return found
}

function compare(path: readonly string[], before: Json, after: Json, found: FieldChange[]): void {
  const a = childrenOf(before)
  const b = childrenOf(after)
  if (!a || !b || Array.isArray(before) !== Array.isArray(after)) {
    if (!same(path, before, after)) found.push({ path: pointerTo(path), before: before ?? null, after: after ?? null })
    return
  }
  if (Array.isArray(before) && Array.isArray(after) && isSameSet(path, before, after)) return
  for (const key of [...new Set([...a.keys(), ...b.keys()])].toSorted()) {
    const [one, other] = [a.get(key), b.get(key)]
    compare([...path, other?.name ?? one?.name ?? key], one?.value, other?.value, found)
  }
}

const pointerTo = (path: readonly string[]) =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function same(path: readonly string[], a: Json, b: Json): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return a === b || (isCaseless(path, a) && a.toLowerCase() === b.toLowerCase())
  }
  if ((a ?? null) === (b ?? null)) return true
  return isEmpty(a) && isEmpty(b)
}

/**
 * Reports whether capitals are ignored in a text. ARM varies the capitals of IDs, names and words between calls. In
 * tags and in texts with spaces capitals count, because people wrote them.
 */
const isCaseless = ([first]: readonly string[], text: string) => first?.toLowerCase() !== 'tags' && !/\s/.test(text)

/**
 * Names of lists in which the order of texts matters. The first DNS server is tried first; the first ASN is the
 * nearest.
 */
const ORDERED = /dns|aspath/i

/**
 * Reports whether two lists contain the same texts, in any order and ignoring capitals. False for lists whose order
 * matters.
 */
function isSameSet(path: readonly string[], a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length || ORDERED.test(path.at(-1) ?? '')) return false
  if (![...a, ...b].every((one) => typeof one === 'string')) return false
  const texts = (list: readonly Json[]) => list.map((one) => String(one).toLowerCase()).toSorted()
  const [own, others] = [texts(a), texts(b)]
  return own.every((text, i) => text === others[i])
}

const isEmpty = (value: Json) => value === null || value === undefined || (Array.isArray(value) && value.length === 0)

/** Member of an object or element of a list, with its name in the JSON pointer. */
interface Child {
  name: string
  value: Json
}

/** Returns the members by lower-case name; null if the value has no members. */
function childrenOf(value: Json): Map<string, Child> | null {
  if (Array.isArray(value)) return elementsOf(value)
  if (typeof value !== 'object' || value === null) return null
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), { name, value: member }]))
}

function elementsOf(list: readonly Json[]): Map<string, Child> {
  const names = list.map(nameOf)
  const keys = names.map((name) => name?.toLowerCase())
  const named = names.every((name) => name !== null) && new Set(keys).size === names.length
  return new Map(
    list.map((element, i) => {
      const name = named ? String(names[i]) : String(i)
      return [name.toLowerCase(), { name, value: element }]
    }),
  )
}

function nameOf(element: Json): string | null {
  if (typeof element !== 'object' || element === null) return null
  const member = (wanted: string) => Object.entries(element).find(([key]) => key.toLowerCase() === wanted)?.[1]
  const [name, id] = [member('name'), member('id')]
  if (typeof name === 'string') return name
  return typeof id === 'string' ? id.toLowerCase() : null
}
