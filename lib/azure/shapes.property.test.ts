import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { isJsonObject, type ExactJson, type JsonObject } from './decode/json.ts'
import {
  reorderAndRepeatRows,
  replaceMemberAtPath,
  addEquivalentBodyVariations,
  type ResponseMutation,
  generateResponseMutations,
} from './testing/mutate-answer.ts'
import { clientShapes } from './testing/client-shapes.ts'
import { resourceShapes } from './testing/resource-shapes.ts'
import { type DecodedResponse, type TestResponseShape, singleShapes } from './testing/shapes.ts'

/** Number of runs for each shape. */
const RUNS = 100

/** Values that mean "unknown", or an original 0. */
const UNKNOWN = [null, undefined, '', 'unknown', 0, 0n, '0', 'established']

const printed = (row: unknown): string =>
  JSON.stringify(row, (_, held: unknown) => {
    if (typeof held === 'bigint') return `${held}n`
    return isJsonObject(held) ? Object.fromEntries(Object.entries(held).toSorted()) : held
  })
const inOrder = (rows: readonly unknown[]): string[] => rows.map(printed).toSorted()

/** Returns the rows as sent: one row lacks a member, another is damaged. */
function rowsOf(shape: TestResponseShape, { lacking, damage }: ResponseMutation): ExactJson[] {
  return shape.rows.map((row, index) => {
    if (damage?.row === index) {
      return damage.path === null
        ? damage.value
        : replaceMemberAtPath(row, damage.path, { kind: 'value', value: damage.value })
    }
    return lacking?.row === index ? replaceMemberAtPath(row, lacking.path, lacking.odd) : row
  })
}

const isUnknown = (held: unknown) => UNKNOWN.includes(held as null) || (Array.isArray(held) && held.length === 0)

/** Reports whether a row equals the good row except for the values of the member that it lacks. */
function isButFor(good: JsonObject, read: JsonObject, own: readonly string[]): boolean {
  const others = (row: JsonObject) =>
    printed(Object.fromEntries(Object.entries(row).filter(([name]) => !own.includes(name))))
  if (others(good) !== others(read)) return false
  return own.every((name) => isLess(good[name], read[name]))
}

/** Reports whether a value equals the good value, is unknown, or equals it with unknown parts. */
function isLess(good: unknown, held: unknown): boolean {
  if (isUnknown(held) || printed(held) === printed(good)) return true
  if (Array.isArray(held) && Array.isArray(good)) {
    return held.length === good.length && held.every((item, index) => isLess(good[index], item))
  }
  return isJsonObject(held) && isJsonObject(good) && isButFor(good, held, Object.keys(good))
}

