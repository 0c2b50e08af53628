import { describe, expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const TYPE = 'microsoft.network/networkwatchers/connectionmonitors'
const watcherId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_uksouth`
const monitorId = `${watcherId}/connectionMonitors/onprem`
const watcher = { id: watcherId, name: 'NetworkWatcher_uksouth', location: 'uksouth', properties: {} }
const circuit = { id: circuitId, name: 'london', location: 'uksouth', properties: { peerings: [] } }
const monitor = {
  id: monitorId,
  name: 'onprem',
  location: 'uksouth',
  properties: { monitoringStatus: 'Running', endpoints: [{ name: 'erp', address: '10.10.4.20' }] },
}
const estate = createTestArmInventory({
  resources: [circuit, watcher],
  bodies: { [`${watcherId}/connectionMonitors`]: { value: [monitor] } },
})

describe('connection monitors', () => {
  it('are found below the network watchers', async () => {
    context.server.reset(estate)
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).toContain(TYPE)
    expect(rows.resources.filter(({ type }) => type === TYPE)).toMatchObject([
      { resourceId: monitorId, name: 'onprem', resourceGroup: 'NetworkWatcherRG' },
    ])
  })

  it.each<[string, RegExp, TestArmServerReaction]>([
    ['the watchers are refused', /networkWatchers$/i, armError(403, 'AuthorizationFailed', 'no')],
    ['the watchers are no type here', /networkWatchers$/i, armError(404, 'InvalidResourceType', 'no such type')],
    ['the monitors are refused', /connectionMonitors$/i, armError(403, 'AuthorizationFailed', 'no')],
    ['the monitors are not there', /connectionMonitors$/i, armError(404, 'ResourceNotFound', 'gone')],
    ['the monitors can not be read', /connectionMonitors$/i, { do: 'answer', body: { value: 7 } }],
  ])('are not required: the inventory is whole where %s, and loses none', async (_, when, behaviour) => {
    context.server.reset(estate)
    context.server.rule({ when, behaviour })
    const { outcome, error, rows } = await context.inventory()
    expect({ outcome, error, failed: rows.failedTypes }).toEqual({ outcome: 'ok', error: null, failed: [] })
    expect(rows.listedTypes).not.toContain(TYPE)
    expect(rows.resources.map(({ resourceId }) => resourceId)).toEqual([circuitId])
  })
})

describe('the results of tests', () => {
  const from = Date.UTC(2026, 10, 20, 8)
  const metrics = /\/providers\/Microsoft\.Insights\/metrics$/i
  const poll = () =>
    context.azure.poll({ resourceId: monitorId, subresource: '' }, 'probe', { params: { from, to: from + 120_000 } })
  const named = (metric: string, unit: string, average: number) => ({
    name: { value: metric },
    unit,
    timeseries: [
      {
        metadatavalues: [{ name: { value: 'destinationaddress' }, value: '10.10.4.20' }],
        data: [{ timeStamp: '2026-11-20T08:00:00Z', average }, { timeStamp: '2026-11-20T08:01:00Z' }],
      },
    ],
  })

  it('are buckets of three metrics, split by test; a minute without a value is none', async () => {
    context.server.rule({
      when: metrics,
      behaviour: { do: 'answer', body: { interval: 'PT1M', value: [named('ChecksFailedPercent', 'Percent', 25)] } },
    })
    const { outcome, rows } = await poll()
    expect(outcome).toBe('ok')
    const [first] = rows as MetricRow[]
    expect(first).toMatchObject({
      metric: 'ChecksFailedPercent',
      unit: 'Percent',
      dimensions: { destinationaddress: '10.10.4.20' },
      at: from,
      grainSeconds: 60,
      average: 25,
    })
    const asked = context.server.requests.filter(({ path }) => metrics.test(path)).map(({ query }) => query)
    expect(asked.map((query) => query.get('metricnames'))).toEqual([
      'ChecksFailedPercent,RoundTripTimeMs',
      'TestResult',
    ])
    expect(asked[0]?.get('metricnamespace')).toBe(TYPE)
    expect(asked[0]?.get('$filter')).toContain("DestinationAddress eq '*'")
  })

  it('are good without TestResult, which older monitors do not have', async () => {
    context.server.rule({
      when: metrics,
      behaviour: armError(400, 'BadRequest', 'Failed to find metric configuration'),
    })
    context.server.rule({
      when: metrics,
      behaviour: { do: 'answer', body: { interval: 'PT1M', value: [named('RoundTripTimeMs', 'MilliSeconds', 9)] } },
      times: 1,
    })
    const { outcome, rows } = await poll()
    expect({ outcome, rows: rows as MetricRow[] }).toMatchObject({
      outcome: 'ok',
      rows: [{ metric: 'RoundTripTimeMs' }],
    })
  })

  it('are polled on a connection monitor only', async () => {
    expect(await context.azure.poll({ resourceId: circuitId, subresource: '' }, 'probe')).toMatchObject({
      outcome: 'not_polled',
    })
  })
})
