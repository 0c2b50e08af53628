import { useQueries } from '@tanstack/react-query'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { endpointQuery, useEndpoint } from '../data/index.ts'
import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { around, type TimeWindow } from '../charts/state-timeline/time-window.ts'
import { notesIn } from '../notes/note-words.ts'
import { useNotes } from '../notes/notes.tsx'
import { configurationTrack, maintenanceTrack, notesTrack } from '../timeline/context-tracks.ts'
import { eventTracks } from '../timeline/event-tracks.ts'
import { gapsOmitted } from '../timeline/timeline-of.ts'
import { distinctTests } from '../probes/rtt-series.ts'
import { probeTracks } from '../timeline/probe-tracks.ts'

/** Time shown before and after an incident. */
const BEYOND_MS = 12 * 3_600_000
/** An incident with more resources is a storm: all its events have tracks, context is loaded for the first resources only. */
const MOST_SCOPES = 8

interface Forensics {
  tracks: TimelineTrack[]
  whole: TimeWindow
  limits: TimeWindow
  pending: boolean
  /** gaps in the data that are too many to be drawn */
  omitted: number
}

/** All tracks of an incident's timeline. @param now epoch milliseconds, in steps */
export function useForensics(incident: IncidentDetail, now: number): Forensics {
  const { timeline, openedAt, state } = incident
  const bounds = timeline.flatMap(({ startedBetween, endedBetween }) => [...startedBetween, ...(endedBetween ?? [])])
  // a state that predates monitoring has no start that could be shown
  const moments = [...bounds, openedAt].map((at) => Date.parse(at)).filter((at) => at > 0)
  const whole = around(state === 'open' ? [...moments, now] : moments, now)
  const isNear = whole.to + BEYOND_MS > now
  const limits = { from: whole.from - BEYOND_MS, to: Math.max(whole.to, isNear ? now : whole.to + BEYOND_MS) }
  const range = { from: new Date(limits.from).toISOString(), to: isNear ? null : new Date(limits.to).toISOString() }
  // the whole estate has no configuration and no other data of a single resource
  const affected = timeline.map(({ scope }) => scope).filter((scope) => scope !== WHOLE_ESTATE)
  const scopes = [...new Set(affected)].slice(0, MOST_SCOPES)
  const gaps = useQueries({ queries: scopes.map((scope) => endpointQuery('events', { scope, ...range, limit: 1 })) })
  const changes = useQueries({ queries: scopes.map((scope) => endpointQuery('changes', { scope, ...range })) })
  const entries = useQueries({ queries: scopes.map((scope) => endpointQuery('activity', { scope, ...range })) })
  const tests = useQueries({ queries: scopes.map((scope) => endpointQuery('probes', { scope, ...range })) })
  const announced = useEndpoint('maintenance', range).data?.data ?? []
  const notes = notesIn(useNotes()?.notes ?? [], limits.from, limits.to)
  const tracks = [
    notesTrack(notes),
    ...eventTracks(
      timeline,
      gaps.flatMap(({ data }) => data?.uncovered ?? []),
    ),
    ...probeTracks(distinctTests(tests.flatMap(({ data }) => data?.data ?? [])), limits, now),
    configurationTrack(
      changes.flatMap(({ data }) => data?.data ?? []),
      entries.flatMap(({ data }) => data?.data ?? []),
    ),
    maintenanceTrack(announced, new Set(scopes), limits),
  ].filter((track) => track !== null)
  const omitted = gapsOmitted(gaps)
  return {
    tracks,
    whole,
    limits,
    omitted,
    pending: [...gaps, ...changes].some((query) => query.isPending && !query.error),
  }
}
