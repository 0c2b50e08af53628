/** Two edges that nothing ties together: each circuit lands on a gateway in a network of its own. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, LON, near, type Truth } from './frame.ts'

const apart = {
  topology: 'T2v',
  start: '09:55:00',
  end: '11:10:00',
  patch: {
    gateways: {
      'vpngw-hub': { kind: 'ExpressRoute', sku: 'ErGw1AZ', vnet: 'vnet-spoke' },
    },
    connections: { 'cxn-ckt-ams': { gateway: 'vpngw-hub' } },
    vnets: { 'vnet-hub': { peerings: [] }, 'vnet-spoke': { peerings: [] } },
    sites: {
      'dc-a': { announces: [{ circuit: LON }], egress: [{ circuit: LON }] },
      'dc-b': { announces: [{ circuit: AMS }], egress: [{ circuit: AMS }] },
    },
  },
} satisfies Partial<ScenarioData>

const traffic = (demand: string, factor: number, at: string): Truth => ({
  op: 'traffic',
  demand,
  factor,
  at,
  until: '10:30:30',
})

const allQuiet: ScenarioData = {
  ...apart,
  ...near,
  id: 'S285',
  title: 'Both edges fall to nearly nothing within a minute, and return: one event of the estate, and neither is dead',
  truth: [traffic('dc-a', 0.01, '10:00:30'), traffic('dc-b', 0.01, '10:01:10')],
  expect: [
    {
      event: 'traffic_low_everywhere',
      subject: 'all circuits',
      sees: 'st',
      // the last one to fall
      source: AMS,
      at: '10:01:10',
      until: '10:30:30',
      samples: 3,
      flat: '5:00',
      level: { was: 5, is: 0.05 },
      severity: 'info',
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'one_way_traffic' }],
}

const oneQuiet: ScenarioData = {
  ...apart,
  ...near,
  id: 'S286',
  title: 'One edge is quiet, the other is not',
  truth: [traffic('dc-a', 0.1, '10:00:30')],
  forbid: [{ event: 'traffic_low_everywhere' }, { event: 'green_but_dead' }, { event: 'one_way_traffic' }],
}

export const sitesApart: readonly ScenarioData[] = [allQuiet, oneQuiet]
