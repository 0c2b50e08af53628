import { expect, it } from 'vitest'
import { type ConfigChange, INSTANT_BEFORE_MONITORING, type RouteMapRule } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionContext } from '../../model/context.ts'
import { quietEstate } from '../../testing/quiet-estate.ts'
import { TEST_POLL_END_TIME } from '../../testing/scene.ts'
import { applyConfigRules } from './config-rules.ts'

const DROP_ALL: RouteMapRule = { drops: true, ends: true, conditions: [], isPartial: false }
const KEEP: RouteMapRule = { ...DROP_ALL, drops: false }
const EVER = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }
const BETWEEN = { earliest: TEST_POLL_END_TIME - MS_PER_MINUTE, latest: TEST_POLL_END_TIME }

/** Applies an inventory with these rules of the route map of a hub's connection; null = the hub has no route map. */
function read(context: DetectionContext, rules: RouteMapRule[] | null, isChanged = false) {
  const inbound = [{ gateway: 'ergw-vhub', connection: 'conn' }]
  const routeMaps = rules === null ? [] : [{ scope: 'rm-in', name: 'rm-in', rules, inbound }]
  context.topology = {
    ...context.topology,
    hubs: [{ scope: 'vhub', gateways: { 'expressroutegateways/ergw': 'ergw-vhub' }, routeMaps }],
  }
  const change: ConfigChange = {
    type: 'config',
    op: 'changed',
    resourceId: 'rm-in',
    resourceType: 'microsoft.network/virtualhubs/routemaps',
    fields: [],
    between: BETWEEN,
  }
  applyConfigRules(context, isChanged ? [{ type: 'config', changes: [change] }] : [], (id) => id)
  return context.scopes['ergw-vhub']?.inboundMaps?.['conn']
}

it('a route map that the first inventory lists has no time of a change', () => {
  expect(read(quietEstate(TEST_POLL_END_TIME), [DROP_ALL])).toEqual({ name: 'rm-in', rules: [DROP_ALL], since: EVER })
})

it('a route map that was added or changed later has the bounds of its change, which an unchanged map keeps', () => {
  const context = quietEstate(TEST_POLL_END_TIME)
  expect(read(context, null)).toBeUndefined()
  // the inventory that reports the change is not evaluated yet
  expect(read(context, [KEEP])).toBeUndefined()
  expect(read(context, [KEEP], true)?.since).toEqual(BETWEEN)
  expect(read(context, [DROP_ALL], true)).toEqual({ name: 'rm-in', rules: [DROP_ALL], since: BETWEEN })
  expect(read(context, [DROP_ALL])?.since).toEqual(BETWEEN)
  expect(read(context, null, true)).toBeUndefined()
})

it('a route map is kept if users created further route tables in the hub', () => {
  const context = quietEstate(TEST_POLL_END_TIME)
  const gateways = { 'expressroutegateways/ergw': 'ergw-vhub' }
  const inbound = [{ gateway: 'ergw-vhub', connection: 'conn' }]
  context.topology = {
    ...context.topology,
    hubs: [
      { scope: 'vhub', gateways, routeMaps: [{ scope: 'rm-in', name: 'rm-in', rules: [DROP_ALL], inbound }] },
      { scope: 'rt-spokes', table: { hub: 'vhub', name: 'rt-spokes' }, gateways },
    ],
  }
  applyConfigRules(context, [], (id) => id)
  expect(context.scopes['ergw-vhub']?.inboundMaps?.['conn']).toEqual({ name: 'rm-in', rules: [DROP_ALL], since: EVER })
})
