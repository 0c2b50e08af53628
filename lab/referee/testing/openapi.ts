type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/**
 * Returns a document in which each reference is replaced by its target, so that names of schemas are irrelevant. A
 * recursive reference is replaced by the number of levels up to its target.
 */
export function withoutReferences(document: Json): Json {
  const inlined = inline(document, document, [])
  if (inlined === null || typeof inlined !== 'object' || Array.isArray(inlined)) return inlined
  const { components, ...rest } = inlined as { components?: { [name: string]: Json } }
  const { schemas: _schemas, responses: _responses, parameters: _parameters, ...named } = components ?? {}
  return { ...rest, components: named }
}

function inline(value: Json, document: Json, within: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((one) => inline(one, document, within))
  if (value === null || typeof value !== 'object') return value
  const { $ref: reference, ...beside } = value
  if (typeof reference !== 'string' || !reference.startsWith('#/'))
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, inline(own, document, within)]))
  const above = within.lastIndexOf(reference)
  if (above >= 0) return { 'as above': within.length - above }
  const target = inline(at(document, reference), document, [...within, reference])
  const own = inline(beside, document, within)
  return typeof target === 'object' && !Array.isArray(target) ? { ...target, ...(own as object) } : target
}

/**
 * Returns the target of a JSON pointer.
 * @source RFC 6901
 */
function at(document: Json, pointer: string): Json {
  let found: Json = document
  for (const part of pointer.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    found = (found as { [name: string]: Json })[name] ?? null
  }
  return found
}
