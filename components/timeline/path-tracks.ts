import type { ArpEntryInterval, CircuitTraffic } from '#lib/usage/api/index.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'
import type { PrefixCount } from '#lib/sessions/api/index.ts'
import { computeAxisTop } from '../charts/plot/value-ticks.ts'
import type { TimelineSeriesLine } from '../charts/state-timeline/track-series.ts'
import {
  type TimelineGap,
  type TimelineMark,
  parseIsoTimeBounds,
  limitMarksToPolledTime,
  countTimelineTrackRows,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { formatRtt, formatBitRate, formatCountWithSeparators } from '../format/quantity.ts'
import {
  removeDuplicateTests,
  isTestLineDashed,
  selectWorstTests,
  getProbeTestColor,
  formatTestName,
} from '../probes/rtt-series.ts'
import { createBandwidthLimits } from '../usage/bandwidth-limits.ts'
import { listPollGaps, type UnpolledIntervalOfResponse } from './timeline-gaps.ts'

/** Height in px of a track that shows two directions, one above and one below the zero line. */
const MIRRORED = 150
/** Height in px of a track with one line. */
const RTT = 60

type Place = { scope: string; peering?: PeeringType | null; path: CircuitPath }

/**
 * Returns the timeline track (row) with the traffic of each path, relative to the bandwidth of one path. Traffic to
 * Azure is above zero, traffic from Azure below. A band spans the lowest and highest rate of each point.
 */
export function buildTrafficTrack(
  { paths, basis }: CircuitTraffic,
  place: Omit<Place, 'path'>,
  bandwidthMbps: number | null,
  uncovered: readonly UnpolledIntervalOfResponse[],
): TimelineTrack {
  const lines = directions.flatMap(({ of, side }) =>
    paths.map(
      ({ path, points }): TimelineSeriesLine => ({
        name: path,
        ink: path === 'primary' ? 'series-1' : 'series-3',
        side,
        isArea: false,
        // the secondary path is dashed, so that both lines are visible if the rates are equal
        isDashed: path === 'secondary',
        points: points.flatMap(({ from, to, [`${of}Low` as const]: low, [`${of}High` as const]: high }) =>
          low === null || high === null ? [] : [{ from: Date.parse(from), to: Date.parse(to), low, high }],
        ),
      }),
    ),
  )
  const bandwidth = bandwidthMbps === null ? null : bandwidthMbps * 1e6
  return seriesTrack({
    key: `${place.scope} traffic`,
    name: 'Traffic by path',
    part: basisLabels[basis],
    series: {
      lines,
      guides: createBandwidthLimits(bandwidthMbps).slice(0, 1),
      top: computeAxisTop(highestOf(lines), bandwidth),
      height: MIRRORED,
      write: formatBitRate,
    },
    unseen: listPollGaps(uncovered, { ...place, path: null, kinds: ['stats'] }),
  })
}

const directions = [
  { of: 'in', side: { name: 'to Azure', isBelow: false } },
  { of: 'out', side: { name: 'from Azure (billable)', isBelow: true } },
] as const

const basisLabels: Record<CircuitTraffic['basis'], string> = {
  sample: 'each sample',
  '5m': '5-minute averages',
  hour: 'hourly averages',
}

/** Returns the timeline track (row) with round-trip times of connection monitor tests; null if no test reported any. */
export function buildRttTrack(probes: readonly ConnectionMonitorTest[]): TimelineTrack | null {
  const lines = selectWorstTests(removeDuplicateTests(probes)).map(
    (probe, index): TimelineSeriesLine => ({
      name: formatTestName(probe),
      ink: getProbeTestColor(index),
      isArea: false,
      isDashed: isTestLineDashed(index),
      points: probe.points.flatMap(({ at, seconds, roundTripMs, roundTripBetween }) => {
        if (roundTripMs === null) return []
        const [low, high] = roundTripBetween ?? [roundTripMs, roundTripMs]
        return [{ from: Date.parse(at), to: Date.parse(at) + seconds * 1_000, low, high }]
      }),
    }),
  )
  if (lines.every(({ points }) => points.length === 0)) return null
  return seriesTrack({
    key: 'rtt',
    name: 'Round-trip time',
    part: '',
    series: { lines, guides: [], top: computeAxisTop(highestOf(lines)), height: RTT, write: formatRtt },
    unseen: [],
  })
}

/**
 * Returns the timeline track (row) with the prefix counts of a session.
 * @param until time at which ongoing intervals end in the drawing, epoch milliseconds
 */
export function buildPrefixesTrack(
  counts: readonly PrefixCount[],
  of: { key: string; name: string; part: string; limit?: number | null },
  unseen: TimelineGap[],
  until: number,
): TimelineTrack {
  const line: TimelineSeriesLine = {
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
  const guides = limit ? [{ value: limit, words: `limit ${formatCountWithSeparators(limit)}` }] : []
  return seriesTrack({
    ...names,
    series: {
      lines: [line],
      guides,
      top: Math.ceil(computeAxisTop(highest, limit ?? null)),
      write: formatPathCount,
    },
    unseen,
  })
}

const formatPathCount = (count: number) => formatCountWithSeparators(Math.round(count))

/**
 * Returns the timeline track (row) with the ARP table of one path. Complete entries are healthy; entries without a MAC
 * address are down.
 */
export function buildArpTrack(
  intervals: readonly ArpEntryInterval[],
  place: Place,
  uncovered: readonly UnpolledIntervalOfResponse[],
): TimelineTrack {
  const own = intervals.filter(
    ({ peering, path }) => path === place.path && (!place.peering || peering === place.peering),
  )
  const sides = [...new Set(own.map(({ interface: side }) => side))].sort()
  const marks = own.map(
    ({ interface: side, ipAddress, macAddress, from, to }): TimelineMark => ({
      key: `${side} ${ipAddress} ${from[1]}`,
      ink: macAddress === null ? 'down' : 'up',
      word: macAddress === null ? `${side} INCOMPLETE` : `${side} complete`,
      from: parseIsoTimeBounds(from),
      to: to && parseIsoTimeBounds(to),
      isPoint: false,
      isQuiet: macAddress !== null,
      row: sides.indexOf(side),
      title: `${side} ${ipAddress}: ${macAddress ?? 'no MAC'}`,
    }),
  )
  const unseen = listPollGaps(uncovered, { ...place, kinds: ['arp'] })
  return {
    key: `${place.scope} ${place.path} arp`,
    name: `ARP, ${place.path}`,
    part: '',
    marks: limitMarksToPolledTime(marks, unseen),
    rows: countTimelineTrackRows(marks),
    unseen,
  }
}

const seriesTrack = (track: Omit<TimelineTrack, 'marks' | 'rows'>): TimelineTrack => ({ ...track, marks: [], rows: 1 })

const highestOf = (lines: readonly TimelineSeriesLine[]): number =>
  lines.reduce((most, { points }) => points.reduce((high, point) => Math.max(high, point.high), most), 0)
