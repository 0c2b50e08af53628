type Members = Record<string, unknown>

/** Members of a resource that ARM writes outside `properties`. All other members are inside. */
const OUTSIDE = new Set(['id', 'name', 'type', 'location', 'etag', 'tags', 'zones', 'kind', 'sku', 'identity'])
/**
 * Members whose names the Azure CLI changes. A different case is not listed, because the case of names does not matter
 * to the decoders.
 */
const RENAMED = new Map([['active', 'activeActive']])

/**
 * Converts a resource from the form of the Azure CLI to ARM's form. The CLI writes the members of `properties` directly
 * into the object. They are moved back into `properties` at each level that has its own id and name, and
 * `resourceGroup` is removed. An object that already has ARM's form is returned unchanged.
 */
export function convertCliFormToArmForm(printed: unknown): unknown {
  if (Array.isArray(printed)) return printed.map(convertCliFormToArmForm)
  if (typeof printed !== 'object' || printed === null) return printed
  const members: Members = {}
  const properties: Members = {}
  const own = printed as Members
  const isFlat = typeof own.id === 'string' && typeof own.name === 'string' && own.properties === undefined
  for (const [key, value] of Object.entries(own)) {
    if (key === 'resourceGroup' && typeof own.id === 'string') continue
    // ARM writes the SKU of a gateway inside `properties`, and the SKU of a circuit outside
    const outside = OUTSIDE.has(key) && !(key === 'sku' && /gateways$/i.test(String(own.type)))
    const place = isFlat && !outside ? properties : members
    place[RENAMED.get(key) ?? key] = convertCliFormToArmForm(value)
  }
  return isFlat ? { ...members, properties } : members
}
