/** What is meant of two ways, and what they are: parity, standby, the way home. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, circuitDown, fault, LATE, LON, longerAroundTen, near, site, type Truth } from './frame.ts'
import { A, B } from './prefixes.ts'

const standby = { policies: [{ kind: 'active_standby' as const, circuits: [LON, AMS], prefixes: A }] }
/** On ams the site's prefixes are announced as short as at home while this lasts. */
const announcedAlike = (siteName: 'dc-a' | 'dc-b', circuit: string, at: string, until: string): Truth[] => {
  const prefixes = siteName === 'dc-a' ? A : B
  return [
    { op: 'withdraw', site: siteName, circuit, prefixes, at, until, ...LATE },
    { op: 'announce', site: siteName, circuit, prefixes, asPath: [65001], at, until, ...LATE },
  ]
}
/** The site's own traffic goes out by both circuits alike. */
const evenEgress = (name: string) => ({
  sites: { [name]: { egress: [LON, AMS].map((circuit) => ({ circuit, weight: 10 })) } },
})

const standbyUsed: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S130',
  title: 'A declared standby is announced as short as the preferred circuit, and both carry traffic',
  patch: evenEgress('dc-a'),
  declared: standby,
  truth: announcedAlike('dc-a', AMS, '10:00:30', '10:30:30'),
  expect: [
    {
      event: 'unexpected_active_active',
      subject: 'ckt-lon and ckt-ams',
      sees: 'ct',
      source: 'ckt-ams/primary',
      at: '10:00:30',
      until: '10:30:30',
      severity: 'warning',
    },
    { event: 'best_path_shift', subject: 'ckt-lon,ckt-ams > ckt-lon', sees: 'lr', at: '10:30:33' },
  ],
  forbid: [{ event: 'failover' }, { event: 'unintended_active_passive' }, { event: 'mass_withdraw', alone: true }],
  pages: 0,
  beyond: ['that the best ways become more is no event of the catalogue'],
}

const standbyUsedByB: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S131',
  title: 'The same the other way round',
  patch: evenEgress('dc-b'),
  declared: { policies: [{ kind: 'active_standby', circuits: [AMS, LON], prefixes: B }] },
  truth: announcedAlike('dc-b', LON, '10:00:30', '10:30:30'),
  expect: [
    {
      event: 'unexpected_active_active',
      subject: 'ckt-ams and ckt-lon',
      sees: 'ct',
      source: 'ckt-lon/primary',
      at: '10:00:30',
      until: '10:30:30',
      severity: 'warning',
    },
    { event: 'best_path_shift', subject: 'ckt-lon,ckt-ams > ckt-ams', sees: 'lr', at: '10:30:33' },
  ],
  forbid: [{ event: 'failover' }, { event: 'unintended_active_passive' }],
  pages: 0,
}

const standbyAsMeant: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S132',
  title: 'A declared standby is longer by one prepend, and then by none for a prefix that is not meant',
  declared: standby,
  truth: [
    { op: 'prepend', site: 'dc-a', circuit: AMS, prefixes: A, count: 1, at: '10:00:30', until: '10:12:00', ...LATE },
  ],
  forbid: [
    { event: 'unexpected_active_active' },
    { event: 'unintended_active_passive' },
    { event: 'parity_mismatch' },
    { event: 'failover' },
    { event: 'failback_pending' },
  ],
}

const othersAlike: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S133',
  title: 'Prefixes that the policy is not about are announced alike',
  declared: standby,
  truth: announcedAlike('dc-b', LON, '10:00:30', '10:12:00'),
  expect: [{ event: 'best_path_shift', subject: 'ckt-lon,ckt-ams > ckt-ams', sees: 'lr', at: '10:12:03' }],
  forbid: [{ event: 'unexpected_active_active' }],
}

