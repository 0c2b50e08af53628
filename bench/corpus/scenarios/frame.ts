/** What the scenarios of one's own have in common: three quarters of an hour around what happens at ten. */
import type { ScenarioData } from '../scenario.ts'

export const LON = 'ckt-lon'
export const AMS = 'ckt-ams'
export const GW = 'ergw-hub'
/** From the edge to the gateway, as in the catalogue's scenarios about routes. */
export const LATE = { propagation: '3s' } as const

/** Changes lie between 10:00 and 10:15. */
export const aroundTen = { topology: 'T2', start: '09:55:00', end: '10:45:00' } satisfies Partial<ScenarioData>
/** Changes lie between 10:00 and 10:40. */
export const longerAroundTen = { ...aroundTen, end: '11:10:00' } satisfies Partial<ScenarioData>

export const fault = { labels: ['fault'] } satisfies Partial<ScenarioData>
/** Comes close to something, and is none. */
export const near = { labels: ['benign'], pages: 0 } satisfies Partial<ScenarioData>

export type Expected = NonNullable<ScenarioData['expect']>[number]
export type Truth = NonNullable<ScenarioData['truth']>[number]

/** A declared site is not reached by its home while this lasts. */
export const site = (
  subject: string,
  at: string,
  until: string | undefined,
  severity: 'minor' | 'major' | 'critical' = 'minor',
): Expected => ({
  event: 'site_state_changed',
  subject,
  sees: 'lr',
  at,
  severity,
  ...(until === undefined ? {} : { until, ends: { at: until } }),
})

/** Both paths of a circuit are down, as its summaries show it. */
export const circuitDown = (circuit: string, at: string, until: string): Expected[] => [
  { event: 'circuit_down', subject: circuit, sees: 'cs', at, until, ends: { at: until, told: 'upDown' } },
  ...pathsDown(circuit, at, until),
]

const pathsDown = (circuit: string, at: string, until: string): Expected[] =>
  (['primary', 'secondary'] as const).map((path) => pathDown(circuit, path, at, until))

export const pathDown = (circuit: string, path: 'primary' | 'secondary', at: string, until: string): Expected => ({
  event: 'path_down',
  subject: `${circuit}/${path}`,
  sees: 'cs',
  at,
  until,
  ends: { at: until, told: 'upDown' },
})
