'use client'

import { useQueries } from '@tanstack/react-query'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { useMemo } from 'react'
import type { Circuit, CircuitPathView } from '#lib/circuits/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { endpointQuery, useEndpoint } from '../data/index.ts'
import type { RangeWindow } from '../time/use-range-window.ts'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { changeScopes } from '../changes/change-scopes.ts'
import { gapsOf } from './gaps.ts'
import { arpLane, prefixesTrack, trafficTrack } from './path-tracks.ts'
import { sessionTracks } from './session-tracks.ts'
import { timelineOf } from './timeline-of.ts'
import { useContextTracks } from './use-context-tracks.ts'

/** The history of a circuit: for each path its sessions in series, traffic, routes and ARP; events and configuration above. */
export function useCircuitTimeline(
  circuit: Circuit,
  sessions: readonly Session[],
  { range, window, now }: RangeWindow,
) {
  const { id, bandwidthMbps, paths } = circuit
  const bounds = { from: range.from, to: range.to }
  const context = useContextTracks(changeScopes(circuit), range, window)
  const peering = ownPeering(circuit)
  const own = sessions.filter(
    ({ scope, mapping, peering: on }) =>
      (scope === id && on === peering) || (scope !== id && mapping?.circuitId === id),
  )
  const scopes = [...new Set([id, ...own.map(({ scope }) => scope)])]
  const histories = useQueries({
    queries: scopes.map((scope) => endpointQuery('sessions/history', { scope, ...bounds })),
  })
  const traffic = useEndpoint('circuits/{id}/traffic', { id, ...bounds })
  const counts = useEndpoint('sessions/prefixes', { scope: id, ...bounds })
  const arp = useEndpoint('circuits/{id}/arp', { id, ...bounds })
  const intervals = histories.flatMap(({ data }) => data?.data ?? [])
  const uncovered = histories.flatMap(({ data }) => data?.uncovered ?? [])
  // thousands of points, not recomputed with each of the other responses
  const trafficTracks = useMemo(
    () =>
      new Map(
        traffic.data
          ? paths.map(({ path }) => [
              path,
              [
                trafficTrack(
                  traffic.data.data,
                  { scope: id, peering, path },
                  bandwidthMbps,
                  traffic.data.uncovered ?? [],
                ),
              ],
            ])
          : [],
      ),
    [traffic.data, paths, id, peering, bandwidthMbps],
  )

  const tracksOf = ({ path, headroom }: CircuitPathView) => {
    const place = { scope: id, peering, path }
    const onPath = new Map(
      own.filter((session) => (session.path ?? session.mapping?.path) === path).map((one) => [keyOf(one), one]),
    )
    return [
      ...sessionTracks(
        intervals.filter((interval) => onPath.has(keyOf(interval))),
        uncovered,
        (ends) => ({
          name: ends.path === null ? `MSEE – ${onPath.get(keyOf(ends))?.scopeName ?? 'gateway'}` : 'CE – MSEE',
          part: `${path}, ${ends.localAddress} ↔ ${ends.neighbor}`,
        }),
      ),
      ...(trafficTracks.get(path) ?? []),
      ...(counts.data
        ? [
            prefixesTrack(
              counts.data.data.filter(
                (count) => count.peering === peering && count.path === path && !count.neighbor.includes(':'),
              ),
              { key: `${path} prefixes`, name: `Routes received, ${path}`, part: '', limit: headroom?.limit ?? null },
              gapsOf(counts.data.uncovered ?? [], { ...place, kinds: ['summary'] }),
              now,
            ),
          ]
        : []),
      ...(arp.data ? [arpLane(arp.data.data, place, arp.data.uncovered ?? [])] : []),
    ]
  }
  return timelineOf(
    [...context.tracks, ...paths.flatMap(tracksOf)],
    [...context.queries, ...histories, traffic, counts, arp],
  )
}

const keyOf = (session: Pick<Session, 'scope' | 'localAddress' | 'neighbor'>) =>
  `${session.scope} ${sessionSubject(session)}`
