import { type AsPath, groupPrepends, formatAsPath } from '#lib/bgp/index.ts'
import type { ApiRouteAttributes, RouteInterval } from '#lib/routes/api/index.ts'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { parseGapEnd } from '../timeline/timeline-gaps.ts'
import { compareNaturally } from '../format/natural-order.ts'
import { getRouteChangeKey, type RouteTableChange } from './route-groups.ts'

/** History of the routes to one prefix in one table, from one instance and one announcing peer. */
export interface PrefixTimelineTrack {
  key: string
  scope: string
  scopeName: string
  resourceId: string
  table: RouteInterval['table']
  /** path of a circuit (`primary path`), or address of a gateway instance; null if the table has neither */
  place: string | null
  peer: string | null
  intervals: RouteInterval[]
}

/**
 * Groups the history of a prefix into tracks, one for each table, instance and peer. The path tables of circuits come
 * first, then the learned and the advertised routes of gateways, then the effective routes of network interfaces.
 * Tracks of the same table are sorted by name in natural order.
 */
export function buildPrefixTimelineTracks(intervals: readonly RouteInterval[]): PrefixTimelineTrack[] {
  const tracks = new Map<string, PrefixTimelineTrack>()
  for (const interval of intervals) {
    const { scope, scopeName, resourceId, table, path, instance, peer } = interval
    const key = [scope, table, path, instance, peer].join('/')
    const place = path ? `${path} path` : instance
    const track = tracks.get(key) ?? { key, scope, scopeName, resourceId, table, place, peer, intervals: [] }
    track.intervals.push(interval)
    tracks.set(key, track)
  }
  const tables: RouteInterval['table'][] = ['tables', 'learned', 'advertised', 'effective']
  const name = ({ scopeName, place, peer }: PrefixTimelineTrack) => [scopeName, place, peer].join(' ')
  return [...tracks.values()].sort(
    (a, b) =>
      tables.indexOf(a.table) - tables.indexOf(b.table) ||
      compareNaturally(name(a), name(b)) ||
      a.key.localeCompare(b.key),
  )
}

/**
 * Returns the name of a track's resource, and of the part of the resource, for example `10.0.4.12 ← 10.0.4.4` (instance
 * and peer) or `primary path`.
 */
export const formatPrefixTrackNames = ({
  scopeName,
  table,
  place,
  peer,
}: PrefixTimelineTrack): { name: string; part: string } => ({
  name: scopeName,
  part: [place, peer && `${table === 'advertised' ? '→' : '←'} ${peer}`].filter(Boolean).join(' '),
})

/** Formats a track for a sentence: `ergw-hub 10.0.4.12 from 10.0.4.4`, `erc-london primary path`. */
export const formatPrefixTrackTitle = ({ scopeName, table, place, peer }: PrefixTimelineTrack): string =>
  [
    scopeName,
    place,
    peer && `${table === 'advertised' ? 'to' : 'from'} ${peer}`,
    table === 'advertised' && !peer && table,
  ]
    .filter(Boolean)
    .join(' ')

/**
 * Returns the key by which a set of routes gets its color: its distinct AS paths. ECMP routes with different AS paths
 * have a combined key.
 */
export const getAsPathKey = (attributes: readonly ApiRouteAttributes[]) =>
  [...new Set(attributes.map(formatAsPath))].sort().join(' | ')

/**
 * Returns the distinct AS paths in a time range, each with a letter, because color is not a sufficient distinction.
 * They are sorted by the time that they were in use, longest first.
 */
export function listDistinctPaths(
  intervals: readonly RouteInterval[],
  from: number,
  to: number,
): Map<string, { letter: string; index: number; path: AsPath }> {
  const stood = new Map<string, { ms: number; path: AsPath }>()
  for (const { attributes, from: began, to: ended } of intervals) {
    const begin = Math.max(from, Date.parse(began[1]))
    const end = Math.min(to, ended ? Date.parse(ended[0]) : to)
    const key = getAsPathKey(attributes)
    const known = stood.get(key) ?? { ms: 0, path: attributes[0] ?? { asPath: [] } }
    known.ms += Math.max(0, end - begin)
    stood.set(key, known)
  }
  const ordered = [...stood].sort(([a, left], [b, right]) => right.ms - left.ms || a.localeCompare(b))
  return new Map(ordered.map(([key, { path }], index) => [key, { letter: letterOf(index), index, path }]))
}

/** Returns the letter for an index: A to Z, then AA, AB and so on. */
const letterOf = (index: number): string =>
  (index >= 26 ? letterOf(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26))

/** Formats an AS path short enough for a bar: `12076 65001×3`. */
export const formatPrefixTrackPath = (path: AsPath) =>
  groupPrepends(path)
    .map(({ text, times }) => (times > 1 ? `${text}×${times}` : text))
    .join(' ') || 'local'

/** Lower bound of the time of a change that may have happened before monitoring began. */
const neverBefore = new Date(0).toISOString()

/**
 * Returns every change that may have happened in the time range, the newest first. A route that was present when its
 * table was first polled does not count as a change. The end of an interval is returned only if the route was withdrawn
 * then. In every other case, the same change is the start of the next interval.
 */
export function listPrefixChanges(intervals: readonly RouteInterval[], from: number, to: number): RouteTableChange[] {
  const changes = intervals.flatMap((interval) =>
    [interval.began, ...(interval.ended?.op === 'withdraw' ? [interval.ended] : [])].flatMap(
      ({ op, before, after, polls, between: [earliest, latest] }): RouteTableChange[] =>
        op === 'first_seen' || Date.parse(latest) < from || Date.parse(earliest) > to
          ? []
          : [{ ...interval, op, before, after, between: [polls.before ?? neverBefore, polls.after] }],
    ),
  )
  return changes.toSorted(
    (a, b) =>
      Date.parse(b.between?.[1] ?? '') - Date.parse(a.between?.[1] ?? '') ||
      getRouteChangeKey(a).localeCompare(getRouteChangeKey(b)),
  )
}

/**
 * Returns the times without data for a track. They come from the track's own intervals and from the gaps in the polls
 * of its table.
 * @param asOf time of the response, ISO 8601
 */
export function listPrefixTrackGaps(track: PrefixTimelineTrack, uncovered: readonly UnpolledInterval[], asOf: string) {
  const within = track.intervals.flatMap((interval) => interval.uncovered)
  const around = uncovered.filter(({ scope, kind }) => scope === track.scope && kind === track.table)
  const seen = new Map(
    [...around, ...within].map(({ from, to, outcome }) => [
      `${from}/${to}`,
      { from: Date.parse(from), to: parseGapEnd(to, asOf), outcome },
    ]),
  )
  return [...seen.values()]
}
