import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { type TimestampBounds, parseMetricAddressFamily, type MetricRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { AvailabilitySignal } from '../model/signal.ts'
import { formatSessionSubject } from '../model/subject.ts'

/** Metric of VPN gateways with the share of an interval in which the session with a neighbor was established. */
const PEER_STATUS = 'BgpPeerStatus'

const LAYERS = { BgpAvailability: 'bgp', ArpAvailability: 'arp', [PEER_STATUS]: 'peer' } as const

/** Reports whether a metric is the availability of BGP or ARP on a circuit's paths, or of the sessions of a gateway. */
export const isAvailabilityMetric = (metric: string) => Object.hasOwn(LAYERS, metric)

/**
 * Availability in percent below which a path counts as down in a minute, if only metrics are available. Screens use the
 * same value.
 */
const WORKED = 50

/**
 * Returns signals with the availability of BGP and ARP on each path of a circuit, as Azure Monitor reports it. The
 * availability of BGP also falls during work between Microsoft's edge and core, although the customer's session stays
 * up (docs/rules/detection.md 1.2). The values arrive late, so they determine a state only if Azure does not permit
 * polls of the routers.
 */
export function createAvailabilitySignals(
  rows: readonly MetricRow[],
  settings: DetectionSettings,
): AvailabilitySignal[] {
  const byLayer = Map.groupBy(rows, ({ metric }) => metric)
  return [...byLayer].flatMap(([metric, own]) =>
    ofLayer(metric === PEER_STATUS ? own.map(toPercent) : own, settings).map((signal) =>
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
    const grainMs = Math.max(...reported.map(({ grainSeconds }) => grainSeconds)) * MS_PER_SECOND
    const from = Math.min(...minutes.map(({ earliest }) => earliest))
    const until = Math.max(...minutes.map(({ latest }) => latest))
    return [
      {
        type: 'availability',
        subresource,
        ...(grainMs !== MS_PER_MINUTE && { grainMs }),
        reported: { earliest: from, latest: until },
        low: low.toSorted((a, b) => a.earliest - b.earliest),
        down: down.toSorted((a, b) => a.earliest - b.earliest),
        ...(newest && { last: newest.average ?? 0 }),
      },
    ]
  })
}

/**
 * Reports whether a row is about IPv4. Only IPv4 is used, because the state of a path is the state of its IPv4 link.
 * IPv6 has a separate availability.
 */
const isOfFirstFamily = ({ dimensions }: MetricRow) => parseMetricAddressFamily(dimensions) === 4

const minuteOf = ({ at, grainSeconds }: MetricRow): TimestampBounds => ({
  earliest: at,
  latest: at + grainSeconds * 1_000,
})

/**
 * Returns a row of BgpPeerStatus with its value in percent. Azure reports 1 while a session is established and 0 while it
 * is not, as the mean of the interval; for a router of a hub, it reports only the maximum.
 */
const toPercent = (row: MetricRow): MetricRow => {
  const status = row.average ?? row.maximum
  return { ...row, average: status === null ? null : 100 * status }
}

/**
 * Returns the path of a row, for example `AzurePrivatePeering/primary`, or the session of a gateway, `instance~neighbor`;
 * '' if the row is about neither.
 */
function partOf({ metric, dimensions }: MetricRow): string {
  if (metric === PEER_STATUS) {
    const { bgppeeraddress: neighbor = '', instance = '' } = dimensions
    const address = canonicalizeAddress(neighbor)
    return address && instance !== '' ? formatSessionSubject({ localAddress: instance, neighbor: address }) : ''
  }
  const { peeringtype = '', peer = '' } = dimensions
  const path = /^(primary|secondary)/i.exec(peer)?.[1]
  return path && peeringtype !== '' ? `${peeringtype}/${path.toLowerCase()}` : ''
}
