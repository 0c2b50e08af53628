import { type Bounds, familyOfMetric, type MetricRow } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { AvailabilitySignal } from '../model/signal.ts'

const LAYERS = { BgpAvailability: 'bgp', ArpAvailability: 'arp' } as const

/** Whether a metric is one that reports the layers of a circuit's paths. */
export const isAvailabilityMetric = (metric: string) => Object.hasOwn(LAYERS, metric)

/** Percent of a minute below which a path did not work in it, by metrics alone: what the screens go by. */
const WORKED = 50

/**
 * How available BGP and ARP were on each path of a circuit, as Azure Monitor saw it: it falls with work between the edge and the core as
 * well, although the customer's session stays up (docs/rules/detection.md 1.2). Its minutes come late, and nothing is judged by
 * them alone where the routers may be asked.
 */
export function availabilitySignals(rows: readonly MetricRow[], settings: DetectionSettings): AvailabilitySignal[] {
  const byLayer = Map.groupBy(rows, ({ metric }) => metric)
  return [...byLayer].flatMap(([metric, own]) =>
    ofLayer(own, settings).map((signal) =>
      metric === 'ArpAvailability' ? { ...signal, layer: 'arp' as const } : signal,
    ),
  )
}

function ofLayer(rows: readonly MetricRow[], settings: DetectionSettings): AvailabilitySignal[] {
  const byPath = Map.groupBy(rows.filter(isOfFirstFamily), partOf)
  return [...byPath].flatMap(([subresource, own]): AvailabilitySignal[] => {
    const reported = own.filter(({ average }) => average !== null)
    if (subresource === '' || reported.length === 0) return []
    const down = reported.filter(({ average }) => (average ?? 0) < WORKED).map(minuteOf)
    const newest = reported.toSorted((a, b) => a.at - b.at).at(-1)
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
        down: down.toSorted((a, b) => a.earliest - b.earliest),
        ...(newest && { last: newest.average ?? 0 }),
      },
    ]
  })
}

/** A path's state follows from its first link, IPv4's where it has one: the other family has availability of its own. */
const isOfFirstFamily = ({ dimensions }: MetricRow) => familyOfMetric(dimensions) === 4

const minuteOf = ({ at, grainSeconds }: MetricRow): Bounds => ({ earliest: at, latest: at + grainSeconds * 1_000 })

/** `AzurePrivatePeering/primary`; '' for what is of no path. */
function partOf({ dimensions: { peeringtype = '', peer = '' } }: MetricRow): string {
  const path = /^(primary|secondary)/i.exec(peer)?.[1]
  return path && peeringtype !== '' ? `${peeringtype}/${path.toLowerCase()}` : ''
}
