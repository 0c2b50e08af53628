'use client'

import { useMemo, useRef } from 'react'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { StateTimelinePanel } from '../charts/state-timeline/timeline-panel.tsx'
import { useEndpointQuery, createEndpointQuery } from '../data/index.ts'
import { getOperatorCardPart } from '../declarations/operator-card-part.ts'
import { CustomerAndSites } from '../declarations/customer-and-sites.tsx'
import { OperatorCardPanel, useOperatorCard } from '../declarations/operator-card.tsx'
import { IncidentTicket } from '../tickets/incident-ticket.tsx'
import { ChartNotesFooter } from '../notes/note-list.tsx'
import { ResourceNotesProvider } from '../note-writing/resource-notes-provider.tsx'
import { isUnknownResource, UnknownResource } from '../ui/unknown-resource.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView } from '../ui/answer-view.tsx'
import { OmittedGapsNote } from '../time/gaps-omitted.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'
import { Panel } from '../ui/panel.tsx'
import { VeryWideRow } from '../ui/very-wide-row.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { AcknowledgeButton } from './acknowledge-cell.tsx'
import { BeforeIncident } from './before-incident.tsx'
import { buildEventTree, findLeadingEventId } from './event-tree.ts'
import { IncidentEventTree } from './event-tree-view.tsx'
import { IncidentSummarySection } from './incident-summary.tsx'
import { IncidentPrintSheet } from './incident-sheet.tsx'
import { computeIncidentWindows, type IncidentWindows } from './incident-windows.ts'
import {
  describeIncidentKind,
  formatAffectedPartOfIncident,
  getIncidentStatus,
  formatIncidentTitle,
} from '../events/incident-text.ts'
import { AffectedPartText } from '../events/part-text.tsx'
import { PostMortemActions } from './post-mortem/post-mortem-actions.tsx'
import { parseAsIsoDateTime, throttle, useQueryStates } from 'nuqs'
import { type TimeWindow, clipWindow, getWindowLengthMs } from '../charts/state-timeline/time-window.ts'
import { MomentText } from '../ui/times/time.tsx'
import { listActionsTaken } from './actions-taken.ts'
import { useQueries } from '@tanstack/react-query'
import type { TimelineTrack } from '../charts/state-timeline/timeline-tracks.ts'
import { filterNotes } from '../notes/note-text.ts'
import { useNotes } from '../notes/notes.tsx'
import { buildConfigurationTrack, buildMaintenanceTrack, buildNotesTrack } from '../timeline/context-tracks.ts'
import { buildEventTracks } from '../timeline/event-tracks.ts'
import { countOmittedGaps } from '../timeline/build-timeline.ts'
import { removeDuplicateTests } from '../probes/rtt-series.ts'
import { buildProbeTracks } from '../timeline/probe-tracks.ts'

const IncidentBackground = createLazyComponent(() =>
  import('./incident-background.tsx').then((part) => part.IncidentBackground),
)

export function IncidentPage({ id }: { id: string }) {
  const incident = useEndpointQuery('incidents/{id}', { id })
  const at = useSelectedPastMoment()
  if (isUnknownResource(incident))
    return at === null ? (
      <UnknownResource list={{ href: '/incidents', name: 'Incidents' }} />
    ) : (
      <BeforeIncident id={id} at={at} />
    )
  return (
    <QueryStateView query={incident} skeleton={<IncidentSkeleton />}>
      {({ data, asOf, freshness }) => (
        <ResourceNotesProvider place={placeOf(data)}>
          <IncidentView
            incident={data}
            answer={{ asOf, freshness }}
            age={<PageAge answer={{ asOf, freshness }} pinned={data.state === 'closed'} />}
          />
        </ResourceNotesProvider>
      )}
    </QueryStateView>
  )
}

/** Returns the resources whose notes the page shows: all resources that the incident affects. */
const placeOf = ({ scope, scopeName, timeline }: IncidentDetail) => ({
  scopes: [...new Set([scope, ...timeline.map((event) => event.scope)])],
  name: scopeName,
})

