import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import { type DeclaredMaintenance, listMaintenanceWithin } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  splitTableIntoAtoms,
  type WhatIfFailure,
  EMPTY_WHAT_IF_FAILURE,
  computeWhatIfRows,
  createWhatIfRib,
  type WhatIfRoute,
} from './index.ts'
import { createTestWhatIfFailure, TEST_ROW_NAMES, createTestWhatIfRoute, createTestWhatIfTable } from './testing.ts'
import { createHourOfWeekTest, computeLossIntervals, computeOpenWindowIntervals } from './loss-intervals.ts'

const T0 = Date.UTC(2026, 9, 24)
const DAYS = 2
const WITHIN = { from: T0, to: T0 + DAYS * MS_PER_DAY }
const CIRCUITS = ['a', 'b', 'c', 'd']
const PATHS = CIRCUITS.flatMap((one) => [`${one}/private/primary`, `${one}/private/secondary`])
const PREFIXES = ['10.0.0.0/8', '10.20.0.0/16', '10.20.1.0/24', '10.30.0.0/16', '172.16.0.0/12', '192.168.7.0/24']

/** Returns the routes of an estate: each circuit has some of the prefixes on each path, to one of two gateways. */
const estateOf = (seed: number): WhatIfRoute[][] => {
  const [routes = []] = fc.sample(
    fc.array(
      fc.record({
        prefix: fc.constantFrom(...PREFIXES),
        circuit: fc.constantFrom(...CIRCUITS),
        path: fc.constantFrom('primary' as const, 'secondary' as const),
        gateway: fc.constantFrom('g1', 'g2'),
      }),
      { minLength: 10, maxLength: 24 },
    ),
    { seed, numRuns: 1 },
  )
  const all = routes.map((one) => {
    const peer = `${one.circuit}-${one.path}`
    return createTestWhatIfRoute({
      ...one,
      instance: 'i1',
      peer,
      nextHop: peer,
      connection: `${one.gateway}-${one.circuit}`,
    })
  })
  return ['g1', 'g2'].map((gateway) => all.filter((one) => one.gateway === gateway))
}

/** Returns the failure for terms: a circuit with both paths, one path, or a gateway. */
function failureOf(takes: readonly string[]): WhatIfFailure {
  const paths = new Set(
    takes.flatMap((one) =>
      CIRCUITS.includes(one) ? PATHS.filter((path) => path.startsWith(`${one}/`)) : PATHS.includes(one) ? [one] : [],
    ),
  )
  const whole = CIRCUITS.filter((one) =>
    PATHS.filter((path) => path.startsWith(`${one}/`)).every((path) => paths.has(path)),
  )
  return createTestWhatIfFailure({
    paths,
    circuits: new Set(whole),
    gateways: new Set(takes.filter((one) => one.startsWith('g'))),
  })
}

/**
 * Returns the prefixes without a remaining route by definition: a route covered the first address before, and every
 * such route is lost.
 */
function strandedNaively(tables: readonly WhatIfRoute[][], takes: ReadonlySet<string>): string[] {
  const isTaken = ({ circuit, path, gateway }: WhatIfRoute) =>
    takes.has(gateway ?? '') || takes.has(circuit ?? '') || takes.has(`${circuit}/private/${path}`)
  const covers = (address: string) => {
    const read = parseAddress(address)
    return ({ prefix }: WhatIfRoute) => {
      const own = parsePrefix(prefix)
      return read !== null && own !== null && doesPrefixContainAddress(own, read)
    }
  }
  return tables.flatMap((routes, n) =>
    computeWhatIfRows(
      createWhatIfRib(splitTableIntoAtoms(createTestWhatIfTable(routes))),
      EMPTY_WHAT_IF_FAILURE,
      TEST_ROW_NAMES,
    ).flatMap(({ prefix, firstAddress }) => {
      const own = routes.filter(covers(firstAddress))
      return own.length > 0 && own.every(isTaken) ? [`${n} ${prefix}`] : []
    }),
  )
}

const time = fc.oneof(
  fc.integer({ min: -DAYS * 1_440, max: 2 * DAYS * 1_440 }).map((minutes) => T0 + minutes * MS_PER_MINUTE),
  fc.constantFrom(T0 - 5 * 365 * MS_PER_DAY, T0 + 5 * 365 * MS_PER_DAY, T0, WITHIN.to),
)
const windows = fc.array(
  fc.record({
    from: time,
    length: fc.oneof(fc.integer({ min: -60, max: 600 }), fc.constantFrom(0, 5 * 525_600)),
    takes: fc.option(fc.subarray([...CIRCUITS, ...PATHS, 'g1', 'g2'], { maxLength: 3 })),
  }),
  { maxLength: 8 },
)

