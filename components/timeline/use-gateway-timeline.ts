import type { Gateway } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { compareNaturally } from '../format/natural-order.ts'
import type { TimeRangeWindowState } from '../time/use-range-window.ts'
import { listResourceIdsForChanges } from '../changes/change-scopes.ts'
import { mergeTimelineTracks, combineTimelineTracks } from './merge-tracks.ts'
import { buildSessionTracks } from './session-tracks.ts'
import { listUnpolledIntervals } from './timeline-gaps.ts'
import { buildTimeline } from './build-timeline.ts'
import { formatSessionsUpShare, useSessionAvailability } from './availability-text.ts'
import { useContextTracks } from './use-context-tracks.ts'

/** Maximum number of gateway instances that have separate rows in the track of a neighbor. */
const MAX_INSTANCE_ROWS = 4

/**
 * Loads the timeline of a gateway. Each neighbor has a track with a row for each gateway instance (up to `MAX_INSTANCE_ROWS`
 * instances), and the share of the time in which its sessions were up. Sessions between the gateway's own instances are
 * left out. Events and configuration are above these tracks.
 */
export function useGatewayTimeline(
  gateway: Gateway,
  sessions: readonly BgpSession[],
  { range, window }: TimeRangeWindowState,
) {
  const context = useContextTracks(listResourceIdsForChanges(gateway), range, window)
  const history = useEndpointQuery('sessions/history', { scope: gateway.id, from: range.from, to: range.to })
  const availability = useSessionAvailability(gateway.id, range)
  const known = new Map(sessions.map((session) => [formatSessionSubject(session), session]))
  const shown = (history.data?.data ?? []).filter(
    (interval) => known.get(formatSessionSubject(interval))?.role !== 'gateway-peer',
  )
  const lanes = [...Map.groupBy(shown, ({ neighbor }) => neighbor)].map(([neighbor, intervals]) => {
    const tracks = buildSessionTracks(intervals, listUnpolledIntervals(history.data), (ends) => ({
      name: neighbor,
      part: `${ends.localAddress} ↔ ${neighbor}`,
    }))
    const session = sessions.find((one) => one.neighbor === neighbor)
    const name = session ? neighborName(session) : neighbor
    const words = formatSessionsUpShare(availability(intervals.map(formatSessionSubject)))
    return (tracks.length > MAX_INSTANCE_ROWS ? mergeTimelineTracks : combineTimelineTracks)(tracks, {
      key: neighbor,
      name,
      part: words,
    })
  })
  const ordered = lanes.toSorted((a, b) => compareNaturally(a.name, b.name))
  return buildTimeline([...context.tracks, ...ordered], [...context.queries, history])
}

/** Returns the name of a neighbor: its circuit and path if they are known, otherwise its address. */
const neighborName = ({ neighbor, mapping }: Pick<BgpSession, 'neighbor' | 'mapping'>): string =>
  mapping?.circuitName ? `${mapping.circuitName} ${mapping.path}` : neighbor
