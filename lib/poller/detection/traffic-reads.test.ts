import { expect, it } from 'vitest'
import type { PollMark } from '#lib/contract/index.ts'
import { NOTHING_CONNECTED, readScope, type Signal, type TrafficFact } from '#lib/detection/index.ts'
import type { DetectionStore } from './store.ts'
import { pathsInUse } from './traffic-reads.ts'

const AT = 10 * 60_000
const group = {
  topology: {
    ...NOTHING_CONNECTED,
    circuits: [
      {
        scope: 'ckt',
        name: 'ckt',
        provider: null,
        location: null,
        connectivity: null,
        bandwidthBps: null,
        premium: false,
        backedUp: null,
        peerings: [],
      },
    ],
    gateways: [{ scope: 'gw', name: 'gw', kind: 'expressRoute' as const, provisioningState: null, circuits: ['ckt'] }],
    mappings: [
      { gateway: 'gw', neighbor: '10.0.4.4', circuit: 'ckt', path: 'primary' as const, confidence: 'certain' as const },
    ],
  },
  scopes: ['ckt', 'gw'],
}
const flat = { isFlat: true }
const fact = { meters: { primary: { in: flat, out: flat } } } as unknown as TrafficFact
const routes: Signal = { type: 'routes', kind: 'learned', changes: [], sizes: {} }

/** Whether routes are read, by when that was done last and when they moved last. */
async function asks(
  lookedUpAt: number | undefined,
  changedAt: number | null,
  signals: Signal[] = [],
): Promise<boolean> {
  let asked = false
  const store = {
    reportedRoutes: async () => {
      asked = true
      return []
    },
    routesTo: async () => ({ entries: [], covered: [], ownSpace: [] }),
  } as unknown as DetectionStore
  const mark = { scope: 'ckt', finishedAt: AT } as PollMark
  const traffic = { fact, inUse: {}, ...(lookedUpAt === undefined ? {} : { inUseAt: lookedUpAt }) }
  const known = {
    ckt: readScope({ version: 1, traffic }),
    gw: readScope({ version: 1, routesChangedAt: changedAt }),
  }
  const { inUse } = await pathsInUse(store, group, mark, signals, known)
  expect(inUse !== undefined).toBe(asked)
  return asked
}

it('reads the routes of a path that stands still once, and again when they moved or after a while', async () => {
  expect(await asks(undefined, null)).toBe(true)
  expect(await asks(AT - 60_000, null)).toBe(false)
  expect(await asks(AT - 60_000, AT - 120_000)).toBe(false)
  expect(await asks(AT - 60_000, AT - 30_000)).toBe(true)
  expect(await asks(AT - 60_000, null, [routes])).toBe(true)
  expect(await asks(0, null)).toBe(true)
})
