import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryObservation } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, gatewayId, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const events = `${subscriptionId}/providers/Microsoft.ResourceHealth/events`
const configurations = `${subscriptionId}/providers/Microsoft.Maintenance/maintenanceConfigurations`
const assignments = `${gatewayId}/providers/Microsoft.Maintenance/configurationAssignments`
const configurationId = `${subscriptionId}/resourcegroups/edge/providers/Microsoft.Maintenance/maintenanceConfigurations/nights`

/** Builds a planned maintenance event like the example of Events - List By Subscription Id. */
const event = (name: string, fields: object = {}) => ({
  id: `/providers/Microsoft.ResourceHealth/events/${name}`,
  name,
  type: '/providers/Microsoft.ResourceHealth/events',
  properties: {
    eventType: 'PlannedMaintenance',
    eventSource: 'ServiceHealth',
    status: 'Active',
    title: 'ExpressRoute maintenance',
    summary: '<p>text that changes with each update</p>',
    impactStartTime: '2026-12-01T22:00:00Z',
    impactMitigationTime: '2026-12-02T04:00:00Z',
    lastUpdateTime: '2026-11-20T00:00:00Z',
    impact: [
      {
        impactedService: 'ExpressRoute \\ ExpressRoute Circuits',
        impactedRegions: [{ impactedRegion: 'Global', impactedSubscriptions: ['x'], updates: [{ summary: 'x' }] }],
      },
    ],
    ...fields,
  },
})
const configuration = (maintenanceSubScope: string) => ({
  id: configurationId,
  name: 'nights',
  location: 'uksouth',
  properties: {
    namespace: 'Microsoft.Maintenance',
    maintenanceScope: 'Resource',
    extensionProperties: { maintenanceSubScope },
    maintenanceWindow: {
      startDateTime: '2026-01-03 22:00',
      expirationDateTime: null,
      duration: '05:00',
      timeZone: 'GMT Standard Time',
      recurEvery: 'Day',
    },
  },
})
const gateway = { id: gatewayId, name: 'gw', location: 'uksouth', properties: { gatewayType: 'ExpressRoute' } }
const estate = (bodies: object) => createTestArmInventory({ resources: [gateway], bodies: { ...bodies } })

const refuse = (when: RegExp) => context.server.rule({ when, behaviour: armError(403, 'AuthorizationFailed', 'no') })

async function found(type: string) {
  const observation = await context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
  const { resources, listedTypes } = observation.rows as InventoryObservation['rows']
  expect(observation.outcome).toBe('ok')
  return {
    isListed: listedTypes.includes(type),
    rows: resources
      .filter((row) => row.type === type)
      .map(({ resourceId, config }) => [resourceId, decodeResourceConfig(type, config)]),
  }
}

describe('planned work that Service Health announces', () => {
  it('has its time, what it covers and the resources that Azure names; other events are left out', async () => {
    context.server.reset(
      estate({
        [events]: {
          value: [
            event('BC_1-FXZ'),
            event('BC_2', { eventType: 'ServiceIssue' }),
            event('BC_3', { impact: [{ impactedService: 'SQL Database' }] }),
            event('BC_4', { eventType: 'HealthAdvisory' }),
            event('BC_5', { eventType: 'HealthAdvisory', eventSubType: 'Retirement', title: 'Retirement notice' }),
          ],
        },
        [`${events}/BC_1-FXZ/impactedResources`]: { value: [{ properties: { targetResourceId: circuitId } }] },
        [`${events}/BC_5/impactedResources`]: { value: [] },
      }),
    )
    const { rows, isListed } = await found(armTypes.serviceHealthEvent)
    expect(isListed).toBe(true)
    expect(rows).toEqual([
      [
        `${events}/BC_1-FXZ`,
        {
          resource: 'serviceHealthEvent',
          retires: null,
          title: 'ExpressRoute maintenance',
          from: Date.UTC(2026, 11, 1, 22),
          to: Date.UTC(2026, 11, 2, 4),
          impact: [{ service: 'ExpressRoute \\ ExpressRoute Circuits', regions: ['Global'] }],
          resources: [circuitId],
        },
      ],
      [
        `${events}/BC_5`,
        expect.objectContaining({
          retires: expect.stringMatching(/its title names none/),
          from: Date.UTC(2026, 11, 2),
          title: 'Retirement notice',
          resources: [],
        }),
      ],
    ])
    const asked = context.server.requests.find(({ path }) =>
      path.toLowerCase().endsWith('microsoft.resourcehealth/events'),
    )
    expect(asked?.query.get('queryStartTime')).toMatch(/^\d{1,2}\/\d{1,2}\/20\d\d$/)
  })

  it('has unknown resources if Azure refuses their list, and is not required itself', async () => {
    context.server.reset(estate({ [events]: { value: [event('BC_1')] } }))
    refuse(/impactedResources$/i)
    expect((await found(armTypes.serviceHealthEvent)).rows).toMatchObject([[expect.any(String), { resources: null }]])
    refuse(/ResourceHealth\/events$/i)
    expect(await found(armTypes.serviceHealthEvent)).toEqual({ isListed: false, rows: [] })
  })

  it('is not listed while the list of its resources fails for a moment, so that the stored events stay', async () => {
    context.server.reset(estate({ [events]: { value: [event('BC_1')] } }))
    context.server.rule({ when: /impactedResources$/i, behaviour: armError(503, 'ServiceUnavailable', 'no') })
    expect(await found(armTypes.serviceHealthEvent)).toEqual({ isListed: false, rows: [] })
  })
})

describe('maintenance configurations', () => {
  const assigned = { value: [{ id: 'x', properties: { maintenanceConfigurationId: configurationId.toUpperCase() } }] }

  it('are those of gateways, with the gateways that they are assigned to', async () => {
    context.server.reset(
      estate({ [configurations]: { value: [configuration('NetworkGatewayMaintenance')] }, [assignments]: assigned }),
    )
    expect((await found(armTypes.maintenanceConfiguration)).rows).toEqual([
      [
        configurationId,
        {
          resource: 'maintenanceConfiguration',
          window: { start: '2026-01-03T22:00', zone: 'Europe/London', minutes: 300, rule: 'FREQ=DAILY' },
          unreadable: null,
          resources: [gatewayId],
        },
      ],
    ])
  })

  it('of other resources are left out, and gateways are not asked', async () => {
    context.server.reset(estate({ [configurations]: { value: [configuration('Host')] } }))
    expect(await found(armTypes.maintenanceConfiguration)).toEqual({ isListed: true, rows: [] })
    expect(context.server.requests.some(({ path }) => /configurationAssignments/i.test(path))).toBe(false)
  })

  it('that can not be read are not required', async () => {
    context.server.reset(estate({}))
    refuse(/maintenanceConfigurations$/i)
    expect(await found(armTypes.maintenanceConfiguration)).toEqual({ isListed: false, rows: [] })
  })
})
