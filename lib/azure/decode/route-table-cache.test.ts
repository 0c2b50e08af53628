import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RouteRow, RoutesObservation } from '#lib/contract/index.ts'
import { decodePollResponse } from './decode-answer.ts'
import { RouteTableCache } from './route-table-cache.ts'

const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const target = { resourceId: GATEWAY, subresource: '' }
const span = { startedAt: 0, finishedAt: 1 }
const polled = (body: string, tables?: RouteTableCache) =>
  decodePollResponse(target, 'learned', { status: 200, headers: {}, body }, span, tables) as RoutesObservation

const wireRow = (n: number, own: Record<string, unknown> = {}) => ({
  localAddress: `10.0.4.${12 + (n % 2)}`,
  network: `10.${128 + (n >> 8)}.${n & 255}.0/24`,
  nextHop: '10.0.4.4',
  sourcePeer: '10.0.4.4',
  origin: 'EBgp',
  asPath: '65001-12076',
  weight: 32_769,
  ...own,
})
const textOf = (rows: readonly unknown[], around: object = {}) => JSON.stringify({ ...around, value: rows })

const keyOf = (row: RouteRow) => JSON.stringify(row)
/** Returns the table that results from applying a partial table to the previous table. */
function applied(before: readonly RouteRow[], { since }: NonNullable<RoutesObservation['answer']>): string[] {
  const changed = new Set(since?.keys.map(({ instance, peer, prefix }) => `${instance} ${peer} ${prefix}`))
  return [
    ...before.filter(({ instance, peer, prefix }) => !changed.has(`${instance} ${peer} ${prefix}`)),
    ...(since?.rows ?? []),
  ]
    .map(keyOf)
    .toSorted()
}

const row = fc.record({
  n: fc.integer({ min: 0, max: 11 }),
  own: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        asPath: fc.constantFrom('65001', '65002-65001'),
        sourcePeer: fc.constantFrom('10.0.4.4', '10.0.4.5'),
      }),
    },
    // other spellings of existing values, unreadable values, and text that looks like the end of a row
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { network: '010.128.1.0/24' },
        { network: 7 },
        { origin: '"},{"network":"10.128.1.0/24' },
        { Network: '10.128.9.0/24' },
      ),
    },
  ),
})
const step = fc.record({
  rows: fc.nat(3).chain((maxLength) => fc.array(row, { maxLength })),
  gone: fc.nat(3).chain((maxLength) => fc.array(fc.nat(20), { maxLength })),
  how: fc.constantFrom('same', 'same', 'reversed', 'doubled', 'spaced', 'around'),
})

it('a table that is known, or compared by its texts, is the table that a decoder without memory reads', () => {
  let [quick, partial] = [0, 0]
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 12 }), (steps) => {
      const tables = new RouteTableCache()
      const known = new Map<string, RouteRow[]>()
      let rows: unknown[] = Array.from({ length: 20 }, (_, n) => wireRow(n))
      for (const { rows: more, gone, how } of steps) {
        rows = [...rows.filter((_, at) => !gone.includes(at)), ...more.map(({ n, own }) => wireRow(n, own))]
        if (how === 'reversed') rows.reverse()
        const listed = how === 'doubled' ? [...rows, rows[0]] : rows
        const body =
          how === 'spaced'
            ? JSON.stringify({ value: listed }, null, 1)
            : textOf(listed, how === 'around' ? { id: known.size } : {})
        const [plain, own] = [polled(body), polled(body, tables)]
        expect({ ...own, answer: undefined }).toEqual({ ...plain, answer: undefined })
        const { answer } = own
        if (!answer) continue
        expect(answer.size).toBe(plain.rows.length)
        expect(new Set(answer.instances)).toEqual(new Set(plain.rows.flatMap(({ instance }) => instance ?? [])))
        const same = known.get(answer.digest)
        if (same) expect(plain.rows).toEqual(same)
        if (same) quick++
        const before = answer.since && known.get(answer.since.digest)
        if (before) expect(applied(before, answer)).toEqual(plain.rows.map(keyOf).toSorted())
        if (before) partial++
        known.set(answer.digest, plain.rows)
      }
    }),
    { numRuns: 60 },
  )
  expect(quick).toBeGreaterThan(0)
  expect(partial).toBeGreaterThan(0)
})

it('an unchanged table of 10,000 routes costs its hash, and one with a change, or in another order, little more', () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => wireRow(n >> 2, { sourcePeer: `10.0.4.${4 + (n & 3)}` }))
  const changed = rows.with(5_000, wireRow(1_250, { asPath: '65009' }))
  const tables = new RouteTableCache()
  /** Returns the minimum CPU time, in milliseconds, of five runs. */
  const least = (read: () => unknown) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const before = process.cpuUsage()
        read()
        const { user, system } = process.cpuUsage(before)
        return (user + system) / 1_000
      }),
    )
  const whole = least(() => polled(textOf(rows)))
  const [same, others] = [textOf(rows), [textOf(changed), textOf(changed.toReversed()), textOf(rows)]]
  polled(same, tables)
  expect(least(() => polled(same, tables))).toBeLessThan(whole / 10)
  // three bodies, each of which costs at most half of a whole decoding
  expect(least(() => others.map((body) => polled(body, tables)))).toBeLessThan(whole * 1.5)
  expect(polled(textOf(changed), tables).answer?.since).toMatchObject({
    keys: [{ instance: '10.0.4.12', peer: '10.0.4.4', prefix: '10.132.226.0/24' }],
  })
})
