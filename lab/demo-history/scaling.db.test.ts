import { afterEach, describe, expect, it } from 'vitest'
import { type MetricsObservation, SCALE_UNITS_METRIC } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getGateway, listGateways } from '#lib/gateways/answers/index.ts'
import { getOrCreateSourceId, syncPollSchedule } from '#lib/history/index.ts'
import { getEvents } from '#lib/incidents/answers/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { recordPollAndRunDetection, TopologyCache } from '#lib/poller/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import {
  createWorld,
  type HappeningInput,
  oneCircuitScenario,
  parseSimulatorScenario,
  type ScenarioInput,
} from '../simulator/index.ts'
import { startPastGenerator } from './make-past.ts'
import { TEST_TIMELINE_START_MS, createTemporaryTestDatabase } from './testing.ts'

const [FIRST, SECOND, THIRD] = ['10.0.4.12', '10.0.4.13', '10.0.4.14'] as const
const LEFT = TEST_TIMELINE_START_MS - 40 * MS_PER_MINUTE

const gone = (id: string, instance: string, at: string, until?: string): HappeningInput => ({
  id,
  op: 'instance-loss',
  gateway: 'gw-pair',
  instance,
  reconnect: '1s',
  at,
  ...(until && { until }),
})

/** A gateway of two instances, with a third from 80 to 40 minutes ago. Azure never reports a change of the gateway. */
const scaling = (scaleUnitsMost: number, more: HappeningInput[] = [], until?: string): ScenarioInput => ({
  ...oneCircuitScenario,
  gateways: (oneCircuitScenario.gateways ?? []).map((gateway) => ({
    ...gateway,
    sku: 'ErGwScale',
    scaleUnits: 2,
    scaleUnitsMost,
    instances: [FIRST, SECOND, THIRD].map((address) => ({ address })),
  })),
  happenings: [gone('before', THIRD, '-3d', '-80m'), gone('after', THIRD, '-40m', until), ...more],
})

/**
 * Returns a function that records the units in use as Azure Monitor reports them. Each bucket of five minutes is known
 * three minutes after its end.
 */
function unitsPolls(db: Database, resourceId: string, unitsAt: (at: number) => number) {
  const target = { resourceId, subresource: '' }
  const estate = new TopologyCache()
  let next = TEST_TIMELINE_START_MS - 90 * MS_PER_MINUTE
  return async (knownBy: number) => {
    for (; next + 8 * MS_PER_MINUTE <= knownBy; next += 5 * MS_PER_MINUTE) {
      const value = unitsAt(next)
      const observation: MetricsObservation = {
        target,
        kind: 'metrics',
        startedAt: next + 8 * MS_PER_MINUTE,
        finishedAt: next + 8 * MS_PER_MINUTE + 1,
        outcome: 'ok',
        error: null,
        silentInstances: [],
        budget: null,
        correlationId: '',
        rows: [
          {
            metric: SCALE_UNITS_METRIC,
            unit: 'Count',
            grainSeconds: 300,
            dimensions: {},
            at: next,
            average: value,
            maximum: value,
            minimum: value,
            total: null,
          },
        ],
      }
      const sourceId = await getOrCreateSourceId(db.pool, target)
      await db.transaction((client) =>
        recordPollAndRunDetection(client, sourceId, observation, {
          intervalSeconds: 300,
          localAddresses: null,
          estate,
        }),
      )
    }
  }
}

let drop = async () => {}
afterEach(() => drop())

/** Returns the findings about the gateway at the end, and a while before it, when all polls arrived in order. */
async function judged(scenario: ScenarioInput, unitsAfter: number | null) {
  const made = await createTemporaryTestDatabase()
  const { db } = made
  drop = made.drop
  const world = createWorld(parseSimulatorScenario(scenario), TEST_TIMELINE_START_MS)
  const resourceId = `/subscriptions/${oneCircuitScenario.subscriptions?.[0]?.id}/resourceGroups/rg-pair/providers/Microsoft.Network/virtualNetworkGateways/gw-pair`
  const beside =
    unitsAfter === null
      ? async () => {}
      : unitsPolls(db, resourceId, (at) => (at + 5 * MS_PER_MINUTE <= LEFT ? 3 : unitsAfter))
  const past = await startPastGenerator({
    db,
    world,
    from: TEST_TIMELINE_START_MS - 90 * MS_PER_MINUTE + 17_300,
    origin: TEST_TIMELINE_START_MS,
    horizon: TEST_TIMELINE_START_MS + 10 * MS_PER_MINUTE,
    beside,
  })
  const stateAt = async (at: number) => {
    await past.upTo(at)
    await beside(at)
    await db.transaction((client) =>
      syncPollSchedule(client, [{ resourceId, subresource: '', kind: 'peers', everySeconds: 60 }]),
    )
    const [gateway] = (await listGateways(db, { limit: 10 }, at)).data
    return (await getGateway(db, gateway?.id ?? '', at)).data
  }
  const meanwhile = (await stateAt(LEFT + 18 * MS_PER_MINUTE)).state
  const now = TEST_TIMELINE_START_MS + 1_000
  const { id: scope, state, instances } = await stateAt(TEST_TIMELINE_START_MS)
  past.close()
  const addressesAt = async (at?: number) => {
    const { data } = await listSessions(db, { scope, limit: 100, ...(at && { at }) }, now)
    return [...new Set(data.map(({ localAddress }) => localAddress))].toSorted()
  }
  const events = await getEvents(db, { limit: 100 }, now)
  return {
    meanwhile,
    state,
    instances: instances.map(({ address }) => address),
    sessions: await addressesAt(),
    before: await addressesAt(TEST_TIMELINE_START_MS - 15 * MS_PER_MINUTE),
    adverse: events.data.flatMap(({ kind, severity, subject }) => (severity === 'info' ? [] : `${kind} ${subject}`)),
  }
}

const TWO = [FIRST, SECOND]
const whole = { meanwhile: 'healthy', state: 'healthy', instances: TWO, sessions: TWO, before: TWO, adverse: [] }

describe('an instance that goes when its gateway scales in', { timeout: 120_000 }, () => {
  it.each([
    ['are reported to have fallen, late', 2],
    ['are not reported', null],
  ])('is no loss, and no part of the gateway any more, where the units %s', async (_, units) => {
    expect(await judged(scaling(6), units)).toEqual(whole)
  })

  it('is a loss while nothing has replaced it where the units stay as they are', async () => {
    expect(await judged(scaling(6), 3)).toEqual({
      ...whole,
      meanwhile: 'instance_lost',
      adverse: [`gateway_instance_lost ${THIRD}`],
    })
  })

  it('is a loss where the gateway does not scale', async () => {
    expect(await judged(scaling(2), null)).toEqual({ ...whole, adverse: [`gateway_instance_lost ${THIRD}`] })
  })

  it('is there again, and nothing is reported, when the gateway scales out', async () => {
    const { state, instances, adverse } = await judged(scaling(6, [], '-10m'), null)
    expect({ state, instances, adverse }).toEqual({ state: 'healthy', instances: [...TWO, THIRD], adverse: [] })
  })

  it('is not missed again when one of those that stayed is lost', async () => {
    const { state, instances, adverse } = await judged(scaling(6, [gone('crash', SECOND, '-10m')]), 2)
    expect({ state, instances, adverse }).toEqual({
      state: 'instance_lost',
      instances: TWO,
      adverse: [`gateway_instance_lost ${SECOND}`],
    })
  })
})
