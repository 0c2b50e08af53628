type Members = Record<string, unknown>

/** Members that ARM keeps beside `properties`; everything else of a resource belongs into it. */
const OUTSIDE = new Set(['id', 'name', 'type', 'location', 'etag', 'tags', 'zones', 'kind', 'sku', 'identity'])
/** What the command-line client calls otherwise. Its case is its own, too, and no matter: members are read without regard to it. */
const RENAMED = new Map([['active', 'activeActive']])

/**
 * A resource as the Azure CLI prints it, put back into ARM's form: what it flattened goes under `properties` again, at every level
 * that has an id and a name of its own; its `resourceGroup` goes. A body in ARM's form stays as it is.
 */
export function wireForm(printed: unknown): unknown {
  if (Array.isArray(printed)) return printed.map(wireForm)
  if (typeof printed !== 'object' || printed === null) return printed
  const members: Members = {}
  const properties: Members = {}
  const own = printed as Members
  const isFlat = typeof own.id === 'string' && typeof own.name === 'string' && own.properties === undefined
  for (const [key, value] of Object.entries(own)) {
    if (key === 'resourceGroup' && typeof own.id === 'string') continue
    // a gateway's SKU is one of its properties, a circuit's stands beside them
    const outside = OUTSIDE.has(key) && !(key === 'sku' && /gateways$/i.test(String(own.type)))
    const place = isFlat && !outside ? properties : members
    place[RENAMED.get(key) ?? key] = wireForm(value)
  }
  return isFlat ? { ...members, properties } : members
}
