'use client'

import { useQueries } from '@tanstack/react-query'
import type { TimeLane } from '../charts/time-lanes/lanes.ts'
import type { TimeWindow } from '../charts/time-lanes/time-window.ts'
import { activityQuery, changesQuery, useDeclarations, useEvents } from '../data/index.ts'
import type { TimeRange } from '../time/range.ts'
import { configurationLane, maintenanceLane } from './context-lanes.ts'
import { eventsLane } from './event-lanes.ts'

/** Most events of one page's lane; the ledger has them all. */
const MOST_EVENTS = 200

/**
 * What lies around the states of a thing: its events, what was configured otherwise, declared work.
 * @param scopes the thing first, then what connects it
 */
export function useContextLanes(scopes: readonly string[], range: TimeRange, window: TimeWindow) {
  const asked = { from: range.from, to: range.to }
  const [scope = ''] = scopes
  const events = useEvents({ scope, partOf: 'none', ...asked, limit: MOST_EVENTS })
  const changes = useQueries({ queries: scopes.map((id) => changesQuery({ scope: id, ...asked })) })
  const activity = useQueries({ queries: scopes.map((id) => activityQuery({ scope: id, ...asked })) })
  const declared = useDeclarations().data?.data.maintenance ?? []
  const lanes: TimeLane[] = [
    eventsLane(events.data?.data ?? []),
    configurationLane(
      changes.flatMap(({ data }) => data?.data ?? []),
      activity.flatMap(({ data }) => data?.data ?? []),
    ),
    maintenanceLane(declared, new Set(scopes), window),
  ].filter((lane) => lane !== null)
  return { lanes, queries: [events, ...changes, ...activity] }
}
