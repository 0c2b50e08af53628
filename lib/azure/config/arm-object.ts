import { isJsonObject } from '../decode/json.ts'
import { getArmMember } from '../decode/members.ts'

/** JSON object from ARM. The case of field names does not matter: `peerASN` and `peerAsn` are the same field. */
export interface ArmObjectReader {
  /** text without space at its ends; null if the field is missing, empty or not text */
  text(name: string): string | null
  number(name: string): number | null
  /** positive number; null if there is none. ARM writes 0 for a missing ASN, VLAN or count, so 0 becomes null */
  positive(name: string): number | null
  flag(name: string): boolean | null
  /** object in a field; an empty object if the field is missing */
  object(name: string): ArmObjectReader
  list(name: string): ArmObjectReader[]
  texts(name: string): string[]
  has(name: string): boolean
}

/**
 * Returns an object by which the fields of a resource can be read, as ARM lists it. A field in `properties` takes
 * precedence over a field outside, because ARM returns nested resources with or without `properties`. A field that is
 * missing or has another type is read as null or empty, so that a stored configuration of any form can be decoded.
 */
export function createArmObject(value: unknown): ArmObjectReader {
  const outer = isJsonObject(value) ? value : {}
  const properties = getArmMember(outer, 'properties')
  const inner = isJsonObject(properties) ? properties : {}
  const get = (name: string): unknown => getArmMember(inner, name) ?? getArmMember(outer, name) ?? null
  const items = (name: string): unknown[] => {
    const found = get(name)
    return Array.isArray(found) ? found : []
  }
  return {
    text: (name) => textOf(get(name)),
    number: (name) => numberOf(get(name)),
    positive: (name) => {
      const found = numberOf(get(name))
      return found !== null && found > 0 ? found : null
    },
    flag: (name) => {
      const found = get(name)
      return typeof found === 'boolean' ? found : null
    },
    object: (name) => createArmObject(get(name)),
    list: (name) => items(name).map(createArmObject),
    texts: (name) => items(name).filter((item) => typeof item === 'string'),
    has: (name) => get(name) !== null,
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** Returns a number; null if the value is not a number. ARM writes some numbers as text (`peerASN`, capacities). */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
