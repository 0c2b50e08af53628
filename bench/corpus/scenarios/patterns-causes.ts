/** What several paths have in common, and what it was that took them: routers by their MAC, instances that don't come back, acts nearby. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, type Expected, fault, GW, longerAroundTen, LON, pathDown, type Truth } from './frame.ts'

type Path = 'primary' | 'secondary'
const LON2 = 'ckt-lon2'
const NETS: Readonly<Record<string, string>> = { [LON]: '172.16.0', [AMS]: '172.16.1', [LON2]: '172.16.2' }

/** One box behind paths of several circuits; nobody declared it. */
const oneRouter = (paths: Readonly<Record<string, Path>>): ScenarioData['patch'] => ({
  circuits: Object.fromEntries(
    Object.entries(paths).map(([circuit, path]) => {
      const net = NETS[circuit] ?? ''
      const links = { primary: `${net}.0/30`, secondary: `${net}.4/30` }
      return [circuit, { peerings: [{ vlan: 100, peerAsn: 65001, ...links, routers: { [path]: 'ce-a1' } }] }]
    }),
  ),
})

const cut = (circuit: string, path: Path, at: string, until: string): Truth => ({
  op: 'cut-path',
  circuit,
  path,
  at,
  until,
})

const fallen = (circuit: string, path: Path, at: string, until: string, cause: string): Expected[] => [
  { ...pathDown(circuit, path, at, until), cause },
  { event: 'redundancy_lost', subject: circuit, sees: 'cs', at, until },
  { event: 'redundancy_restored', subject: circuit, sees: 'cs', at: until, told: 'upDown', samples: 2 },
]

/** A lost path of London leaves the other one of equal ways. */
const fewerWays = (at: string, until: string): Expected[] => [
  { event: 'ecmp_reduced', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at, until },
  { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: until },
]

const s201: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S201',
  title: 'A router that nobody declared takes a path of each of two circuits',
  topology: 'T3',
  patch: oneRouter({ [LON]: 'primary', [LON2]: 'primary' }),
  truth: [cut(LON, 'primary', '10:00:30', '10:12:48'), cut(LON2, 'primary', '10:00:30', '10:12:48')],
  expect: [
    ...fallen(LON, 'primary', '10:00:31', '10:13:00', 'ce_router_loss'),
    ...fallen(LON2, 'primary', '10:00:31', '10:13:00', 'ce_router_loss'),
    ...fewerWays('10:00:33', '10:13:06'),
  ],
  forbid: [{ cause: 'provider_outage' }],
  pages: 1,
}

const s202: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S202',
  title: 'A router that nobody declared takes the primary path of one circuit and the secondary path of another',
  topology: 'T3',
  patch: oneRouter({ [LON]: 'primary', [LON2]: 'secondary' }),
  truth: [cut(LON, 'primary', '10:00:30', '10:12:48'), cut(LON2, 'secondary', '10:00:30', '10:12:48')],
  expect: [
    ...fallen(LON, 'primary', '10:00:31', '10:13:00', 'ce_router_loss'),
    ...fallen(LON2, 'secondary', '10:00:31', '10:13:00', 'ce_router_loss'),
    ...fewerWays('10:00:33', '10:13:06'),
  ],
  forbid: [{ cause: 'provider_outage' }],
  pages: 1,
}

const s203: ScenarioData = {
  ...s201,
  id: 'S203',
  title: 'Two paths fall together, and end on routers of their own',
  patch: {},
  expect: s201.expect?.map((one) => (one.cause ? { ...one, cause: 'provider_or_customer_link' } : one)),
  forbid: [{ cause: 'ce_router_loss' }],
}

const s204: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S204',
  title: 'Of the paths that end on one router one falls alone: it was not the router',
  topology: 'T3',
  patch: oneRouter({ [LON]: 'primary', [LON2]: 'primary' }),
  truth: [cut(LON, 'primary', '10:00:30', '10:12:48')],
  expect: [
    ...fallen(LON, 'primary', '10:00:31', '10:13:00', 'provider_or_customer_link'),
    ...fewerWays('10:00:33', '10:13:06'),
  ],
  forbid: [{ cause: 'ce_router_loss' }],
  pages: 1,
}

const s205: ScenarioData = {
  ...s204,
  id: 'S205',
  title: 'Somebody changes a network in the resource group of a circuit before a path of it falls',
  patch: {},
  truth: [
    { op: 'configuration', kind: 'vnet', name: 'vnet-spoke', set: { tags: { owner: 'web' } }, at: '10:00:05' },
    ...(s204.truth ?? []),
  ],
  forbid: [{ cause: 'configuration_change' }],
}

const s208: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S208',
  title:
    'A path of one circuit falls, and three minutes later one of another at the same place, where all else is seen to be well',
  topology: 'T3',
  truth: [cut(LON, 'primary', '10:03:30', '10:32:48'), cut(LON2, 'primary', '10:06:30', '10:32:48')],
  expect: [
    ...fallen(LON, 'primary', '10:03:31', '10:33:00', 'provider_or_customer_link'),
    ...fallen(LON2, 'primary', '10:06:31', '10:33:00', 'provider_or_customer_link'),
    ...fewerWays('10:03:33', '10:33:06'),
  ],
  forbid: [{ cause: 'ce_router_loss' }, { cause: 'peering_location_loss' }],
  pages: 2,
}

const s209: ScenarioData = {
  ...s208,
  id: 'S209',
  title: 'The same, and both paths end on one router: it fails by and by, and is one matter',
  patch: oneRouter({ [LON]: 'primary', [LON2]: 'primary' }),
  expect: s208.expect?.map((one) => (one.cause ? { ...one, cause: 'ce_router_loss' } : one)),
  forbid: [{ cause: 'peering_location_loss' }],
  pages: 1,
}

const away = (instance: string, at: string, until: string): Truth => ({
  op: 'instance-loss',
  gateway: GW,
  instance,
  at,
  until,
  reconnect: '1s',
})

const instanceLost = (subject: string, at: string, until: string, back: string, cause: string): Expected => ({
  event: 'gateway_instance_lost',
  subject,
  sees: 'ps',
  at,
  until,
  samples: 3,
  severity: 'minor',
  cause,
  ends: { at: back, told: 'duration' },
})

const s206: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S206',
  title: 'An instance of a gateway is away for longer than maintenance keeps one',
  truth: [away('10.0.4.13', '10:00:10', '10:33:29')],
  expect: [instanceLost('10.0.4.13', '10:00:10', '10:33:29', '10:33:30', 'gateway_instance_fault')],
  forbid: [{ event: 'session_down', alone: true }, { cause: 'gateway_instance_maintenance' }],
  pages: 0,
}

const s207: ScenarioData = {
  ...s206,
  id: 'S207',
  title: 'An instance of a gateway is back just in time to have been maintained',
  truth: [away('10.0.4.13', '10:00:10', '10:14:29')],
  expect: [instanceLost('10.0.4.13', '10:00:10', '10:14:29', '10:14:30', 'gateway_instance_maintenance')],
  forbid: [{ event: 'session_down', alone: true }, { cause: 'gateway_instance_fault' }],
}

export const patternsCauses: readonly ScenarioData[] = [s201, s202, s203, s204, s205, s206, s207, s208, s209]
