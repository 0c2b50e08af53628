import { useMemo } from 'react'
import { useQueries } from '@tanstack/react-query'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import { resolveRangeEdges } from '../time/time-range.ts'
import type { TimeRangeWindowState } from '../time/use-range-window.ts'
import { getRttColumnLengthMs } from '../probes/rtt-series.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { listResourceIdsForChanges } from '../changes/change-scopes.ts'
import { mergeTimelineTracks } from './merge-tracks.ts'
import { buildArpTrack, buildRttTrack, buildTrafficTrack } from './path-tracks.ts'
import { getSessionKey, buildSessionTracks } from './session-tracks.ts'
import { listUnpolledIntervals } from './timeline-gaps.ts'
import { buildTimeline } from './build-timeline.ts'
import { useContextTracks } from './use-context-tracks.ts'

/**
 * Loads the timeline of a circuit: its traffic, events and configuration, tracks (rows) for each path, and round-trip
 * times. The tracks of a path are the customer's side with its sessions and ARP, and one track for each gateway.
 */
export function useCircuitTimeline(
  circuit: Circuit,
  sessions: readonly BgpSession[],
  { range, window, now }: TimeRangeWindowState,
) {
  const { id, paths, bandwidthMbps } = circuit
  const bounds = { from: range.from, to: range.to }
  const context = useContextTracks(listResourceIdsForChanges(circuit), range, window)
  const peering = findMainPeeringType(circuit)
  const own = sessions.filter(
    ({ scope, mapping, peering: on }) =>
      (scope === id && on === peering) || (scope !== id && mapping?.circuitId === id),
  )
  const scopes = [...new Set([id, ...own.map(({ scope }) => scope)])]
  const histories = useQueries({
    queries: scopes.map((scope) => createEndpointQuery('sessions/history', { scope, ...bounds })),
  })
  const arp = useEndpointQuery('circuits/{id}/arp', { id, ...bounds })
  const traffic = useEndpointQuery('circuits/{id}/traffic', { id, ...bounds })
  const step = getRttColumnLengthMs(...resolveRangeEdges(range, now)) / 60_000
  const probes = useEndpointQuery('probes', { scope: id, ...bounds, step: `${step}m` })
  // The track is memoized, because it has thousands of points. Without this, they would be computed again whenever
  // another response arrives.
  const trafficLane = useMemo(
    () =>
      traffic.data && paths.length > 0
        ? [
            buildTrafficTrack(
              traffic.data.data,
              { scope: id, peering },
              bandwidthMbps,
              listUnpolledIntervals(traffic.data),
            ),
          ]
        : [],
    [traffic.data, paths.length, id, peering, bandwidthMbps],
  )
  const rtt = useMemo(() => buildRttTrack(probes.data?.data ?? []), [probes.data])
  const intervals = histories.flatMap(({ data }) => data?.data ?? [])
  const uncovered = listUnpolledIntervals(...histories.map(({ data }) => data))

  const lanesOf = ({ path }: ApiCircuitPath) => {
    const onPath = new Map(
      own.filter((session) => (session.path ?? session.mapping?.path) === path).map((one) => [getSessionKey(one), one]),
    )
    const tracks = buildSessionTracks(
      intervals.filter((interval) => onPath.has(getSessionKey(interval))),
      uncovered,
      (ends) => ({
        name: ends.path === null ? `MSEE – ${onPath.get(getSessionKey(ends))?.scopeName ?? 'gateway'}` : 'CE – MSEE',
        part: formatSessionSubject(ends).replace('~', ' ↔ '),
      }),
    )
    const arpTracks = arp.data
      ? [
          {
            ...buildArpTrack(arp.data.data, { scope: id, peering, path }, listUnpolledIntervals(arp.data)),
            part: 'ARP',
          },
        ]
      : []
    return [...Map.groupBy(tracks, ({ name }) => name)].map(([name, legs]) =>
      mergeTimelineTracks(name === 'CE – MSEE' ? [...legs, ...arpTracks] : legs, {
        key: `${path} ${name}`,
        name,
        part: path,
        ...(legs[0]?.href !== undefined && { href: legs[0].href }),
      }),
    )
  }
  return buildTimeline(
    [...trafficLane, ...context.tracks, ...paths.flatMap(lanesOf), ...(rtt ? [rtt] : [])],
    [...context.queries, ...histories, traffic, arp, probes],
  )
}
