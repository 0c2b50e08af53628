import { describe, expect, it } from 'vitest'
import type { ActivityRow } from '#lib/contract/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { circuitId, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const from = Date.UTC(2026, 10, 20, 8)
const log = /\/eventtypes\/management\/values$/i

const change = {
  eventDataId: 'e1',
  eventTimestamp: '2026-11-20T08:00:10Z',
  operationName: { value: 'Microsoft.Network/expressRouteCircuits/write' },
  status: { value: 'Succeeded' },
  category: { value: 'Administrative' },
  resourceId: circuitId,
}
const notice = {
  eventDataId: 'h1',
  correlationId: 'c1',
  eventTimestamp: '2026-11-20T08:00:20Z',
  submissionTimestamp: '2026-11-20T08:10:00Z',
  eventName: { value: null },
  operationName: { value: 'Microsoft.ServiceHealth/maintenance/action' },
  status: { value: 'Active' },
  category: { value: 'ServiceHealth', localizedValue: 'Service Health' },
  resourceProviderName: { value: null },
  resourceId: subscriptionId,
  properties: {
    title: 'Planned maintenance: ExpressRoute',
    service: 'ExpressRoute',
    region: 'Global',
    communication: '<p>Work on <b>London</b>.</p>',
    incidentType: 'Maintenance',
    trackingId: 'BC_1-FXZ',
    impactStartTime: '2026-11-20T08:00:00Z',
    impactMitigationTime: '2026-11-20T09:00:00Z',
    stage: 'InProgress',
  },
}

/** Polls the activity kind. The log and Service Health have the same path, so the response depends on the filter. */
async function poll(health: TestArmServerReaction) {
  context.server.rule({
    when: log,
    behaviour: ({ query }) =>
      query.get('$filter')?.includes('Azure.Health') ? health : { do: 'answer', body: { value: [change] } },
  })
  return context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'activity', {
    params: { from, to: from + 60_000 },
  })
}

describe('Service Health in the Activity Log', () => {
  it('is an entry with its service, region, stage and the time of its impact', async () => {
    const { outcome, rows } = await poll({ do: 'answer', body: { value: [notice] } })
    expect(outcome).toBe('ok')
    expect((rows as ActivityRow[]).map(({ eventDataId }) => eventDataId)).toEqual(['e1', 'h1'])
    expect((rows as ActivityRow[])[0]).not.toHaveProperty('health')
    expect((rows as ActivityRow[])[1]).toMatchObject({
      category: 'ServiceHealth',
      resourceId: subscriptionId,
      submittedAt: from + 600_000,
      health: {
        trackingId: 'BC_1-FXZ',
        type: 'maintenance',
        service: 'ExpressRoute',
        region: 'Global',
        stage: 'InProgress',
        from,
        to: from + 3_600_000,
        text: 'Work on London .',
      },
    })
  })

  it.each<[string, TestArmServerReaction]>([
    ['refused', armError(403, 'AuthorizationFailed', 'no')],
    ['not understood', armError(400, 'BadRequest', 'filter')],
    ['malformed', { do: 'answer', body: { value: [{ ...notice, eventTimestamp: null }] } }],
    ['of another category', { do: 'answer', body: { value: [{ ...notice, category: { value: 'Alert' } }] } }],
  ])('is not required: the log is whole where it is %s', async (_, health) => {
    expect(await poll(health)).toMatchObject({ outcome: 'ok', rows: [{ eventDataId: 'e1' }] })
  })
})
