import { wordTable } from '#lib/bgp/word-table.ts'
import type { ThresholdView } from '#lib/contract/index.ts'

/**
 * Areas of thresholds in display order, each with its words. A threshold belongs to an area if the part of its name
 * before the first dot is a word of the area.
 */
const areas: Readonly<Record<string, readonly string[]>> = wordTable({
  Sessions: ['session', 'router', 'keepalive', 'timers', 'lag'],
  Gateways: ['instance', 'gateway', 'divergence'],
  Routes: ['withdraw', 'announce', 'origin', 'churn', 'microsoft', 'sites'],
  Paths: ['parity', 'passive', 'active', 'asymmetric', 'intent', 'failover', 'failback'],
  'Prefix limits': ['headroom', 'limit'],
  Traffic: ['traffic', 'bandwidth', 'capacity', 'probe'],
  Incidents: ['incident', 'maintenance', 'config', 'availability', 'memory'],
  Polling: ['burst', 'fresh', 'degraded', 'nothing', 'collector'],
  Cost: ['budget', 'breakEven', 'surge', 'saving'],
})

export const OTHER = 'Other'
const areaByWord = new Map(Object.entries(areas).flatMap(([area, words]) => words.map((word) => [word, area] as const)))

/** Returns the area of a threshold; for example, `session.flapping.window` belongs to Sessions. */
export const areaOf = (name: string): string => areaByWord.get(name.split('.')[0] ?? name) ?? OTHER

const order = [...Object.keys(areas), OTHER]

/** Sorts thresholds by area in display order. The order within an area is kept. */
export const byArea = (thresholds: readonly ThresholdView[]): ThresholdView[] =>
  thresholds.toSorted((a, b) => order.indexOf(areaOf(a.name)) - order.indexOf(areaOf(b.name)))

/** Returns the areas of the given thresholds, in display order. */
export const areasOf = (thresholds: readonly ThresholdView[]): string[] =>
  order.filter((area) => thresholds.some(({ name }) => areaOf(name) === area))
