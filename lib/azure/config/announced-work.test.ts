import { describe, expect, it } from 'vitest'
import { generateOccurrenceStarts, parseRecurrenceRule } from '#lib/contract/index.ts'
import { decodeMaintenanceConfiguration, decodeServiceHealthEvent, convertRecurEveryToRule } from './announced-work.ts'

/**
 * Builds the body of Microsoft's example MaintenanceConfigurations_GetForResource with a gateway's maintenance window.
 */
const configuration = (window: object) => ({
  properties: {
    namespace: 'Microsoft.Maintenance',
    maintenanceScope: 'Resource',
    extensionProperties: { maintenanceSubScope: 'NetworkGatewayMaintenance' },
    maintenanceWindow: {
      startDateTime: '2026-01-03 22:00',
      expirationDateTime: null,
      duration: '05:00',
      timeZone: 'Pacific Standard Time',
      recurEvery: 'Week Saturday,Sunday',
      ...window,
    },
  },
  assignedToIds: ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'],
})

describe('a maintenance configuration', () => {
  it('is a window that comes again, by the clocks of its zone', () => {
    expect(decodeMaintenanceConfiguration(configuration({}))).toEqual({
      resource: 'maintenanceConfiguration',
      window: { start: '2026-01-03T22:00', zone: 'America/Los_Angeles', minutes: 300, rule: 'FREQ=WEEKLY;BYDAY=SA,SU' },
      unreadable: null,
      resources: [expect.stringMatching(/gw$/)],
    })
  })

  it.each([
    [{ expirationDateTime: '2026-12-31 00:00' }, 'FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20261231T000000'],
    [{ expirationDateTime: '9999-12-31 23:59:59' }, 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ])('ends as it expires: %o', (window, rule) => {
    const read = decodeMaintenanceConfiguration(configuration(window)).window
    expect(read?.rule).toBe(rule)
    expect(parseRecurrenceRule(rule)).toHaveProperty('rule')
  })

  it.each([
    [{ timeZone: 'Middle-earth Standard Time' }, /time zone Middle-earth/],
    [{ startDateTime: 'soon' }, /no start/],
    [{ duration: null }, /no duration/],
    [{ recurEvery: 'Month Fourth Sunday Offset6' }, /recurrence "Month Fourth Sunday Offset6"/],
    [{ recurEvery: null }, /recurrence null/],
  ])('that can not be read says why: %o', (window, words) => {
    expect(decodeMaintenanceConfiguration(configuration(window))).toMatchObject({
      window: null,
      unreadable: expect.stringMatching(words),
    })
  })
})

describe('recurEvery', () => {
  // 2026-01-01 is a Thursday
  it.each([
    ['Day', '2026-01-01', '01-01 01-02 01-03'],
    ['3Days', '2026-01-01', '01-01 01-04 01-07'],
    ['Week Saturday,Sunday', '2026-01-01', '01-03 01-04 01-10'],
    ['3Weeks', '2026-01-01', '01-01 01-22 02-12'],
    ['1Week Friday', '2026-01-01', '01-02 01-09 01-16'],
    ['Month', '2026-01-15', '01-15 02-15 03-15'],
    ['2Months', '2026-01-15', '01-15 03-15 05-15'],
    ['Month day23,day24', '2026-01-01', '01-23 01-24 02-23'],
    ['Month Last Sunday', '2026-01-01', '01-25 02-22 03-29'],
    ['Month Fourth Monday', '2026-01-01', '01-26 02-23 03-23'],
    ['Month Last Sunday Offset-3', '2026-01-01', '01-22 02-19 03-26'],
    ['Month Third Sunday Offset6', '2026-01-01', '01-24 02-21 03-21'],
  ])('%s', (every, start, expected) => {
    const read = parseRecurrenceRule(convertRecurEveryToRule(every) ?? '')
    const found: string[] = []
    if ('rule' in read) {
      for (const at of generateOccurrenceStarts(read.rule, Date.parse(start), { to: Date.UTC(2027, 0) })) {
        found.push(new Date(at).toISOString().slice(5, 10))
        if (found.length === 3) break
      }
    }
    expect(found.join(' ')).toBe(expected)
  })

  it.each([
    '',
    'Hour',
    '0Days',
    'Day Monday',
    'Week Caturday',
    'Month day32',
    'Month Fifth Sunday',
    'Month First Monday Offset-1',
  ])('%j is not read', (every) => expect(convertRecurEveryToRule(every)).toBeNull())
})

it('an event of Service Health has its time, what it covers and what Azure names', () => {
  const event = {
    properties: {
      eventType: 'PlannedMaintenance',
      title: 'ExpressRoute maintenance',
      impactStartTime: '2026-12-01T22:00:00Z',
      impactMitigationTime: '2026-12-02T04:00:00Z',
      impact: [{ impactedService: 'ExpressRoute', impactedRegions: [{ impactedRegion: 'UK South' }] }],
    },
    impactedResourceIds: ['/subscriptions/s/x'],
  }
  expect(decodeServiceHealthEvent(event)).toEqual({
    resource: 'serviceHealthEvent',
    retires: null,
    title: 'ExpressRoute maintenance',
    from: Date.UTC(2026, 11, 1, 22),
    to: Date.UTC(2026, 11, 2, 4),
    impact: [{ service: 'ExpressRoute', regions: ['UK South'] }],
    resources: ['/subscriptions/s/x'],
  })
  expect(decodeServiceHealthEvent({})).toMatchObject({ from: null, to: null, impact: [], resources: null })
})
