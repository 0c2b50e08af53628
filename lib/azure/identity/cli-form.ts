type Members = Record<string, unknown>

/** Members that ARM keeps outside `properties`. All other members of a resource belong into `properties`. */
const OUTSIDE = new Set(['id', 'name', 'type', 'location', 'etag', 'tags', 'zones', 'kind', 'sku', 'identity'])
/**
 * Members that the Azure CLI renames. Members that it spells in another case are not listed, because members are read
 * case-insensitively.
 */
const RENAMED = new Map([['active', 'activeActive']])

/**
 * Converts a resource as printed by the Azure CLI to ARM's form: flattened members are moved into `properties` at every
 * level that has its own ID and name, and `resourceGroup` is removed. A body in ARM's form is returned unchanged.
 */
export function toArmForm(printed: unknown): unknown {
  if (Array.isArray(printed)) return printed.map(toArmForm)
  if (typeof printed !== 'object' || printed === null) return printed
  const members: Members = {}
  const properties: Members = {}
  const own = printed as Members
  const isFlat = typeof own.id === 'string' && typeof own.name === 'string' && own.properties === undefined
  for (const [key, value] of Object.entries(own)) {
    if (key === 'resourceGroup' && typeof own.id === 'string') continue
    // a gateway's SKU is inside `properties`, a circuit's SKU is outside
    const outside = OUTSIDE.has(key) && !(key === 'sku' && /gateways$/i.test(String(own.type)))
    const place = isFlat && !outside ? properties : members
    place[RENAMED.get(key) ?? key] = toArmForm(value)
  }
  return isFlat ? { ...members, properties } : members
}
