import fc from 'fast-check'
import { isJsonObject, type ExactJson, type JsonObject } from '../decode/json.ts'
import type { TestResponseShape } from './shapes.ts'

/** Replacement of a member; `absent` = the member is removed. */
export type MemberReplacement = { kind: 'absent' } | { kind: 'value'; value: ExactJson }

export interface ResponseMutation {
  /**
   * changes without a meaning: letters with changed case, additional members, duplicate rows, and the order of the rows
   */
  dress: { turns: number[]; extras: [string, ExactJson][]; doubled: number[]; order: number }
  /** one row and an optional member that it lacks */
  lacking: { row: number; path: string; odd: MemberReplacement } | null
  /** another row that is damaged as a whole (`path` null) or in one member */
  damage: { row: number; path: string | null; value: ExactJson } | null
}

const ABSENT: MemberReplacement = { kind: 'absent' }
const value = (given: ExactJson): MemberReplacement => ({ kind: 'value', value: given })
const odd = fc.constantFrom<MemberReplacement>(ABSENT, value(null), value(''), value(0), value([]))
const garbage = fc.constantFrom<ExactJson>(7, true, 'text', [], [7], {}, { id: {} }, -1, 'é\u0001', 1.5)
const extra = fc.tuple(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'zNew', 'z.new', 'Z New', 'zÄ', 'zİ'),
  fc.constantFrom<ExactJson>(
    null,
    0,
    '',
    [],
    {},
    'text',
    { value: [] },
    [[{ name: 7 }]],
    Number.MAX_VALUE,
    12345678901234567890n,
  ),
)

/** Generates mutations. @param shape whose responses are changed */
export function generateResponseMutations(shape: TestResponseShape): fc.Arbitrary<ResponseMutation> {
  const row = fc.nat({ max: shape.rows.length - 1 })
  const paths = Object.keys(shape.optional)
  const places = [null, ...shape.needed, ...paths]
  return fc.record({
    dress: fc.record({
      turns: fc.array(fc.nat({ max: 15 }), { maxLength: 8 }),
      extras: fc.array(extra, { maxLength: 3 }),
      doubled: shape.isSingle || shape.hasDoubles ? fc.constant([]) : fc.array(row, { maxLength: 2 }),
      order: fc.nat({ max: 5 }),
    }),
    lacking:
      paths.length === 0 ? fc.constant(null) : fc.option(fc.record({ row, path: fc.constantFrom(...paths), odd })),
    damage: shape.isSingle
      ? fc.constant(null)
      : fc.option(fc.record({ row, path: fc.constantFrom(...places), value: garbage }), { freq: 2 }),
  })
}

/** Returns a copy of an object with a changed member at a path (`properties.peerings.0.name`). */
export function replaceMemberAtPath(row: JsonObject, path: string, given: MemberReplacement): JsonObject {
  const copy = structuredClone(row)
  const names = path.split('.')
  const last = names.pop() ?? ''
  const owner = names.reduce<ExactJson>((one, name) => (one as JsonObject)[name] ?? {}, copy) as JsonObject
  if (given.kind === 'absent') delete owner[last]
  else owner[last] = given.value
  return copy
}

/** Returns an equivalent body with changed case of names and additional unknown members. */
export function addEquivalentBodyVariations(body: ExactJson, { turns, extras }: ResponseMutation['dress']): ExactJson {
  if (Array.isArray(body))
    return body.map((item) => addEquivalentBodyVariations(item, { turns, extras, doubled: [], order: 0 }))
  if (!isJsonObject(body)) return body
  const own = Object.entries(body).map(
    ([name, held]) =>
      [turned(name, turns), addEquivalentBodyVariations(held, { turns, extras, doubled: [], order: 0 })] as const,
  )
  const more = extras.filter(([name]) => !own.some(([known]) => known.toLowerCase() === name.toLowerCase()))
  return Object.fromEntries([...own, ...more])
}

function turned(name: string, turns: readonly number[]): string {
  return [...name]
    .map((letter, index) => {
      if (!turns.includes(index % 16)) return letter
      return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
    })
    .join('')
}

/** Returns the rows in one of several orders, with some rows repeated. */
export function reorderAndRepeatRows<T>(
  rows: readonly T[],
  { doubled, order }: Pick<ResponseMutation['dress'], 'doubled' | 'order'>,
): T[] {
  const all = [...rows, ...doubled.flatMap((index) => rows.slice(index, index + 1))]
  const shift = order % Math.max(1, all.length)
  const moved = [...all.slice(shift), ...all.slice(0, shift)]
  return order % 2 === 0 ? moved : moved.toReversed()
}
