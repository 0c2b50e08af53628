type Json = unknown
interface Difference {
  before: Json
  after: Json
}

/** Maximum length of the stored state before a change, and of the state after it, in characters of its JSON text. */
const MAX_LENGTH = 16_000
/**
 * Matches the names of fields that contain secrets, whose values are masked. Callers already leave out all known
 * secrets. The pattern protects fields that are added later.
 */
const SECRET = /secret|password|^token$|^link$|credential/i

/**
 * Returns only the differences between two states. For objects these are the fields that differ, and for lists the
 * entries that only one of the two states contains. Secrets are masked, and a state longer than {@link MAX_LENGTH} is
 * truncated.
 */
export function findAuditDifference(before: Json, after: Json): Difference {
  const differing = between(before ?? null, after ?? null)
  return { before: kept(differing.before), after: kept(differing.after) }
}

function between(before: Json, after: Json): Difference {
  if (Array.isArray(before) && Array.isArray(after)) {
    const texts = { before: new Set(before.map(textOf)), after: new Set(after.map(textOf)) }
    return {
      before: before.filter((one) => !texts.after.has(textOf(one))),
      after: after.filter((one) => !texts.before.has(textOf(one))),
    }
  }
  if (!isRecord(before) || !isRecord(after)) return { before, after }
  const result = { before: {} as Record<string, Json>, after: {} as Record<string, Json> }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (textOf(before[name]) === textOf(after[name])) continue
    const inside = between(before[name], after[name])
    if (name in before) result.before[name] = inside.before
    if (name in after) result.after[name] = inside.after
  }
  return result
}

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: Json): string => JSON.stringify(value) ?? 'undefined'

function kept(value: Json): Json {
  const text = JSON.stringify(value, (name, one) => (SECRET.test(name) && one !== null ? '***' : one)) ?? 'null'
  return text.length <= MAX_LENGTH ? JSON.parse(text) : { cutAfter: MAX_LENGTH, text: text.slice(0, MAX_LENGTH) }
}
