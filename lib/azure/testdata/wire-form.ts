import { readFileSync } from 'node:fs'

type Members = Record<string, unknown>

/** Members that ARM keeps beside `properties`; everything else of a resource belongs into it. */
const OUTSIDE = new Set(['id', 'name', 'type', 'location', 'etag', 'tags', 'zones', 'kind', 'sku', 'identity'])
/** The command-line client's spelling of what ARM spells otherwise. */
const RESPELLED = new Map([
  ['azureAsn', 'azureASN'],
  ['peerAsn', 'peerASN'],
  ['active', 'activeActive'],
  ['privateIpAddress', 'privateIPAddress'],
  ['privateIpAllocationMethod', 'privateIPAllocationMethod'],
  ['publicIpAddress', 'publicIPAddress'],
])

/** A JSON file of `testdata`, by its path below it. */
export function testdata(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}

/** The body of an official example's 200 answer. */
export function exampleBody(name: string): unknown {
  const { responses } = testdata(`arm-examples/${name}.json`) as { responses: { 200: { body: unknown } } }
  return responses[200].body
}

/**
 * A resource as the command-line client prints it, put back into ARM's form: what it flattened goes under
 * `properties` again, at every level that has an id and a type of its own; its `resourceGroup` goes.
 */
export function wireForm(printed: unknown): unknown {
  if (Array.isArray(printed)) return printed.map(wireForm)
  if (typeof printed !== 'object' || printed === null) return printed
  const members: Members = {}
  const properties: Members = {}
  const own = printed as Members
  const isResource = typeof own.id === 'string' && typeof own.name === 'string'
  for (const [key, value] of Object.entries(own)) {
    if (key === 'resourceGroup' && typeof own.id === 'string') continue
    // a gateway's SKU is one of its properties, a circuit's stands beside them
    const outside = OUTSIDE.has(key) && !(key === 'sku' && /gateways$/i.test(String(own.type)))
    const place = isResource && !outside ? properties : members
    place[RESPELLED.get(key) ?? key] = wireForm(value)
  }
  return isResource ? { ...members, properties } : members
}
