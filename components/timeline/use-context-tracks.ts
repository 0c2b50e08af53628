'use client'

import { useQueries } from '@tanstack/react-query'
import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { activityQuery, changesQuery, useDeclarations, useEvents } from '../data/index.ts'
import type { TimeRange } from '../time/range.ts'
import { configurationTrack, maintenanceTrack } from './context-tracks.ts'
import { eventsTrack } from './event-tracks.ts'

/** Most events of one page's track; the ledger has them all. */
const MOST_EVENTS = 200

/**
 * What lies around the states of a thing: its events, what was configured otherwise, declared work.
 * @param scopes the thing first, then what connects it
 */
export function useContextTracks(scopes: readonly string[], range: TimeRange, window: TimeWindow) {
  const asked = { from: range.from, to: range.to }
  const [scope = ''] = scopes
  const events = useEvents({ scope, partOf: 'none', ...asked, limit: MOST_EVENTS })
  const changes = useQueries({ queries: scopes.map((id) => changesQuery({ scope: id, ...asked })) })
  const activity = useQueries({ queries: scopes.map((id) => activityQuery({ scope: id, ...asked })) })
  const declared = useDeclarations().data?.data.maintenance ?? []
  const tracks: TimelineTrack[] = [
    eventsTrack(events.data?.data ?? []),
    configurationTrack(
      changes.flatMap(({ data }) => data?.data ?? []),
      activity.flatMap(({ data }) => data?.data ?? []),
    ),
    maintenanceTrack(declared, new Set(scopes), window),
  ].filter((track) => track !== null)
  return { tracks, queries: [events, ...changes, ...activity] }
}
