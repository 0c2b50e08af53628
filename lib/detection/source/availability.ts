import type { Bounds, MetricRow } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { AvailabilitySignal } from '../model/signal.ts'

const METRIC = 'BgpAvailability'

/** Whether a metric is one that reports sessions with a circuit's edge routers. */
export const isAvailabilityMetric = (metric: string) => metric === METRIC

/**
 * How available BGP was on each path of a circuit, as Azure Monitor saw it: it falls with work between the edge and the core as
 * well, although the customer's session stays up (docs/rules/detection.md 1.2). Its minutes come late, and nothing is judged by
 * them alone.
 */
export function availabilityOf(rows: readonly MetricRow[], settings: DetectionSettings): AvailabilitySignal[] {
  const byPath = Map.groupBy(rows, partOf)
  return [...byPath].flatMap(([subresource, own]): AvailabilitySignal[] => {
    const reported = own.filter(({ average }) => average !== null)
    if (subresource === '' || reported.length === 0) return []
    const low = reported.filter(({ average }) => (average ?? 0) < 100 * settings['availability.low']).map(minuteOf)
    const minutes = reported.map(minuteOf)
    const from = Math.min(...minutes.map(({ earliest }) => earliest))
    const until = Math.max(...minutes.map(({ latest }) => latest))
    return [
      {
        type: 'availability',
        subresource,
        reported: { earliest: from, latest: until },
        low: low.toSorted((a, b) => a.earliest - b.earliest),
      },
    ]
  })
}

const minuteOf = ({ at, grainSeconds }: MetricRow): Bounds => ({ earliest: at, latest: at + grainSeconds * 1_000 })

/** `AzurePrivatePeering/primary`; '' for what is of no path. */
function partOf({ dimensions: { peeringtype = '', peer = '' } }: MetricRow): string {
  const path = /^(primary|secondary)/i.exec(peer)?.[1]
  return path && peeringtype !== '' ? `${peeringtype}/${path.toLowerCase()}` : ''
}
