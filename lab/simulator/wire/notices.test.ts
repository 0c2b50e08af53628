import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { requestSimulator, TEST_TIMELINE_ORIGIN, createOneCircuitWorld, getResponseValueRows } from '../testing.ts'

const LOG =
  '/subscriptions/00000000-c0de-4000-8000-0000000000f1/providers/Microsoft.Insights/eventtypes/management/values'
const world = createOneCircuitWorld([
  { op: 'maintenance', circuit: 'erc-pair', path: 'primary', at: '+1h', announced: '2h', trackingId: 'SIM-1' },
])

/** Returns a provider's entries of the hours before a moment, as the log shows them at that moment. */
function log(at: number, provider: string) {
  const time = (moment: number) => new Date(moment).toISOString()
  const filter = `eventTimestamp ge '${time(TEST_TIMELINE_ORIGIN - 6 * MS_PER_HOUR)}' and eventTimestamp le '${time(at)}' and resourceProvider eq '${provider}'`
  return getResponseValueRows(
    requestSimulator(world, at, 'GET', LOG, { query: `&$filter=${encodeURIComponent(filter)}` }),
  )
}
const stages = (at: number) => log(at, 'Azure.Health').map(({ properties }) => (properties as { stage: string }).stage)

describe('Service Health in the Activity Log', () => {
  it.each<[string, number, string[]]>([
    ['before it was announced', -90, []],
    ['after it was', -30, ['Planned']],
    ['when the work has begun, some minutes late', 65, ['Planned']],
    ['when the work is announced', 75, ['InProgress', 'Planned']],
    ['after the work', 120, ['Complete', 'InProgress', 'Planned']],
  ])('reports a maintenance %s', (_, minutes, expected) => {
    expect(stages(TEST_TIMELINE_ORIGIN + minutes * MS_PER_MINUTE)).toEqual(expected)
  })

  it('names what is affected in its text, and no provider of the network', () => {
    const at = TEST_TIMELINE_ORIGIN + 75 * MS_PER_MINUTE
    const [notice] = log(at, 'Azure.Health')
    expect(notice).toMatchObject({
      category: { value: 'ServiceHealth' },
      resourceProviderName: { value: null },
      properties: { incidentType: 'Maintenance', region: 'Global', service: 'ExpressRoute', trackingId: 'SIM-1' },
    })
    expect(JSON.stringify(notice)).toContain('erc-pair')
    expect(
      log(at, 'Microsoft.Network').every(({ category }) => (category as { value: string }).value === 'Administrative'),
    ).toBe(true)
  })
})

describe('Service Health of a gateway', () => {
  const gateway = world.scenario.gateways[0]
  const instance = gateway?.instances[0]
  if (!gateway || !instance) throw new Error('the pair has no gateway')
  const loss = {
    op: 'instance-loss',
    gateway: gateway.name,
    instance: instance.address,
    at: '+1h',
    for: '10m',
  } as const
  const noticesOf = (more: { announced?: string; noticeDelay?: string }) => {
    const worked = createOneCircuitWorld([{ ...loss, ...more }])
    const at = TEST_TIMELINE_ORIGIN + 75 * MS_PER_MINUTE
    const filter = `eventTimestamp ge '${new Date(TEST_TIMELINE_ORIGIN - 6 * MS_PER_HOUR).toISOString()}' and eventTimestamp le '${new Date(at).toISOString()}' and resourceProvider eq 'Azure.Health'`
    return getResponseValueRows(
      requestSimulator(worked, at, 'GET', LOG, { query: `&$filter=${encodeURIComponent(filter)}` }),
    )
  }

  it('reports work on an instance that was announced, in the gateway’s region and by its name', () => {
    const notices = noticesOf({ announced: '2h' })
    expect(notices.map(({ properties }) => (properties as { stage: string }).stage)).toEqual(['InProgress', 'Planned'])
    expect(notices[0]).toMatchObject({ properties: { incidentType: 'Maintenance', service: 'ExpressRoute' } })
    expect(notices[0]).not.toMatchObject({ properties: { region: 'Global' } })
    expect(JSON.stringify(notices[0])).toContain(gateway.name)
  })

  it('reports it with its delay', () => {
    const notices = noticesOf({ announced: '2h', noticeDelay: '40m' })
    expect(notices.map(({ properties }) => (properties as { stage: string }).stage)).toEqual(['Planned'])
  })

  it('reports no unannounced loss', () => expect(noticesOf({})).toEqual([]))
})
