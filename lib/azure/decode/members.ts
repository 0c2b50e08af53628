import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from './json.ts'

/**
 * A member of an ARM object, whatever its case: the wire does not keep to the specification's spelling (`primaryBytesIn` where that has
 * `primarybytesIn`, `{"Error":{"Code":..}}` beside `{"error":{"code":..}}`). The spelling that is asked for comes before others, and
 * what is stated before a null.
 * Source: Microsoft REST API Guidelines, "Azure Resource Manager": names are compared without regard to case.
 * @returns undefined where there is none
 */
export function member(object: JsonObject, name: string): Json | undefined {
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

/** What is in a list of an object; nothing where there is no such list. */
export function itemsIn(object: JsonObject, name: string): Json[] {
  const found = member(object, name)
  return Array.isArray(found) ? found : []
}

/** An object of ARM's by these members, whatever their case; its other members are dropped. Nothing else in this folder reads an object. */
export function armRow<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape)
  return z.preprocess((value) => {
    if (!isJsonObject(value)) return value
    const read: JsonObject = {}
    for (const name of names) {
      const found = member(value, name)
      if (found !== undefined) read[name] = found
    }
    return read
  }, z.object(shape))
}

/** As {@link armRow}, with all other members as they came. */
export function armBody<Shape extends z.ZodRawShape>(shape: Shape) {
  const spelled = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]))
  return z.preprocess((value) => {
    if (!isJsonObject(value)) return value
    const others = Object.entries(value).filter(([key]) => !spelled.has(key.toLowerCase()))
    const own = [...spelled.values()].flatMap((name) => {
      const found = member(value, name)
      return found === undefined ? [] : [[name, found] as const]
    })
    return Object.fromEntries([...own, ...others])
  }, z.looseObject(shape))
}