function IncidentView({
  incident,
  answer,
  age,
}: {
  incident: IncidentDetail
  answer: ResponseAge
  age: React.ReactNode
}) {
  const now = useNowInSteps(5_000)
  const picture = useRef<SVGSVGElement>(null)
  const forensics = useForensics(incident, answer.asOf, now)
  const { window, show } = useTimeWindow(forensics.initial, forensics.limits)
  const leadId = findLeadingEventId(incident.timeline, incident.root)
  const scopes = useMemo(() => [incident.root?.scope ?? incident.scope], [incident.root?.scope, incident.scope])
  const part = formatAffectedPartOfIncident(incident)
  const advice = incident.cause?.nextStep ?? ''
  const { detail: _, ...status } = getIncidentStatus(incident)
  // The list of events is memoized. Otherwise each key press on the timeline would render all of its rows again, and
  // there are as many rows as affected resources (for example sixty).
  const events = useMemo(
    () => <IncidentEventTree nodes={buildEventTree(incident.timeline, leadId)} leadId={leadId} advice={advice} />,
    [incident.timeline, leadId, advice],
  )
  const facts = useMemo(
    () => (
      <>
        <IncidentSummarySection incident={incident} />
        <AffectedContacts incident={incident} />
        <ActionsTaken incident={incident} />
      </>
    ),
    [incident],
  )
  return (
    <>
      <PageHeader
        title={formatIncidentTitle(incident)}
        eyebrow={
          <>
            <PageLink href="/incidents" className="link">
              Incidents
            </PageLink>{' '}
            / <span className="font-mono">{incident.id}</span>
          </>
        }
        status={
          <span className="inline-flex flex-wrap items-baseline gap-x-3">
            <StateLabel {...status} />
            <span className="text-sm">
              {incident.maintenance ? 'maintenance' : incident.severity}
              {incident.unverifiedSince && (
                <>
                  , last known at <MomentText at={incident.unverifiedSince} />
                </>
              )}
            </span>
          </span>
        }
        age={age}
        since={
          <span className="flex flex-wrap items-baseline gap-x-3">
            {part ? <AffectedPartText words={part} /> : incident.state === 'open' && describeIncidentKind(incident)}
            <CustomerAndSites scopes={scopes} />
          </span>
        }
        actions={
          <>
            {/* This button is loaded after the acknowledge button and must not move it. It is therefore last on a phone, and first in a row that is aligned right. */}
            <span className="empty:hidden max-sm:order-last">
              <IncidentTicket incident={incident} />
            </span>
            {incident.state === 'open' && !incident.acknowledged && (
              <DisableControlsWithoutRight right="acknowledge" isSmall>
                <AcknowledgeButton
                  incident={incident}
                  variant={incident.needsYou.when === 'nobody' ? undefined : 'strong'}
                />
              </DisableControlsWithoutRight>
            )}
            <ShareSnapshot />
          </>
        }
        menu={
          <PostMortemActions
            incident={incident}
            tracks={forensics.tracks}
            window={window}
            now={now}
            picture={picture}
          />
        }
      />
      <IncidentPrintSheet
        incident={incident}
        answer={answer}
        facts={facts}
        tracks={forensics.tracks}
        window={window}
        now={now}
      />
      <PartLinks />
      {/* On a very wide screen, the timeline and the events are next to the facts, so that lines of text stay short. */}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 5xl:grid-cols-[56rem_minmax(0,1fr)] 5xl:gap-x-10">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">{facts}</div>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">
          <div id={PARTS.timeline} className={partClass}>
            <StateTimelinePanel
              title="Timeline"
              of={incident.id}
              note={forensics.pending ? 'loading related data' : formatZoomNote(forensics, window)}
              tracks={forensics.tracks}
              whole={forensics.initial}
              base={forensics.whole}
              limits={forensics.limits}
              window={window}
              now={now}
              onWindow={show}
              picture={picture}
            >
              <ChartNotesFooter time={[window.from, window.to]} />
              <OmittedGapsNote count={forensics.omitted} />
            </StateTimelinePanel>
          </div>
          <div id={PARTS.events} className={partClass}>
            <Panel
              title="Events"
              note={`${incident.events}, ${leadId === incident.root?.id ? 'root' : 'ongoing outage'} first`}
              flush
            >
              {events}
            </Panel>
          </div>
        </div>
        <div className="col-span-full empty:hidden">
          <VeryWideRow>
            <IncidentBackground incident={incident} />
          </VeryWideRow>
        </div>
      </div>
    </>
  )
}

