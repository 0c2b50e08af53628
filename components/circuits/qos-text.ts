import type { Circuit, QosDrops } from '#lib/circuits/api/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatBandwidth, formatBytes, formatBitRate, formatFractionAsPercent } from '../format/quantity.ts'

type TrafficClass = Circuit['classes'][number]

/** Formats the dropped traffic in one direction, with the length of time for which Azure reported data. */
export function formatQosDropsOfDirection(drops: QosDrops['in']): string {
  if (drops === null) return 'unknown: Azure Monitor reported nothing'
  const reported = formatDuration(drops.reportedSeconds * 1_000, 'round')
  if (drops.most === null) return `none in ${reported} reported`
  const dropping = formatDuration(drops.droppingSeconds * 1_000, 'round')
  return `${formatBytes(drops.bytes)} in ${dropping}, at most ${formatBitRate(drops.most.bitsPerSecond)}; ${reported} reported`
}

/**
 * Returns the bandwidth of a traffic class on one path, Mbit/s; null = not declared, or the circuit's bandwidth is
 * unknown.
 */
function classMbps({ share, mbps }: TrafficClass, bandwidthMbps: number | null): number | null {
  if (mbps !== null) return mbps
  return share === null || bandwidthMbps === null ? null : share * bandwidthMbps
}

/** Formats the bandwidth of a traffic class: `100 Mb/s of a path (10 %)`. */
export function formatTrafficClassBandwidth(one: TrafficClass, bandwidthMbps: number | null): string {
  const mbps = classMbps(one, bandwidthMbps)
  const share = one.share === null ? '' : ` (${formatFractionAsPercent(one.share)})`
  return mbps === null ? `not declared${share}` : `${formatBandwidth(Number(mbps.toFixed(2)))} of a path${share}`
}

/**
 * Formats the maximum drop rate as a share of a traffic class. Azure does not report which class was dropped. The text
 * therefore assumes that all drops belong to this class, and begins with "at most".
 */
export function formatTrafficClassDrops(
  one: TrafficClass,
  drops: QosDrops | null,
  bandwidthMbps: number | null,
): string {
  const mbps = classMbps(one, bandwidthMbps)
  const most = Math.max(drops?.in?.most?.bitsPerSecond ?? 0, drops?.out?.most?.bitsPerSecond ?? 0)
  if (drops === null || (drops.in === null && drops.out === null)) return 'unknown'
  if (most === 0) return 'none'
  return mbps === null
    ? 'not known: no bandwidth is declared'
    : `at most ${formatFractionAsPercent(most / (mbps * 1e6))} of it`
}
