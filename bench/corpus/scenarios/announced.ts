/** What a gateway announces: above its limit the connections to the circuits drop. */
import type { ScenarioData } from '../scenario.ts'
import { aroundTen, type Expected, fault, GW, near } from './frame.ts'

const ANNOUNCED = { also: ['ad'] } satisfies Partial<ScenarioData>
const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7'] as const
/** Ranges that stay as many however they are summarised. */
const ranges = (count: number) =>
  Array.from({ length: count }, (_, n) => `10.${110 + Math.floor(n / 128)}.${2 * (n % 128)}.0/24`)

/** A network behind the gateway has so many ranges, and so many from ten on; the hub has one more. */
const growing = (before: number, after: number): Pick<ScenarioData, 'patch' | 'truth'> => ({
  patch: { vnets: { 'vnet-spoke': { addressSpace: ranges(before) } } },
  truth: [
    {
      op: 'configuration',
      kind: 'vnet',
      name: 'vnet-spoke',
      set: { addressSpace: ranges(after) },
      at: '10:00:30',
    },
  ],
})

const tight = (neighbor: string, severity: 'warning' | 'major'): Expected => ({
  event: 'prefix_headroom',
  subject: `advertised to ${neighbor}`,
  sees: 'ad',
  source: `${GW}/${neighbor}`,
  at: '10:00:30',
  severity,
})

const short = (id: string, after: number, severity: 'warning' | 'major'): ScenarioData => ({
  ...aroundTen,
  ...fault,
  ...ANNOUNCED,
  ...growing(600, after),
  id,
  title: `A gateway comes to announce ${after + 1} of 1,000 prefixes`,
  expect: NEIGHBORS.map((neighbor) => tight(neighbor, severity)),
  pages: severity === 'major' ? 1 : 0,
})

const roomy = (id: string, after: number): ScenarioData => ({
  ...aroundTen,
  ...near,
  ...ANNOUNCED,
  ...growing(600, after),
  id,
  title: `A gateway comes to announce ${after + 1} of 1,000 prefixes`,
  forbid: [{ event: 'prefix_headroom' }],
})

export const announced: readonly ScenarioData[] = [
  short('S266', 820, 'warning'),
  short('S267', 960, 'major'),
  roomy('S268', 790),
]