/** Returns a note if the timeline is zoomed to the fault, so that it may not show all events; null = it shows all. */
const formatZoomNote = ({ whole, initial }: IncidentWindows, window: TimeWindow): string | null =>
  window === initial && getWindowLengthMs(initial) < getWindowLengthMs(whole)
    ? 'zoomed to the fault; zoom out to see all events'
    : null

/** Anchors of the parts of the page in its URL. */
const PARTS = { timeline: 'timeline', events: 'events' }
/** Class of a part with an anchor. A link to it leaves space for the top bar and, on a phone, for the links. */
const partClass = 'min-w-0 scroll-mt-[calc(var(--top-bar,3rem)+1rem)] max-sm:scroll-mt-[calc(var(--top-bar,3rem)+3rem)]'

/**
 * Links to the parts of the page, on a phone only. They stay below the top bar while the page scrolls, because the
 * summary is longer than such a screen.
 */
const PartLinks = () => (
  <nav
    aria-label="Parts of this page"
    className="sticky top-(--top-bar) z-20 -mx-3 mb-3 flex border-b bg-canvas px-3 sm:hidden print:hidden"
  >
    {[
      { href: '#content', name: 'Summary' },
      { href: `#${PARTS.timeline}`, name: 'Timeline' },
      { href: `#${PARTS.events}`, name: 'Events' },
    ].map(({ href, name }) => (
      <a
        key={href}
        href={href}
        className="flex min-h-8 items-center px-3 text-sm text-ink-2 -outline-offset-2 first:-ml-3"
      >
        {name}
      </a>
    ))}
  </nav>
)

/**
 * Shows the contact cards of the affected resource and of its affected path or session. An incident of the whole estate
 * (everything that is monitored) has no contact cards.
 */
function AffectedContacts({ incident: { scope, scopeName, root } }: { incident: IncidentDetail }) {
  const part = getOperatorCardPart(root?.subject ?? '')
  const own = useOperatorCard(scope, part)
  if (scope === WHOLE_ESTATE) return null
  return (
    <>
      <OperatorCardPanel scope={scope} of={scopeName} shown="card" />
      {part !== '' && own && <OperatorCardPanel scope={scope} part={part} of={`${scopeName}, ${part}`} />}
    </>
  )
}

function IncidentSkeleton() {
  return (
    <>
      <div className="mb-4 h-[4.25rem]">
        <span className="skeleton block h-3 w-24" />
        <span className="skeleton mt-2 block h-6 w-64" />
      </div>
      <div className="skeleton h-64" />
      <div className="skeleton mt-4 h-80" />
    </>
  )
}

/** Minimum interval between two changes of the page's URL, milliseconds, because browsers limit their rate. */
const WRITE_EVERY_MS = 250

/**
 * Returns the visible time window of the timeline, and a function to change it. The window is part of the page's URL,
 * so that the view can be shared. It is independent of the page time, which the user selects in the top bar for all
 * pages.
 * @param initial window that is used if the URL does not contain one
 */
function useTimeWindow(initial: TimeWindow, limits: TimeWindow) {
  const [{ zoomFrom, zoomTo }, setAddress] = useQueryStates(
    { zoomFrom: parseAsIsoDateTime, zoomTo: parseAsIsoDateTime },
    { history: 'replace', limitUrlUpdates: throttle(WRITE_EVERY_MS) },
  )
  const isChosen = zoomFrom !== null && zoomTo !== null && zoomFrom < zoomTo
  const window = isChosen ? clipWindow({ from: zoomFrom.getTime(), to: zoomTo.getTime() }, limits) : initial
  const show = (next: TimeWindow | null) =>
    void setAddress(
      next
        ? { zoomFrom: new Date(Math.round(next.from)), zoomTo: new Date(Math.round(next.to)) }
        : { zoomFrom: null, zoomTo: null },
    )
  return { window, show }
}

