import { expect, it } from 'vitest'
import { isPolledGatewayType, type ResourceRow } from '#lib/contract/index.ts'
import { planPolls } from '#lib/poller/index.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from '../simulator/index.ts'
import { createVirtualAzure, type GeneratedPastPollKind } from './virtual-azure.ts'

const ORIGIN = Date.parse('2026-11-18T12:00:00Z')
const SPAN = { startedAt: ORIGIN, finishedAt: ORIGIN + 1_000 }
const EVERY = 60_000
const INTERVALS = {
  sessionsMs: EVERY,
  circuitsMs: EVERY,
  routesMs: EVERY,
  inventoryMs: EVERY,
  metricsMs: EVERY,
  activityMs: EVERY,
}

it('every poll of the built-in estate is answered where its past is made, and one connection has no routes', async () => {
  const world = createWorld(parseSimulatorScenario({ ...createBuiltInEstate([]), happenings: [] }), ORIGIN)
  const azure = createVirtualAzure(world)
  try {
    const subscriptionIds = world.scenario.subscriptions.map(({ id }) => id.toLowerCase())
    const resources: ResourceRow[] = []
    for (const id of subscriptionIds) {
      const found = await azure.poll({ resourceId: `/subscriptions/${id}`, subresource: '' }, 'inventory', SPAN)
      if (found.kind === 'inventory') resources.push(...found.rows.resources)
    }
    const neighbors = new Map(
      resources
        .filter(({ type }) => isPolledGatewayType(type))
        .map(({ resourceId }) => [resourceId.toLowerCase(), ['10.0.4.4']] as const),
    )
    const plan = planPolls({ subscriptionIds, resources, neighbors }, INTERVALS)
    const failed: string[] = []
    for (const { kind, resourceId, subresource } of plan) {
      if (kind === 'metrics' || kind === 'probe' || kind === 'effective') continue
      const { outcome } = await azure.poll({ resourceId, subresource }, kind as GeneratedPastPollKind, SPAN)
      if (outcome !== 'ok') failed.push(`${kind} of ${resourceId.split('/').at(-1)} ${subresource}: ${outcome}`)
    }
    expect(failed).toEqual(['learned of vpngw-vhub-wholesale vhub-wholesale/conn-delft: not_given'])
    expect(new Set(plan.map(({ kind }) => kind)).size).toBeGreaterThan(10)
  } finally {
    azure.close()
  }
})
