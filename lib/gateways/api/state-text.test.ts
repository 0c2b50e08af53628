import { expect, it } from 'vitest'
import {
  gatewaySeverityLevels,
  gatewayStateLabels,
  findProblemSeverity,
  redundancySeverityLevels,
  redundancyLabels,
} from './state-text.ts'

const severities = (levels: Readonly<Record<string, Parameters<typeof findProblemSeverity>[0]>>) =>
  Object.fromEntries(Object.entries(levels).map(([state, level]) => [state, findProblemSeverity(level)]))

it('a state of a circuit is a problem by its weight', () => {
  expect(severities(redundancySeverityLevels)).toEqual({
    no_path: 'down',
    reduced: 'degraded',
    single_homed: 'degraded',
    unknown: 'unknown',
    redundant: null,
    disabled: null,
  })
  expect(Object.keys(redundancyLabels).toSorted()).toEqual(Object.keys(redundancySeverityLevels).toSorted())
})

it('a state of a gateway is a problem by its weight', () => {
  expect(severities(gatewaySeverityLevels)).toEqual({
    isolated: 'down',
    instance_lost: 'degraded',
    peer_lost: 'degraded',
    partial: 'degraded',
    no_prefixes: 'degraded',
    changing: 'degraded',
    unknown: 'unknown',
    not_offered: null,
    not_reported: null,
    no_peers: null,
    healthy: null,
  })
  expect(Object.keys(gatewayStateLabels).toSorted()).toEqual(Object.keys(gatewaySeverityLevels).toSorted())
})
