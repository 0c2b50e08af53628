import { useQueries } from '@tanstack/react-query'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { TimelineTrack } from '../charts/state-timeline/timeline-tracks.ts'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import type { TimeRange } from '../time/time-range.ts'
import { filterNotes } from '../notes/note-text.ts'
import { useNotes } from '../notes/notes.tsx'
import { buildConfigurationTrack, buildMaintenanceTrack, buildNotesTrack } from './context-tracks.ts'
import { buildCombinedEventsTrack, MAX_EVENTS } from './event-tracks.ts'

/**
 * Loads the timeline tracks (rows) that explain a resource's states: notes, events, configuration changes and announced
 * maintenance.
 * @param scopes IDs of the resource itself (first) and of its connections
 * @param isShown selects the events; by default all events of the resource
 */
export function useContextTracks(
  scopes: readonly string[],
  range: TimeRange,
  window: TimeWindow,
  isShown: (event: DetectedNetworkEvent) => boolean = () => true,
) {
  const bounds = { from: range.from, to: range.to }
  const [scope = ''] = scopes
  const events = useEndpointQuery('events', { scope, partOf: 'none', ...bounds, limit: MAX_EVENTS })
  const changes = useQueries({ queries: scopes.map((id) => createEndpointQuery('changes', { scope: id, ...bounds })) })
  const activity = useQueries({
    queries: scopes.map((id) => createEndpointQuery('activity', { scope: id, ...bounds })),
  })
  const announced = useEndpointQuery('maintenance', { scope, ...bounds }).data?.data ?? []
  const notes = filterNotes(useNotes()?.notes ?? [], window.from, window.to)
  const tracks: TimelineTrack[] = [
    buildNotesTrack(notes),
    buildCombinedEventsTrack((events.data?.data ?? []).filter(isShown), events.data?.asOf ?? ''),
    buildConfigurationTrack(
      changes.flatMap(({ data }) => data?.data ?? []),
      activity.flatMap(({ data }) => data?.data ?? []),
    ),
    buildMaintenanceTrack(announced, new Set(scopes), window),
  ].filter((track) => track !== null)
  return { tracks, queries: [events, ...changes, ...activity] }
}