describe('intervals of what is lost', () => {
  it('are those of brute force over minutes, with the same prefixes: 200 sets of windows on five estates', async () => {
    let compared = 0
    let lossy = 0
    for (const estate of [1, 2, 3, 4, 5]) {
      const tables = estateOf(estate)
      const ribs = tables.map((routes) => createWhatIfRib(splitTableIntoAtoms(createTestWhatIfTable(routes))))
      for (const set of fc.sample(windows, { seed: estate, numRuns: 40 })) {
        const announced = set.map(({ from, length, takes }, n) => ({
          id: `w${n}`,
          from,
          to: from + length * MS_PER_MINUTE,
          takes,
        }))
        const found = await computeLossIntervals(announced, WITHIN, async (takes) =>
          ribs.flatMap((rib, n) =>
            computeWhatIfRows(rib, failureOf(takes), TEST_ROW_NAMES, 'changed').flatMap(({ outcome, prefix }) =>
              outcome === 'stranded' ? [`${n} ${prefix}`] : [],
            ),
          ),
        )
        const known = new Map<string, string[]>()
        let at = 0
        for (let minute = WITHIN.from; minute < WITHIN.to; minute += MS_PER_MINUTE) {
          const open = announced.filter(({ from, to }) => from <= minute && minute < to)
          while ((found[at]?.to ?? Infinity) <= minute) at += 1
          const next = found[at]
          const one = next !== undefined && next.from <= minute ? next : null
          if (open.length === 0) {
            if (one) expect(one).toBeNull()
            continue
          }
          const takes = new Set(open.flatMap((window) => window.takes ?? []))
          const key = [...takes].join(' ')
          const stranded = known.get(key) ?? strandedNaively(tables, takes)
          known.set(key, stranded)
          // compares directly first, because an assertion is slower
          const same =
            one !== null &&
            String(one.windows) === String(open.map(({ id }) => id)) &&
            String(one.consequence ?? []) === String(stranded)
          if (!same) expect(one).toMatchObject({ windows: open.map(({ id }) => id), consequence: stranded })
          if (stranded.length > 0) lossy += 1
        }
        expect(found.every(({ from, to }) => WITHIN.from <= from && from < to && to <= WITHIN.to)).toBe(true)
        compared += 1
      }
    }
    expect(compared).toBe(200)
    // ensures that the sets strand prefixes in a large part of their minutes, so that the comparison is meaningful
    expect(lossy).toBeGreaterThan(20_000)
  })

  it('ask once for what is taken together, whoever takes it and how often', async () => {
    const asked: string[] = []
    const nightly = Array.from({ length: 5 }, (_, n) => ({
      id: `n${n}`,
      from: T0 + n * 6 * MS_PER_HOUR,
      to: T0 + (n * 6 + 2) * MS_PER_HOUR,
      takes: ['b', 'a'],
    }))
    const found = await computeLossIntervals(nightly, WITHIN, async (takes) => void asked.push(takes.join('+')))
    expect(found).toHaveLength(5)
    expect(asked).toEqual(['a+b'])
  })

  it('of windows that recur are open at the minutes of their local time alone, over a change of the clocks', () => {
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/London',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      weekday: 'short',
      day: 'numeric',
    })
    const partsAt = (at: number) => Object.fromEntries(local.formatToParts(at).map(({ type, value }) => [type, value]))
    for (const [year, month, day] of [
      [2026, 9, 24],
      [2027, 2, 27],
    ] as const) {
      const begin = Date.UTC(year, month, day)
      const within = { from: begin, to: begin + 3 * MS_PER_DAY }
      // every minute of the three days in London local time
      const minutes = Array.from(
        { length: 3 * 1_440 + 600 },
        (_, n) => begin - 10 * MS_PER_HOUR + n * MS_PER_MINUTE,
      ).map((at) => ({ at, ...partsAt(at) }) as { at: number; hour: string; minute: string; day: string })
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 23 }),
          fc.constantFrom(0, 30),
          fc.integer({ min: 1, max: 400 }),
          (hour, minute, length) => {
            // times that are skipped when clocks change are tested with the expansion of windows
            fc.pre(month !== 2 || hour !== 1)
            const first = minutes.find(
              (one) => one.at >= begin - 9 * MS_PER_HOUR && Number(one.hour) === hour && Number(one.minute) === minute,
            )
            fc.pre(first !== undefined)
            const from = first?.at ?? 0
            const declared: DeclaredMaintenance = {
              id: 'mw',
              title: 'Work',
              from: new Date(from).toISOString(),
              to: new Date(from + length * MS_PER_MINUTE).toISOString(),
              recurrence: { rule: 'FREQ=DAILY', timeZone: 'Europe/London', exceptDates: [] },
              scopes: ['a'],
              paths: [],
              note: '',
            }
            const announced = listMaintenanceWithin([declared], within).map(({ id, ...one }) => ({
              id,
              from: Date.parse(one.from),
              to: Date.parse(one.to),
            }))
            const found = computeOpenWindowIntervals(announced, within)
            const days = new Set<string>()
            const starts = minutes.filter((one) => {
              const isStart =
                one.at >= from && Number(one.hour) === hour && Number(one.minute) === minute && !days.has(one.day)
              if (isStart) days.add(one.day)
              return isStart
            })
            for (const { at } of minutes.filter((one) => one.at >= within.from && one.at < within.to)) {
              const isOpen = starts.some((start) => start.at <= at && at < start.at + length * MS_PER_MINUTE)
              if (isOpen !== found.some((one) => one.from <= at && at < one.to))
                expect(new Date(at).toISOString()).toBe(isOpen ? 'open' : 'closed')
            }
          },
        ),
        { numRuns: 60 },
      )
    }
  })
})

it('the hours of an interval are those of the same weekday', () => {
  const thursday = Date.UTC(2026, 10, 26, 2)
  const isThen = createHourOfWeekTest({ from: thursday, to: thursday + 2 * MS_PER_HOUR })
  const samples = Array.from({ length: 28 * 24 }, (_, n) => Date.UTC(2026, 9, 26) + n * MS_PER_HOUR)
  expect(
    samples.filter(isThen).map((at) => new Date(at).toUTCString().slice(0, 3) + new Date(at).getUTCHours()),
  ).toEqual(Array.from({ length: 4 }, () => ['Thu2', 'Thu3']).flat())
  expect(samples.every(createHourOfWeekTest({ from: thursday, to: thursday + 8 * MS_PER_DAY }))).toBe(true)
})