async function judge(
  shape: TestResponseShape,
  goodRows: readonly JsonObject[][],
  mutation: ResponseMutation,
): Promise<void> {
  const { dress, lacking, damage } = mutation
  const sent = reorderAndRepeatRows(rowsOf(shape, mutation), dress)
  const read = await shape.read(addEquivalentBodyVariations(shape.body(sent), dress))
  const isOdd = (index: number) => damage?.row === index || lacking?.row === index
  const untouched = goodRows.filter((_, index) => !isOdd(index)).flat()
  const found = new Set(inOrder(read.rows))
  const lost = inOrder(untouched).filter((row) => !found.has(row))
  expect(lost, 'rows that were lost beside an odd one').toEqual([])
  const more = read.rows.filter((row) => !inOrder(untouched).includes(printed(row)))
  if (damage === null && lacking === null) {
    expect({ ...read, rows: inOrder(read.rows) }).toEqual({ outcome: 'ok', error: null, rows: inOrder(untouched) })
    return
  }
  const copies = (row: number) => (shape.isSingle ? 1 : 1 + dress.doubled.filter((index) => index === row).length)
  const open = [...more]
  let mayMiss = 0
  if (lacking && lacking.row !== damage?.row) {
    const good = goodRows[lacking.row]?.[0] ?? {}
    const own = open.findIndex((row) => isButFor(good, row, shape.optional[lacking.path] ?? []))
    const isSilent = lacking.odd.kind === 'absent' || lacking.odd.value === null || lacking.odd.value === ''
    if (own >= 0) open.splice(own, 1)
    else if (isSilent || shape.keepsRows) expect(more, `${lacking.path}: its row is kept`).toContain('the row')
    // counts a row, or the unreadable member of a row that is kept
    if (!isSilent) mayMiss += copies(lacking.row)
  }
  let mustMiss = 0
  if (damage) {
    const good = goodRows[damage.row]?.[0] ?? {}
    const members = damage.path === null ? [] : (shape.optional[damage.path] ?? [damage.path])
    // a damaged value is decoded as itself or is unreadable
    const own = open.findIndex((row) => damage.path !== null && isReadable(shape, damage, row, good, members))
    if (own >= 0) open.splice(own, 1)
    if (own >= 0 && shape.namesMembers) mayMiss += copies(damage.row)
    else if (own < 0 && !isEmptied(shape, damage)) mustMiss = copies(damage.row)
  }
  expect(open, 'rows that nobody sent').toEqual([])
  expectNamed(shape, read, mustMiss, mustMiss + mayMiss, damage)
}

/** Reports whether a row has no items and is therefore empty. */
function isEmptied(
  { list, needed }: TestResponseShape,
  { path, value }: NonNullable<ResponseMutation['damage']>,
): boolean {
  if (list === undefined) return false
  if (path === null) return isJsonObject(value) && !needed.includes(list)
  return path === list && Array.isArray(value) && value.length === 0
}

/**
 * Reports whether a damaged value is still readable, because garbage of the right type is a value. The row then differs
 * only in the values of that member.
 */
function isReadable(
  shape: TestResponseShape,
  damage: NonNullable<ResponseMutation['damage']>,
  row: JsonObject,
  good: JsonObject,
  members: readonly string[],
): boolean {
  if (damage.path === null) return false
  const names = shape.needed.includes(damage.path) ? Object.keys(good) : members
  const others = (one: JsonObject) =>
    printed(Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name))))
  return others(row) === others(good)
}

function expectNamed(
  shape: TestResponseShape,
  read: DecodedResponse,
  least: number,
  most: number,
  damage: ResponseMutation['damage'],
): void {
  const count = read.error?.unread?.count ?? 0
  if (read.outcome === 'malformed') {
    expect(read.rows).toEqual([])
    expect(read.error?.code).toBe('MALFORMED_FIELD')
    return
  }
  expect(count, `${shape.name}: rows that are named: ${read.error?.detail}`).toBeGreaterThanOrEqual(least)
  expect(count).toBeLessThanOrEqual(most)
  expect(read.outcome).toBe(count > 0 ? 'incomplete' : 'ok')
  if (count === 0 || count !== least || !damage?.path) return
  const member = damage.path.split('.').at(-1) ?? ''
  expect(read.error?.detail.toLowerCase()).toContain(member.toLowerCase())
}

describe('what could be read is read, the rest is named, nothing is invented, nothing else is lost', () => {
  it.each([...singleShapes, ...resourceShapes, ...clientShapes].map((shape) => [shape.name, shape] as const))(
    '%s',
    async (_, shape) => {
      const all = await shape.read(shape.body(shape.rows))
      expect(all).toMatchObject({ outcome: 'ok', error: null })
      const goodRows = await Promise.all(shape.rows.map(async (row) => (await shape.read(shape.body([row]))).rows))
      expect(inOrder(goodRows.flat())).toEqual(inOrder(all.rows))
      await fc.assert(
        fc.asyncProperty(generateResponseMutations(shape), (mutation) => judge(shape, goodRows, mutation)),
        { numRuns: shape.isSlow ? RUNS / 10 : RUNS },
      )
    },
  )
})