const oneSidePrepended: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S129',
  title: 'One of two circuits that were declared alike gains two prepends',
  declared: { policies: [{ kind: 'active_active', circuits: [LON, AMS], prefixes: ['10.16.0.0/16'] }] },
  truth: [
    ...[LON, AMS].map(
      (circuit): Truth => ({
        op: 'announce',
        site: 'dc-a',
        circuit,
        prefixes: ['10.16.0.0/16'],
        asPath: [65001],
        at: LONG_AGO,
      }),
    ),
    { op: 'prepend', circuit: AMS, prefixes: ['10.16.0.0/16'], count: 2, at: '10:00:30', until: '10:12:00', ...LATE },
  ],
  expect: [
    {
      event: 'unintended_active_passive',
      subject: 'ckt-lon and ckt-ams',
      sees: 'ct',
      source: 'ckt-ams/primary',
      at: '10:00:30',
      until: '10:12:00',
      samples: 3,
      severity: 'warning',
    },
    {
      event: 'best_path_shift',
      subject: 'ckt-lon,ckt-ams > ckt-lon',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:03',
    },
    { event: 'ecmp_restored', subject: 'ckt-lon,ckt-ams > ckt-lon', sees: 'lr', at: '10:12:03' },
  ],
  forbid: [{ event: 'parity_mismatch' }, { event: 'failover' }, { event: 'unexpected_active_active' }],
  pages: 0,
}

const notHomeYet: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S126',
  title: 'The home circuit is back, and its prefixes are not announced on it',
  truth: [
    { op: 'cut-path', circuit: LON, path: 'both', at: '10:00:30', until: '10:05:48' },
    { op: 'withdraw', circuit: LON, site: 'dc-a', prefixes: A, at: '10:00:31', until: '10:30:00', ...LATE },
  ],
  expect: [
    ...circuitDown(LON, '10:00:31', '10:06:00'),
    { event: 'failover', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:00:33', until: '10:30:03' },
    { event: 'failback', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:30:03' },
    {
      event: 'failback_pending',
      subject: 'ckt-lon > ckt-ams',
      sees: 'lr',
      at: '10:16:00',
      until: '10:30:03',
      severity: 'warning',
    },
    site('dc-a', '10:00:33', '10:30:03'),
  ],
  forbid: [{ event: 'no_path' }, { event: 'mass_withdraw', alone: true }],
  pages: 1,
}

const homeButLonger: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S127',
  title: 'The home circuit is back with prepends, so that traffic stays where it is',
  truth: [
    { op: 'cut-path', circuit: AMS, path: 'both', at: '10:00:30', until: '10:05:48' },
    { op: 'prepend', circuit: AMS, site: 'dc-b', prefixes: B, count: 4, at: '10:00:31', until: '10:25:00', ...LATE },
  ],
  expect: [
    ...circuitDown(AMS, '10:00:31', '10:06:00'),
    { event: 'failover', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:00:33', until: '10:25:03' },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:25:03' },
    {
      event: 'failback_pending',
      subject: 'ckt-ams > ckt-lon',
      sees: 'lr',
      at: '10:16:00',
      until: '10:25:03',
      severity: 'warning',
    },
    site('dc-b', '10:00:33', '10:25:03'),
  ],
  forbid: [{ event: 'no_path' }],
  pages: 1,
}

const shortDifference: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S128',
  title: 'A prefix is missing on one path for eight seconds, twice',
  truth: (['10:00:12', '10:06:12'] as const).map((at) => ({
    op: 'withdraw',
    circuit: LON,
    path: 'secondary',
    prefixes: A.slice(0, 1),
    at,
    for: '8s',
  })),
  // only who polls every few seconds sees them
  expect: (['14', '22'] as const).flatMap((second) =>
    (['10:00', '10:06'] as const).map((minute) => ({
      event: second === '14' ? ('ecmp_reduced' as const) : ('ecmp_restored' as const),
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
      sees: 'lr' as const,
      at: `${minute}:${second}`,
      ...(second === '14'
        ? { until: `${minute}:22` }
        : { between: [`${minute}:14`, `${minute}:22`] as [string, string] }),
    })),
  ),
  forbid: [{ event: 'parity_mismatch' }, { event: 'unintended_active_passive' }, { event: 'mass_withdraw' }],
}

export const policies: readonly ScenarioData[] = [
  standbyUsed,
  standbyUsedByB,
  standbyAsMeant,
  othersAlike,
  oneSidePrepended,
  notHomeYet,
  homeButLonger,
  shortDifference,
]
