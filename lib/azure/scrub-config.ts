import { isWrittenByAzure } from '#lib/contract/index.ts'
import { isJsonObject, type Json, type JsonObject, plainJson } from './decode/json.ts'
import { member } from './decode/members.ts'

/** Names of members that are always secret. ARM usually returns null for them on a read. */
const SECRET = /^(authorizationKey|sharedKey|serviceKey|preSharedKey|radiusServerSecret)$|(password|secret)$/i

/**
 * Names of members that are not configuration: they change without any action by a person, and are polled separately.
 */
const LIVE = new Set([
  'stats',
  'egressbytestransferred',
  'ingressbytestransferred',
  'tunnelconnectionstatus',
  'connectionstatusdetails',
  // number and bytes of the clients of a point-to-site VPN
  'vpnclientconnectionhealth',
])

/**
 * Members of a subnet that list every network interface in it: thousands of entries that are irrelevant for the edge.
 */
const SUBNET_BULK = new Set(['ipconfigurations', 'ipconfigurationprofiles', 'privateendpoints'])

/**
 * Returns the parts of an ARM resource that are stored as its configuration, in ARM's own names and including the
 * `properties` envelope. Secrets are masked (a service key keeps its last four characters), authorizations contain only
 * whether they are used (because each holds a key), and members written by Azure, live counters and null members are
 * removed.
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
  if (SECRET.test(key)) return value === '' ? '' : maskSecret(key, value)
  if (isAuthorizations(key) && Array.isArray(value)) return usesOf(value)
  return scrubbed(value, [...path, key.toLowerCase()])
}

const isAuthorizations = (key: string) => key.toLowerCase() === 'authorizations'

/**
 * Reports whether a member is a list of authorizations that has no entries, or is not a list. Such a member is omitted,
 * so that a circuit without authorizations equals a circuit that was stored before authorizations were kept.
 */
const isNoAuthorization = (key: string, value: Json) =>
  isAuthorizations(key) && (!Array.isArray(value) || value.length === 0)

/** Returns the use states of authorizations, sorted because ARM's order may differ between responses. */
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
  // a tag is always user data, whatever its name
  return !path.includes('tags') && (LIVE.has(key.toLowerCase()) || isWrittenByAzure(key))
}

/**
 * Masks a secret. Only the last four characters of a service key are kept, because they distinguish circuits; a short
 * key is masked completely.
 */
export function maskSecret(name: string, secret: Json): string {
  if (name.toLowerCase() !== 'servicekey' || typeof secret !== 'string') return '****'
  return secret.length < 12 ? '****' : `****${secret.slice(-4)}`
}
