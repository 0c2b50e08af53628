import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { ApiThreshold } from '#lib/contract/index.ts'

/**
 * Areas of thresholds in display order, each with its words. A threshold belongs to the area whose list contains the
 * first part of its name (before the first dot).
 */
const areas: Readonly<Record<string, readonly string[]>> = createSafeLookupTable({
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

export const OTHER_AREA = 'Other'
const areaByWord = new Map(Object.entries(areas).flatMap(([area, words]) => words.map((word) => [word, area] as const)))

/** Returns the area of a threshold; for example, `session.flapping.window` belongs to Sessions. */
export const findThresholdArea = (name: string): string => areaByWord.get(name.split('.')[0] ?? name) ?? OTHER_AREA

const order = [...Object.keys(areas), OTHER_AREA]

/** Sorts thresholds by area in display order. The order within an area is kept. */
export const sortByThresholdArea = (thresholds: readonly ApiThreshold[]): ApiThreshold[] =>
  thresholds.toSorted((a, b) => order.indexOf(findThresholdArea(a.name)) - order.indexOf(findThresholdArea(b.name)))

/** Returns the areas of the given thresholds, in display order. */
export const listThresholdAreas = (thresholds: readonly ApiThreshold[]): string[] =>
  order.filter((area) => thresholds.some(({ name }) => findThresholdArea(name) === area))
