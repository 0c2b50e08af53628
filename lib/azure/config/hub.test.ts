import { expect, it } from 'vitest'
import { decodeHubRouteMap } from './hub.ts'

const CONNECTION =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteGateways/ergw/expressRouteConnections/conn'
const criterion = (matchCondition: string, own: object) => ({
  matchCondition,
  routePrefix: [],
  community: [],
  asPath: [],
  ...own,
})

it('decodes which routes the rules of a route map drop', () => {
  const drop = { type: 'Drop', parameters: [] }
  const rule = (matchCriteria: object[] | undefined, actions: object[], nextStepIfMatched = 'Terminate') => ({
    name: 'rule',
    ...(matchCriteria && { matchCriteria }),
    actions,
    nextStepIfMatched,
  })
  const { steps, inbound, inboundIds, rules, drops } = decodeHubRouteMap({
    properties: {
      associatedInboundConnections: [CONNECTION],
      rules: [
        rule([criterion('Contains', { routePrefix: ['10.0.0.0/8'] })], [{ type: 'Add', parameters: [] }], 'Continue'),
        rule([criterion('Equals', { routePrefix: ['10.1.0.0/16'] })], [drop]),
        rule([criterion('Contains', { community: ['65001:1'], routePrefix: ['10.2.0.0/16'] })], [drop]),
        rule([criterion('NotContains', { routePrefix: ['10.3.0.0/16'] })], [drop]),
        rule(undefined, [{ type: 'Drop', parameters: [{ routePrefix: ['10.4.0.0/16'] }] }]),
        rule([criterion('Contains', {})], [drop]),
      ],
    },
  })
  expect([inbound, inboundIds, rules, drops]).toEqual([['conn'], [CONNECTION], 6, 5])
  const step = (own: object) => ({ drops: true, ends: true, conditions: [], isPartial: false, ...own })
  expect(steps).toEqual([
    step({ drops: false, ends: false, conditions: [{ exact: false, prefixes: ['10.0.0.0/8'] }] }),
    step({ conditions: [{ exact: true, prefixes: ['10.1.0.0/16'] }] }),
    step({ conditions: [{ exact: false, prefixes: ['10.2.0.0/16'] }], isPartial: true }),
    step({ isPartial: true }),
    step({ isPartial: true }),
    step({}),
  ])
})
