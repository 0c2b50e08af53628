import fc from 'fast-check'
import { isJsonObject, type Json, type JsonObject } from '../decode/json.ts'
import type { Shape } from './shapes.ts'

/** What a member is replaced by; `absent` = it is taken out. */
export type Odd = { kind: 'absent' } | { kind: 'value'; value: Json }

export interface Mutation {
  /** changes nothing that is said: letters whose case is turned, members beside, rows doubled, their order */
  dress: { turns: number[]; extras: [string, Json][]; doubled: number[]; order: number }
  /** of one row: a member that it may lack */
  lacking: { row: number; path: string; odd: Odd } | null
  /** of another row: it as a whole (`path` null), or one member */
  damage: { row: number; path: string | null; value: Json } | null
}

const ABSENT: Odd = { kind: 'absent' }
const value = (given: Json): Odd => ({ kind: 'value', value: given })
const odd = fc.constantFrom<Odd>(ABSENT, value(null), value(''), value(0), value([]))
const garbage = fc.constantFrom<Json>(7, true, 'text', [], [7], {}, { id: {} }, -1, 'é\u0001', 1.5)
const extra = fc.tuple(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'zNew', 'z.new', 'Z New', 'zÄ', 'zİ'),
  fc.constantFrom<Json>(
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

/** @param shape whose answers are changed */
export function mutations(shape: Shape): fc.Arbitrary<Mutation> {
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

/** An object with the member at a path (`properties.peerings.0.name`) changed. */
export function changed(row: JsonObject, path: string, given: Odd): JsonObject {
  const copy = structuredClone(row)
  const names = path.split('.')
  const last = names.pop() ?? ''
  const owner = names.reduce<Json>((one, name) => (one as JsonObject)[name] ?? {}, copy) as JsonObject
  if (given.kind === 'absent') delete owner[last]
  else owner[last] = given.value
  return copy
}

/** Says the same in other words: names in another case, and members that nobody knows. */
export function dressed(body: Json, { turns, extras }: Mutation['dress']): Json {
  if (Array.isArray(body)) return body.map((item) => dressed(item, { turns, extras, doubled: [], order: 0 }))
  if (!isJsonObject(body)) return body
  const own = Object.entries(body).map(
    ([name, held]) => [turned(name, turns), dressed(held, { turns, extras, doubled: [], order: 0 })] as const,
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

/** Rows in one of the orders of three, some of them twice. */
export function arranged<T>(rows: readonly T[], { doubled, order }: Pick<Mutation['dress'], 'doubled' | 'order'>): T[] {
  const all = [...rows, ...doubled.flatMap((index) => rows.slice(index, index + 1))]
  const shift = order % Math.max(1, all.length)
  const moved = [...all.slice(shift), ...all.slice(0, shift)]
  return order % 2 === 0 ? moved : moved.toReversed()
}
