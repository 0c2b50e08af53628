type Json = unknown
type FieldChange = { path: string; before: unknown; after: unknown }

/**
 * Fields in which two JSON values differ, as JSON pointers (RFC 6901), in order. Elements of a list of named objects (with
 * `id` or `name`) are matched by that name and addressed by it: `/properties/peerings/AzurePrivatePeering/properties/state`.
 */
export function fieldsThatDiffer(before: Json, after: Json): FieldChange[] {
  const found: FieldChange[] = []
  compare('', before, after, found)
  return found
}

function compare(path: string, before: Json, after: Json, found: FieldChange[]): void {
  const a = childrenOf(before)
  const b = childrenOf(after)
  if (!a || !b || Array.isArray(before) !== Array.isArray(after)) {
    if (!same(before, after)) found.push({ path, before: before ?? null, after: after ?? null })
    return
  }
  for (const key of [...new Set([...a.keys(), ...b.keys()])].toSorted()) {
    compare(`${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, a.get(key), b.get(key), found)
  }
}

/** ARM spells the same id with different capitals from call to call. */
function same(a: Json, b: Json): boolean {
  if (typeof a === 'string' && typeof b === 'string')
    return a === b || (isArmId(a) && a.toLowerCase() === b.toLowerCase())
  if ((a ?? null) === (b ?? null)) return true
  return isEmpty(a) && isEmpty(b)
}

const isArmId = (text: string) => /^\/(subscriptions|providers|tenants)\//i.test(text)
const isEmpty = (value: Json) => value === null || value === undefined || (Array.isArray(value) && value.length === 0)

/** Members by name; null for anything that has none. */
function childrenOf(value: Json): Map<string, Json> | null {
  if (Array.isArray(value)) return elementsOf(value)
  if (typeof value !== 'object' || value === null) return null
  return new Map(Object.entries(value))
}

function elementsOf(list: readonly Json[]): Map<string, Json> {
  const names = list.map(nameOf)
  const named = names.every((name) => name !== null) && new Set(names).size === names.length
  return new Map(list.map((element, i) => [named ? String(names[i]) : String(i), element]))
}

function nameOf(element: Json): string | null {
  if (typeof element !== 'object' || element === null) return null
  const { name, id } = element as { name?: unknown; id?: unknown }
  if (typeof name === 'string') return name
  return typeof id === 'string' ? id.toLowerCase() : null
}
