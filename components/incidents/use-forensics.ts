'use client'

import { useQueries } from '@tanstack/react-query'
import type { IncidentDetail } from '#lib/contract/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { activityQuery, changesQuery, probesQuery, useDeclarations } from '../data/index.ts'
import { eventsQuery } from '../data/query-options.ts'
import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { around, type TimeWindow } from '../charts/state-timeline/time-window.ts'
import { configurationTrack, maintenanceTrack } from '../timeline/context-tracks.ts'
import { eventTracks } from '../timeline/event-tracks.ts'
import { distinctTests, probeTracks } from '../timeline/probe-tracks.ts'

/** How far before and after an incident one may look. */
const BEYOND_MS = 12 * 3_600_000
/** An incident of more things is a storm: the tracks of its events stay, what lies around them is asked of the first ones. */
const MOST_SCOPES = 8

export interface Forensics {
  tracks: TimelineTrack[]
  whole: TimeWindow
  limits: TimeWindow
  pending: boolean
}

/** Everything that stands on an incident's axis of time. @param now epoch milliseconds, in steps */
export function useForensics(incident: IncidentDetail, now: number): Forensics {
  const { timeline, openedAt, state } = incident
  const bounds = timeline.flatMap(({ startedBetween, endedBetween }) => [...startedBetween, ...(endedBetween ?? [])])
  // what was so before anybody looked began at no time that could be shown
  const moments = [...bounds, openedAt].map((at) => Date.parse(at)).filter((at) => at > 0)
  const whole = around(state === 'open' ? [...moments, now] : moments, now)
  const isNear = whole.to + BEYOND_MS > now
  const limits = { from: whole.from - BEYOND_MS, to: Math.max(whole.to, isNear ? now : whole.to + BEYOND_MS) }
  const asked = { from: new Date(limits.from).toISOString(), to: isNear ? null : new Date(limits.to).toISOString() }
  // of the whole estate there is no configuration, nor anything else that is one thing's
  const things = timeline.map(({ scope }) => scope).filter((scope) => scope !== WHOLE_ESTATE)
  const scopes = [...new Set(things)].slice(0, MOST_SCOPES)
  const gaps = useQueries({ queries: scopes.map((scope) => eventsQuery({ scope, ...asked, limit: 1 })) })
  const changes = useQueries({ queries: scopes.map((scope) => changesQuery({ scope, ...asked })) })
  const entries = useQueries({ queries: scopes.map((scope) => activityQuery({ scope, ...asked })) })
  const tests = useQueries({ queries: scopes.map((scope) => probesQuery({ scope, ...asked })) })
  const declared = useDeclarations().data?.data.maintenance ?? []
  const tracks = [
    ...eventTracks(
      timeline,
      gaps.flatMap(({ data }) => data?.uncovered ?? []),
    ),
    ...probeTracks(distinctTests(tests.flatMap(({ data }) => data?.data ?? []))),
    configurationTrack(
      changes.flatMap(({ data }) => data?.data ?? []),
      entries.flatMap(({ data }) => data?.data ?? []),
    ),
    maintenanceTrack(declared, new Set(scopes), limits),
  ].filter((track) => track !== null)
  return { tracks, whole, limits, pending: [...gaps, ...changes].some((query) => query.isPending && !query.error) }
}
