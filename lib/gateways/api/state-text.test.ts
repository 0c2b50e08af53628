import { expect, it } from 'vitest'
import {
  gatewayLevels,
  gatewayStateNames,
  findProblemSeverity,
  redundancyLevels,
  redundancyNames,
} from './state-text.ts'

const severities = (levels: Readonly<Record<string, Parameters<typeof findProblemSeverity>[0]>>) =>
  Object.fromEntries(Object.entries(levels).map(([state, level]) => [state, findProblemSeverity(level)]))

it('a state of a circuit is a problem by its weight', () => {
  expect(severities(redundancyLevels)).toEqual({
    no_path: 'down',
    reduced: 'degraded',
    single_homed: 'degraded',
    unknown: 'unknown',
    redundant: null,
    disabled: null,
  })
  expect(Object.keys(redundancyNames).toSorted()).toEqual(Object.keys(redundancyLevels).toSorted())
})

it('a state of a gateway is a problem by its weight', () => {
  expect(severities(gatewayLevels)).toEqual({
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
  expect(Object.keys(gatewayStateNames).toSorted()).toEqual(Object.keys(gatewayLevels).toSorted())
})
