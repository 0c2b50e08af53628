import { isWrittenByAzure } from '#lib/contract/index.ts'
import { isJsonObject, type Json, type JsonObject, plainJson } from './decode/json.ts'
import { member } from './decode/members.ts'

/** Members that are secrets wherever they stand; what ARM prints of them on a read is usually null. */
const SECRET = /^(authorizationKey|sharedKey|serviceKey|preSharedKey|radiusServerSecret)$|(password|secret)$/i

/** Members that are no configuration: they change without anybody changing anything, and have polls of their own. */
const LIVE = new Set([
  'stats',
  'egressbytestransferred',
  'ingressbytestransferred',
  'tunnelconnectionstatus',
  'connectionstatusdetails',
  // clients of a point-to-site VPN: how many there are, and their bytes
  'vpnclientconnectionhealth',
])

/** A subnet lists every network card in it: thousands of entries that say nothing about the edge. */
const SUBNET_BULK = new Set(['ipconfigurations', 'ipconfigurationprofiles', 'privateendpoints'])

/**
 * What of an ARM resource is kept as its configuration: everything in ARM's own names, `properties` envelope
 * included, but for secrets (masked; of service keys the last four characters are left), authorizations (each holds a key: only whether
 * it is used is kept), members that Azure writes, live counters, and null members, which say no more than missing ones.
 */
export function scrubConfig(body: JsonObject): JsonObject {
  return members(body, [])
}

function members(object: JsonObject, path: readonly string[]): JsonObject {
  const kept = Object.entries(object).filter(
    ([key, value]) => value !== null && value !== undefined && !isNoAuthorization(key, value) && !isLive(key, path),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, keptOf(key, value, path)]))
}

function keptOf(key: string, value: Json, path: readonly string[]): Json {
  if (SECRET.test(key)) return value === '' ? '' : masked(key, value)
  if (isAuthorizations(key) && Array.isArray(value)) return usesOf(value)
  return scrubbed(value, [...path, key.toLowerCase()])
}

const isAuthorizations = (key: string) => key.toLowerCase() === 'authorizations'

/** A circuit without authorizations reads the same as one of which they were not kept yet. */
const isNoAuthorization = (key: string, value: Json) =>
  isAuthorizations(key) && (!Array.isArray(value) || value.length === 0)

/** In an order of their own: ARM's may differ from one answer to the next. */
function usesOf(authorizations: readonly Json[]): Json {
  const uses = authorizations.map((one) => {
    const fields = isJsonObject(one) ? member(one, 'properties') : null
    const use = isJsonObject(fields) ? member(fields, 'authorizationUseStatus') : null
    return typeof use === 'string' ? use : 'unknown'
  })
  return uses.toSorted().map((authorizationUseStatus) => ({ authorizationUseStatus }))
}

function scrubbed(value: Json, path: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, path))
  return isJsonObject(value) ? members(value, path) : plainJson(value)
}

function isLive(key: string, path: readonly string[]): boolean {
  if (path.includes('subnets') && SUBNET_BULK.has(key.toLowerCase())) return true
  // a tag is what its owner wrote, whatever its name
  return !path.includes('tags') && (LIVE.has(key.toLowerCase()) || isWrittenByAzure(key))
}

/** Nothing of a secret is left, but of a service key its end: it distinguishes circuits. A short one is masked whole. */
export function masked(name: string, secret: Json): string {
  if (name.toLowerCase() !== 'servicekey' || typeof secret !== 'string') return '****'
  return secret.length < 12 ? '****' : `****${secret.slice(-4)}`
}