/** Lists the users' actions on an incident, oldest first; renders nothing if there are no actions. */
function ActionsTaken({ incident }: { incident: IncidentDetail }) {
  const actions = listActionsTaken(incident)
  if (actions.length === 0) return null
  return (
    <Panel title="Actions taken" note="oldest first">
      <ol className="grid gap-1">
        {actions.map(({ key, at, words, note }) => (
          <li key={key} className="flex flex-wrap gap-x-3">
            <span className="text-ink-2 tabular-nums">
              <MomentText at={at} />
            </span>
            <span className="min-w-0 break-words">
              {words}
              {note && <q className="ml-1 text-ink-2">{note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** Time before and after an incident to which the user can move the timeline, milliseconds. */
const BEYOND_MS = 12 * 3_600_000
/**
 * Maximum number of resources for which polling gaps, notes and other background data are loaded. The timeline shows
 * the events of all resources, even if an incident affects more resources.
 */
const MAX_SCOPES = 8

interface Forensics extends IncidentWindows {
  tracks: TimelineTrack[]
  limits: TimeWindow
  pending: boolean
  /** number of polling gaps that are not drawn, because there are too many */
  omitted: number
}

/**
 * Returns the tracks (rows) of an incident's timeline, and the time limits within which it can be moved.
 * @param asOf time of the response with the incident, ISO 8601
 * @param now current time rounded down to a step, so that it does not change every second, epoch milliseconds
 */
function useForensics(incident: IncidentDetail, asOf: string, now: number): Forensics {
  const { timeline } = incident
  const { whole, initial } = computeIncidentWindows(incident, now)
  const isNear = whole.to + BEYOND_MS > now
  const limits = { from: whole.from - BEYOND_MS, to: Math.max(whole.to, isNear ? now : whole.to + BEYOND_MS) }
  const range = { from: new Date(limits.from).toISOString(), to: isNear ? null : new Date(limits.to).toISOString() }
  // An incident of the whole estate (everything that is monitored) does not belong to a single resource, so that no
  // data of a resource is loaded.
  const affected = timeline.map(({ scope }) => scope).filter((scope) => scope !== WHOLE_ESTATE)
  const scopes = [...new Set(affected)].slice(0, MAX_SCOPES)
  const gaps = useQueries({
    queries: scopes.map((scope) => createEndpointQuery('events', { scope, ...range, limit: 1 })),
  })
  const changes = useQueries({ queries: scopes.map((scope) => createEndpointQuery('changes', { scope, ...range })) })
  const entries = useQueries({ queries: scopes.map((scope) => createEndpointQuery('activity', { scope, ...range })) })
  const tests = useQueries({ queries: scopes.map((scope) => createEndpointQuery('probes', { scope, ...range })) })
  const announced = useEndpointQuery('maintenance', range).data?.data ?? []
  const notes = filterNotes(useNotes()?.notes ?? [], limits.from, limits.to)
  const tracks = [
    buildNotesTrack(notes),
    ...buildEventTracks(
      timeline,
      gaps.flatMap(({ data }) => data?.uncovered ?? []),
      asOf,
    ),
    ...buildProbeTracks(removeDuplicateTests(tests.flatMap(({ data }) => data?.data ?? [])), limits, now),
    buildConfigurationTrack(
      changes.flatMap(({ data }) => data?.data ?? []),
      entries.flatMap(({ data }) => data?.data ?? []),
    ),
    buildMaintenanceTrack(announced, new Set(scopes), limits),
  ].filter((track) => track !== null)
  const omitted = countOmittedGaps(gaps)
  return {
    tracks,
    whole,
    initial,
    limits,
    omitted,
    pending: [...gaps, ...changes].some((query) => query.isPending && !query.error),
  }
}
