import { describe, expect, it } from 'vitest'
import type { PollObservation, PeerRow, RouteRow } from '#lib/contract/index.ts'
import { listPrefixesCoveringAddress, formatPrometheusScrapeText, convertPollToMetricSeries } from './exposition.ts'

const poll = (kind: 'peers' | 'learned', rows: unknown[], outcome = 'ok') =>
  ({ kind, outcome, rows, target: { resourceId: 'x', subresource: '' } }) as unknown as PollObservation

const ROUTE: RouteRow = {
  instance: '10.0.4.12',
  prefix: '10.1.0.0/16',
  nextHop: '10.0.4.4',
  peer: '10.0.4.4',
  origin: 'EBgp',
  asPath: [12_076, 65_001],
  weight: 32_769,
  localPref: null,
}
const PEER: Partial<PeerRow> = {
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  state: 'established',
  connectedDurationMs: 61_900,
}

describe('what an exporter serves', () => {
  it('a route as a series of value 1, without the attributes that it lacks', () => {
    expect(formatPrometheusScrapeText(convertPollToMetricSeries('gw', poll('learned', [ROUTE])))).toBe(
      'azure_gateway_learned_route{as_path="12076 65001",gateway="gw",instance="10.0.4.12",next_hop="10.0.4.4",origin="EBgp",peer="10.0.4.4",prefix="10.1.0.0/16",weight="32769"} 1\n',
    )
  })

  it('equal routes once, which a scrape would refuse twice', () => {
    expect(
      convertPollToMetricSeries('gw', poll('learned', [ROUTE, { ...ROUTE }, { ...ROUTE, asPath: [12_076] }])),
    ).toHaveLength(2)
  })

  it.each([
    ['up with its uptime in whole seconds', PEER, ['_up 1', '_uptime_seconds 61']],
    ['up without one that Azure does not report', { ...PEER, connectedDurationMs: null }, ['_up 1']],
    ['down', { ...PEER, state: 'idle', connectedDurationMs: null }, ['_up 0']],
  ])('a session that is %s', (_, row, expected) => {
    const text = formatPrometheusScrapeText(convertPollToMetricSeries('gw', poll('peers', [row])))
    const labels = '{gateway="gw",instance="10.0.4.12",neighbor="10.0.4.4"}'
    expect(text).toBe(expected.map((line) => `azure_gateway_bgp_session${line.replace(' ', `${labels} `)}\n`).join(''))
  })

  it('nothing of a poll that failed', () => {
    expect(convertPollToMetricSeries('gw', poll('peers', [PEER], 'unavailable'))).toEqual([])
  })

  it('quotes, backslashes and line ends escaped', () => {
    expect(
      formatPrometheusScrapeText([
        {
          labels: [
            ['__name__', 'm'],
            ['l', 'a"b\\c\nd'],
          ],
          value: 2,
        },
      ]),
    ).toBe('m{l="a\\"b\\\\c\\nd"} 2\n')
  })
})

it('33 prefixes can cover an IPv4 address', () => {
  const prefixes = listPrefixesCoveringAddress('203.0.113.77')
  expect(prefixes).toHaveLength(33)
  expect([0, 8, 9, 31, 32].map((n) => prefixes[n])).toEqual([
    '203.0.113.77/32',
    '203.0.113.0/24',
    '203.0.112.0/23',
    '128.0.0.0/1',
    '0.0.0.0/0',
  ])
})
