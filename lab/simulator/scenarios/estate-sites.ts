/** The customer side of the built-in estate: announcements and egress of each site, and traffic. */
import type { ScenarioInput } from '../schema.ts'

const LONDON_TO_AZURE = [
  { circuit: 'erc-london', weight: 200 },
  { circuit: 'erc-amsterdam', weight: 100 },
  { connection: 'cxn-vpn-leeds', weight: 10 },
]
const MANCHESTER_TO_AZURE = [
  { circuit: 'erc-amsterdam', weight: 200 },
  { circuit: 'erc-london', weight: 100 },
  { connection: 'cxn-vpn-leeds', weight: 10 },
]

export const builtInEstateSites: NonNullable<ScenarioInput['sites']> = [
  {
    name: 'dc-london',
    prefixes: ['10.10.0.0/16', '10.11.0.0/16', '10.12.0.0/16', '172.16.10.0/24', 'fd00:10::/32'],
    announces: [
      { circuit: 'erc-london' },
      { circuit: 'erc-amsterdam', prepend: 2 },
      { circuit: 'erc-london', peering: 'MicrosoftPeering', prefixes: ['198.51.100.128/25'] },
      {
        connection: 'cxn-vpn-leeds',
        prefixes: ['10.10.0.0/16', '10.11.0.0/16', '10.12.0.0/16'],
        asPath: [65010, 65001],
      },
    ],
    egress: LONDON_TO_AZURE,
  },
  {
    name: 'dc-manchester',
    prefixes: ['10.20.0.0/16', '10.21.0.0/16', 'fd00:20::/32'],
    announces: [
      { circuit: 'erc-amsterdam' },
      { circuit: 'erc-london', prepend: 2 },
      { connection: 'cxn-vpn-leeds', prefixes: ['10.20.0.0/16', '10.21.0.0/16'], asPath: [65010, 65001] },
    ],
    egress: MANCHESTER_TO_AZURE,
  },
  {
    // Site behind Manchester. The confederation of its router leaves an empty segment in the AS path that Azure
    // reports.
    name: 'plant-hull',
    prefixes: ['172.16.20.0/24', '192.0.2.1/32'],
    announces: [
      { circuit: 'erc-amsterdam', asPath: [65001, 4_200_000_017, 64999, null, 64301] },
      { circuit: 'erc-london', asPath: [65001, 65001, 65001, 4_200_000_017, 64999, null, 64301] },
    ],
    egress: MANCHESTER_TO_AZURE,
  },
  {
    name: 'branch-leeds',
    prefixes: ['10.30.0.0/16'],
    announces: [{ connection: 'cxn-vpn-leeds' }],
    egress: [{ connection: 'cxn-vpn-leeds', weight: 10 }],
  },
  {
    name: 'northwind-ashburn',
    prefixes: [{ first: '10.72.0.0/20', count: 16 }, '198.51.100.64/26'],
    announces: [{ circuit: 'useasterc1cust1' }],
    egress: [{ circuit: 'useasterc1cust1' }],
  },
  {
    name: 'northwind-reading',
    prefixes: ['10.74.0.0/16', '10.75.4.0/22'],
    announces: [{ circuit: 'erc-northwind-uk' }],
    egress: [{ circuit: 'erc-northwind-uk' }],
  },
  {
    name: 'tailspin-midrand',
    prefixes: ['10.88.0.0/16', '10.89.0.0/16', { first: '172.20.0.0/24', count: 8 }],
    announces: [{ circuit: 'erc-johannesburg' }],
    egress: [{ circuit: 'erc-johannesburg' }],
  },
]

export const builtInEstateTrafficDemands: NonNullable<ScenarioInput['demands']> = [
  { name: 'london-offices', site: 'dc-london', in: { mbps: 150, growth: 0.01 }, out: { mbps: 240, growth: 0.015 } },
  { name: 'london-m365', site: 'dc-london', microsoftPeeringOf: 'erc-london', in: { mbps: 35 }, out: { mbps: 85 } },
  { name: 'manchester-offices', site: 'dc-manchester', in: { mbps: 60 }, out: { mbps: 110, growth: 0.01 } },
  {
    name: 'manchester-backup',
    site: 'dc-manchester',
    in: { mbps: 190, shape: 'backup', weekend: 0.8 },
    out: { mbps: 6, shape: 'backup', weekend: 0.8 },
    prefixes: ['10.21.0.0/16'],
  },
  { name: 'hull-telemetry', site: 'plant-hull', in: { mbps: 12, shape: 'flat' }, out: { mbps: 2, shape: 'flat' } },
  { name: 'leeds-branch', site: 'branch-leeds', in: { mbps: 4 }, out: { mbps: 9 } },
  {
    name: 'northwind-all',
    site: 'northwind-ashburn',
    in: { mbps: 42, shape: 'mixed' },
    out: { mbps: 80, shape: 'mixed', dayNoise: 0.04 },
  },
  { name: 'reading-office', site: 'northwind-reading', in: { mbps: 6 }, out: { mbps: 14 } },
  {
    // Break-even of 500 Mb/s in zone 3 is 35,071 GB a month, about 108 Mb/s. Last month is below it, this month above.
    name: 'tailspin-all',
    site: 'tailspin-midrand',
    in: { mbps: 40, shape: 'mixed', weekend: 0.6 },
    out: { mbps: 118, shape: 'mixed', weekend: 0.6, growth: 0.2, reference: 'month' },
  },
]
