/** Microsoft peering: what Microsoft announces, and whether it accepts the customer's public prefixes. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, fault, LON, near, type Truth } from './frame.ts'

const PUBLIC = '203.0.113.0/24'
const RECEIVED = { first: '52.96.0.0/16', count: 20 } as const
const CUSTOMER = 65001

type Microsoft = { advertisedState?: string; received?: unknown[] }

const peerings = (net: string, more: Microsoft) => [
  { vlan: 100, peerAsn: CUSTOMER, primary: `${net}.0/30`, secondary: `${net}.4/30` },
  {
    type: 'MicrosoftPeering',
    vlan: 200,
    peerAsn: CUSTOMER,
    primary: '198.51.100.0/30',
    secondary: '198.51.100.4/30',
    microsoft: { advertised: [PUBLIC], received: [RECEIVED], ...more },
  },
]
const NETS: Readonly<Record<string, string>> = { [LON]: '172.16.0', [AMS]: '172.16.1' }
/** A circuit has Microsoft peering beside private peering. */
const withMicrosoft = (circuit: string, more: Microsoft = {}): ScenarioData['patch'] => ({
  circuits: { [circuit]: { peerings: peerings(NETS[circuit] ?? '', more) } },
})
/** The customer's own public prefix has been announced for long. */
const announced = (circuit: string): Truth => ({
  op: 'announce',
  circuit,
  peering: 'MicrosoftPeering',
  prefixes: [PUBLIC],
  asPath: [CUSTOMER],
  at: LONG_AGO,
})
const changed = (name: string, more: Microsoft, at: string, until?: string): Truth => ({
  op: 'configuration',
  kind: 'peering',
  name,
  child: 'MicrosoftPeering',
  set: { microsoft: { advertised: [PUBLIC], received: [RECEIVED], ...more } },
  at,
  ...(until === undefined ? {} : { until }),
})

const pathsOf = (circuit: string, at: string, severity: 'info' | 'warning') =>
  (['primary', 'secondary'] as const).map((path) => ({
    event: 'microsoft_prefixes_changed' as const,
    subject: `${circuit}/MicrosoftPeering/${path}`,
    sees: 'ct' as const,
    source: `${circuit}/MicrosoftPeering/${path}`,
    at,
    severity,
  }))

const fewer: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S170',
  title: 'Microsoft announces a fourth of its prefixes less for a while',
  patch: withMicrosoft(LON),
  truth: [announced(LON), changed(LON, { received: [{ ...RECEIVED, count: 15 }] }, '10:00:30', '10:12:00')],
  expect: [...pathsOf(LON, '10:00:30', 'warning'), ...pathsOf(LON, '10:12:00', 'warning')],
  forbid: [{ event: 'mass_withdraw' }, { event: 'public_prefixes_not_validated' }, { event: 'default_route_appeared' }],
  pages: 0,
}

const oneMore: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S171',
  title: 'Microsoft announces one prefix more',
  patch: withMicrosoft(AMS),
  truth: [announced(AMS), changed(AMS, { received: [{ ...RECEIVED, count: 21 }] }, '10:00:30')],
  expect: pathsOf(AMS, '10:00:30', 'info'),
  forbid: [{ event: 'mass_announce' }, { event: 'public_prefixes_not_validated' }],
  silent: true,
  pages: 0,
}

const exchanged: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S172',
  title: 'Microsoft announces other prefixes, and as many as before',
  patch: withMicrosoft(LON),
  truth: [announced(LON), changed(LON, { received: [{ first: '40.96.0.0/16', count: 20 }] }, '10:00:30')],
  forbid: [{ event: 'microsoft_prefixes_changed' }],
  silent: true,
}

const notAnswered: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S173',
  title: 'Tables of Microsoft peering that come back empty, and one that fails',
  patch: withMicrosoft(LON),
  truth: [
    announced(LON),
    {
      op: 'api-fault',
      fault: 'empty-table',
      operation: 'circuit.routes',
      resource: LON,
      path: 'primary',
      at: '10:00:30',
      until: '10:01:30',
    },
    {
      op: 'api-fault',
      fault: '500',
      operation: 'circuit.routes',
      resource: LON,
      path: 'secondary',
      at: '10:00:30',
      until: '10:01:30',
    },
  ],
  forbid: [{ event: 'microsoft_prefixes_changed' }, { event: 'public_prefixes_not_validated' }],
  silent: true,
}

/** The customer announces nothing of its own: no other poll tells that there is a table at all. */
const emptyOnce: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S187',
  title: 'One table of Microsoft peering comes back empty, and nothing speaks for or against it',
  patch: withMicrosoft(LON),
  truth: [
    {
      op: 'api-fault',
      fault: 'empty-table',
      operation: 'circuit.routes',
      resource: LON,
      path: 'primary',
      at: '10:01:12',
      until: '10:01:20',
    },
  ],
  forbid: [{ event: 'microsoft_prefixes_changed' }, { event: 'mass_withdraw' }],
  silent: true,
}

const allGone: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S188',
  title: 'Microsoft announces nothing any more, and nor does the customer',
  patch: withMicrosoft(AMS),
  truth: [changed(AMS, { received: [] }, '10:00:30')],
  expect: pathsOf(AMS, '10:00:30', 'warning').map((one) => ({ ...one, samples: 2 })),
  forbid: [{ event: 'mass_withdraw' }, { event: 'public_prefixes_not_validated' }],
  pages: 0,
}

const notValidated = (circuit: string, at: string, until?: string): NonNullable<ScenarioData['expect']>[number] => ({
  event: 'public_prefixes_not_validated',
  subject: `${circuit}/MicrosoftPeering`,
  sees: 'rg',
  at,
  severity: 'warning',
  ...(until === undefined ? {} : { until, ends: { at: until } }),
})

const validationNeeded: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S174',
  title: 'Microsoft asks for proof of the public prefixes, and gets it',
  patch: withMicrosoft(LON),
  truth: [announced(LON), changed(LON, { advertisedState: 'ValidationNeeded' }, '10:00:30', '10:12:10')],
  expect: [notValidated(LON, '10:00:30', '10:12:10')],
  forbid: [{ event: 'microsoft_prefixes_changed' }, { event: 'peering_disabled' }],
  pages: 0,
}

const neverValidated: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S175',
  title: 'Public prefixes that were listed and never configured',
  patch: withMicrosoft(AMS),
  truth: [announced(AMS), changed(AMS, { advertisedState: 'NotConfigured' }, '10:03:10')],
  expect: [notValidated(AMS, '10:03:10')],
  forbid: [{ event: 'microsoft_prefixes_changed' }],
  pages: 0,
}

const beingConfigured: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S176',
  title: 'Public prefixes that are being configured',
  patch: withMicrosoft(LON),
  truth: [announced(LON), changed(LON, { advertisedState: 'Configuring' }, '10:00:30', '10:12:10')],
  forbid: [{ event: 'public_prefixes_not_validated' }],
  silent: true,
}

export const microsoft: readonly ScenarioData[] = [
  fewer,
  oneMore,
  exchanged,
  notAnswered,
  emptyOnce,
  allGone,
  validationNeeded,
  neverValidated,
  beingConfigured,
]
