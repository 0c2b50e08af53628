import type { ArpInterval, CircuitTraffic } from '#lib/usage/api/index.ts'
import type { CircuitPath, PeeringType, UncoveredInterval } from '#lib/contract/index.ts'
import type { PrefixCount } from '#lib/sessions/api/index.ts'
import type { TrackLine } from '../charts/state-timeline/track-series.ts'
import { type Gap, type Mark, momentsOf, trackRows, type TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { formatBitRate, formatCount } from '../format/quantity.ts'
import { usageLimits } from '../usage/bandwidth-limits.ts'
import { chartTop, niceCeiling } from '../usage/usage-series.ts'
import { gapsOf } from './gaps.ts'

/** `peering` absent = whichever is reported */
type Place = { scope: string; peering?: PeeringType | null; path: CircuitPath }

/** Traffic of one path against its bandwidth. A point's band spans its lowest and highest rate. */
export function trafficTrack(
  { paths, basis }: CircuitTraffic,
  place: Place,
  bandwidthMbps: number | null,
  uncovered: readonly UncoveredInterval[],
): TimelineTrack {
  const points = paths.find(({ path }) => path === place.path)?.points ?? []
  const line = (name: string, ink: TrackLine['ink'], direction: 'in' | 'out'): TrackLine => ({
    name,
    ink,
    isArea: direction === 'out',
    points: points.flatMap(({ from, to, [`${direction}Low` as const]: low, [`${direction}High` as const]: high }) =>
      low === null || high === null ? [] : [{ from: Date.parse(from), to: Date.parse(to), low, high }],
    ),
  })
  const lines = [line('from Azure (billed)', 'series-1', 'out'), line('to Azure', 'series-2', 'in')]
  const bandwidth = bandwidthMbps === null ? null : bandwidthMbps * 1e6
  return seriesTrack({
    key: `${place.scope} ${place.path} traffic`,
    name: `Traffic, ${place.path}`,
    part: basisWords[basis],
    series: {
      lines,
      guides: usageLimits(bandwidthMbps),
      top: chartTop(highestOf(lines), bandwidth, false),
      write: formatBitRate,
    },
    unseen: gapsOf(uncovered, { ...place, kinds: ['stats'] }),
  })
}

const basisWords: Record<CircuitTraffic['basis'], string> = {
  sample: 'lowest to highest sample',
  '5m': '5-minute averages',
  hour: 'hourly averages',
}

/** Prefix counts of a session. @param until epoch milliseconds, end of ongoing intervals */
export function prefixesTrack(
  counts: readonly PrefixCount[],
  of: { key: string; name: string; part: string; limit?: number | null },
  unseen: Gap[],
  until: number,
): TimelineTrack {
  const line: TrackLine = {
    name: 'prefixes',
    ink: 'series-4',
    isArea: true,
    points: counts
      .map(({ from, to, prefixesReceived }) => ({
        from: Date.parse(from[1]),
        to: to ? Date.parse(to[1]) : until,
        low: prefixesReceived,
        high: prefixesReceived,
      }))
      .sort((a, b) => a.from - b.from),
  }
  const { limit, ...names } = of
  const highest = highestOf([line])
  const guides = limit ? [{ value: limit, words: `limit ${formatCount(limit)}` }] : []
  return seriesTrack({
    ...names,
    series: { lines: [line], guides, top: chartTop(highest, limit ?? null, false), write: countWords },
    unseen,
  })
}

const countWords = (count: number) => formatCount(Math.round(count))

/** The ARP table of one path: complete entries are healthy, an entry without a MAC is not. */
export function arpLane(
  intervals: readonly ArpInterval[],
  place: Place,
  uncovered: readonly UncoveredInterval[],
): TimelineTrack {
  const own = intervals.filter(
    ({ peering, path }) => path === place.path && (!place.peering || peering === place.peering),
  )
  const sides = [...new Set(own.map(({ interface: side }) => side))].sort()
  const marks = own.map(
    ({ interface: side, ipAddress, macAddress, from, to }): Mark => ({
      key: `${side} ${ipAddress} ${from[1]}`,
      ink: macAddress === null ? 'down' : 'up',
      word: macAddress === null ? `${side} INCOMPLETE` : `${side} complete`,
      from: momentsOf(from),
      to: to && momentsOf(to),
      isPoint: false,
      isQuiet: macAddress !== null,
      row: sides.indexOf(side),
      title: `${side} ${ipAddress}: ${macAddress ?? 'no MAC'}`,
    }),
  )
  return {
    key: `${place.scope} ${place.path} arp`,
    name: `ARP, ${place.path}`,
    part: '',
    marks,
    rows: trackRows(marks),
    unseen: gapsOf(uncovered, { ...place, kinds: ['arp'] }),
  }
}

const seriesTrack = (track: Omit<TimelineTrack, 'marks' | 'rows'>): TimelineTrack => ({ ...track, marks: [], rows: 1 })

const highestOf = (lines: readonly TrackLine[]): number =>
  lines.reduce((most, { points }) => points.reduce((high, point) => Math.max(high, point.high), most), 0) ||
  niceCeiling(0)
