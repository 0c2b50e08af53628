import { isArmMemberSetByAzure } from '#lib/contract/index.ts'
import { isJsonObject, type ExactJson, type JsonObject, convertBigintsToText } from './decode/json.ts'
import { getArmMember } from './decode/members.ts'

/** Names of members that contain a secret. ARM usually returns null for them when a resource is read. */
const SECRET = /^(authorizationKey|sharedKey|serviceKey|preSharedKey|radiusServerSecret)$|(password|secret)$/i

/**
 * Names of members that are not stored as configuration, because their values change without an action by a person. The
 * values that Peerwatch needs are polled separately.
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
 * Members of a subnet that list all network interfaces in it. They can have thousands of entries and do not matter for
 * Peerwatch.
 */
const SUBNET_BULK = new Set(['ipconfigurations', 'ipconfigurationprofiles'])

/**
 * Returns the part of an ARM resource that is stored as its configuration, with ARM's names and including the member
 * `properties`:
 * - secrets are masked; a service key keeps its last four characters
 * - of an authorization, which contains a key, only its use state is kept
 * - a subnet's list of private endpoints, which can be long, is reduced to one empty object
 * - members that Azure itself writes, members whose values change constantly, and null members are removed
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

function keptOf(key: string, value: ExactJson, path: readonly string[]): ExactJson {
  if (SECRET.test(key)) return value === '' ? '' : maskSecret(key, value)
  if (isAuthorizations(key) && Array.isArray(value)) return usesOf(value)
  if (path.includes('subnets') && key.toLowerCase() === 'privateendpoints' && Array.isArray(value))
    return value.slice(0, 1).map(() => ({}))
  return scrubbed(value, [...path, key.toLowerCase()])
}

const isAuthorizations = (key: string) => key.toLowerCase() === 'authorizations'

/**
 * Reports whether a member should be a list of authorizations, but has no entries or is not a list. Such a member is
 * left out of the configuration. Earlier versions did not store authorizations, so without this, every circuit without
 * authorizations would seem to have changed.
 */
const isNoAuthorization = (key: string, value: ExactJson) =>
  isAuthorizations(key) && (!Array.isArray(value) || value.length === 0)

/**
 * Returns the use states of authorizations. They are sorted, because ARM may return authorizations in a different order
 * each time.
 */
function usesOf(authorizations: readonly ExactJson[]): ExactJson {
  const uses = authorizations.map((one) => {
    const fields = isJsonObject(one) ? getArmMember(one, 'properties') : null
    const use = isJsonObject(fields) ? getArmMember(fields, 'authorizationUseStatus') : null
    return typeof use === 'string' ? use : 'unknown'
  })
  return uses.toSorted().map((authorizationUseStatus) => ({ authorizationUseStatus }))
}

function scrubbed(value: ExactJson, path: readonly string[]): ExactJson {
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, path))
  return isJsonObject(value) ? members(value, path) : convertBigintsToText(value)
}

function isLive(key: string, path: readonly string[]): boolean {
  if (path.includes('subnets') && SUBNET_BULK.has(key.toLowerCase())) return true
  // the name of a tag is chosen by a user, so a tag is kept whatever its name
  return !path.includes('tags') && (LIVE.has(key.toLowerCase()) || isArmMemberSetByAzure(key))
}

/**
 * Masks a secret. The last four characters of a service key are kept, because circuits can be distinguished by them. A
 * short key is masked completely.
 */
export function maskSecret(name: string, secret: ExactJson): string {
  if (name.toLowerCase() !== 'servicekey' || typeof secret !== 'string') return '****'
  return secret.length < 12 ? '****' : `****${secret.slice(-4)}`
}
