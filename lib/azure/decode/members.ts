import { z } from 'zod'
import { isJsonObject, type ExactJson, type JsonObject } from './json.ts'

/**
 * Returns a member of an ARM object. The case of its name does not matter, because responses differ from the
 * specification (`primaryBytesIn` and `primarybytesIn`). If several members match, the exact spelling takes precedence,
 * and a value takes precedence over null. Source: Microsoft REST API Guidelines, "Azure Resource Manager": names are
 * compared without regard to case.
 * @returns undefined if there is no such member
 */
export function getArmMember(object: JsonObject, name: string): ExactJson | undefined {
  const own = object[name]
  if (own !== undefined && own !== null) return own
  const wanted = name.toLowerCase()
  let found = own
  for (const [key, value] of Object.entries(object)) {
    if (key.length !== name.length || key === name || key.toLowerCase() !== wanted) continue
    if (value !== null) return value
    found ??= value
  }
  return found
}

/** Returns the items of a list that is a member of an object; empty if there is no such list. */
export function findListMember(object: JsonObject, name: string): ExactJson[] {
  const found = getArmMember(object, name)
  return Array.isArray(found) ? found : []
}

/**
 * Returns a schema for an ARM object with the given members, in any case of their names. Other members are dropped. All
 * object schemas in lib/azure are built with this function or {@link createArmBodySchema}.
 */
export function createArmRowSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape)
  return z.preprocess((value) => {
    if (!isJsonObject(value)) return value
    const read: JsonObject = {}
    for (const name of names) {
      const found = getArmMember(value, name)
      if (found !== undefined) read[name] = found
    }
    return read
  }, z.object(shape))
}

/** Returns a schema like {@link createArmRowSchema}, but the other members of the object are kept unchanged. */
export function createArmBodySchema<Shape extends z.ZodRawShape>(shape: Shape) {
  const spelled = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]))
  return z.preprocess((value) => {
    if (!isJsonObject(value)) return value
    const others = Object.entries(value).filter(([key]) => !spelled.has(key.toLowerCase()))
    const own = [...spelled.values()].flatMap((name) => {
      const found = getArmMember(value, name)
      return found === undefined ? [] : [[name, found] as const]
    })
    return Object.fromEntries([...own, ...others])
  }, z.looseObject(shape))
}
