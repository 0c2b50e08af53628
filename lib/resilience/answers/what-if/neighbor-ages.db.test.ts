import { beforeAll, expect, it } from 'vitest'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { computeWhatIf } from '../what-if.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const MINUTE = 60_000
const MSEES = ['10.0.4.4', '10.0.4.5']
const PREFIX = '10.1.0.0/16'

/**
 * The primary path of `flapped` lost its prefix for some minutes, and the neighbor with the higher address lost it at
 * the same time. At `reset`, only a neighbor of the gateway lost it.
 */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  for (let n = 0; n < 4; n++) {
    const at = T0 + n * MINUTE
    const isDown = n === 2
    await feed.inventory(at, [
      createCircuitRow('flapped'),
      createCircuitRow('reset'),
      ...['near', 'far'].flatMap((name) => [
        createGatewayRow(name, 'ExpressRoute', name),
        createNetworkRow(name, ['10.100.0.0/16']),
      ]),
      createConnectionRow('one', 'near', 'flapped', 0),
      createConnectionRow('two', 'far', 'reset', 0),
    ])
    await feed.tables(at, 'flapped', 'primary', isDown ? [] : [pathRoute(PREFIX)])
    await feed.tables(at, 'flapped', 'secondary', [pathRoute(PREFIX)])
    for (const path of ['primary', 'secondary'] as const) await feed.tables(at, 'reset', path, [pathRoute(PREFIX)])
    for (const name of ['near', 'far'])
      await feed.learned(
        at,
        name,
        MSEES.slice(0, isDown ? 1 : 2).map((peer) => learnedRoute(PREFIX, { peer })),
      )
  }
})

async function leftWithoutPrimary(name: string) {
  const read = parseWhatIfLosses(`${computeShortId(circuitId(name))}/private/primary`)
  const lose = 'terms' in read ? read.terms : []
  const asked = { lose, change: [], at: undefined, customer: undefined, rows: 'all' as const }
  const { data } = await computeWhatIf(db, asked, { costOfMonth: null }, T0 + 3 * MINUTE + 10_000)
  const gateways = { flapped: 'near', reset: 'far' }
  const rows = data.prefixes.filter(
    ({ scopeName, side }) =>
      side === 'azure' && Object.entries(gateways).some(([of, own]) => of === name && own === scopeName),
  )
  return rows.map(({ outcome, after }) => [outcome, after.map(({ peer, path }) => `${peer} ${path}`)])
}

it('maps a neighbor to the path on which the same prefix came back at the same time', async () => {
  expect(await leftWithoutPrimary('flapped')).toEqual([['stays', ['10.0.4.4 secondary']]])
})

it('keeps the order of addresses, if the ages of neither placement fit', async () => {
  expect(await leftWithoutPrimary('reset')).toEqual([['stays', ['10.0.4.5 secondary']]])
})
