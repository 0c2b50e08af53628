import { type ReactNode, useMemo } from 'react'
import {
  formatCauseClass,
  formatEvidenceField,
  formatEvidenceValue,
  hasEarlierValue,
  listShownEvidence,
} from '#lib/contract/words/index.ts'
import type { DetectedNetworkEvent, IncidentDetail } from '#lib/incidents/api/index.ts'
import { layOutTimeline } from '../charts/state-timeline/chart-layout.ts'
import type { StateTimelineProps } from '../charts/state-timeline/state-timeline.tsx'
import { TimelineDrawing } from '../charts/state-timeline/timeline-drawing.tsx'
import { TimelineTrackLegend } from '../charts/state-timeline/track-legend.tsx'
import { useChartFontScale } from '../charts/use-type-scale.ts'
import { useElementWidth } from '../charts/use-width.ts'
import { EventCauses, EvidenceBeforeOrAfter } from '../events/evidence.tsx'
import { EventDuration } from '../events/event-duration.tsx'
import { getEventStatus, formatEventOwner, formatEventSubject } from '../events/event-text.ts'
import { formatAffectedPartOfIncident, formatIncidentTitle, getIncidentStatus } from '../events/incident-text.ts'
import { AffectedPartText } from '../events/part-text.tsx'
import { ThresholdsVersion } from '../events/thresholds-version.tsx'
import { PrintedTable } from '../paper/paper-table.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { StateLabel } from '../ui/status.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { FailoverPhaseDetails } from './event-tree-view.tsx'
import {
  buildEventTree,
  findLeadingEventId,
  listPrintedEvents,
  listOtherCauses,
  type PrintedEvent,
} from './event-tree.ts'

interface SheetContent extends Pick<StateTimelineProps, 'tracks' | 'window' | 'now'> {
  incident: IncidentDetail
  /** summary, contacts and actions taken, in the same form as on the screen */
  facts: ReactNode
}

/**
 * Printed form of an incident: the summary (in which the advice is printed only once), the timeline, the events as a
 * table, and the evidence as an appendix.
 */
export function IncidentPrintSheet({ answer, ...content }: SheetContent & { answer: ResponseAge }) {
  const { incident } = content
  const title = [formatIncidentTitle(incident), formatAffectedPartOfIncident(incident)].filter(Boolean).join(', ')
  return (
    <PrintedDocumentLayout
      title={title}
      answer={answer}
      status={<StateLabel {...getIncidentStatus(incident)} />}
      content={() => <IncidentOnPaper {...content} />}
    />
  )
}

function IncidentOnPaper({ incident, tracks, window, now, facts }: SheetContent) {
  const events = listPrintedEvents(
    buildEventTree(incident.timeline, findLeadingEventId(incident.timeline, incident.root)),
  )
  const causes = listOtherCauses(incident)
  const evidence = events.flatMap(({ number, event }) =>
    listShownEvidence(event.evidence).map((item) => ({ number, event, item })),
  )
  const versions = new Set(incident.timeline.map(({ settingsVersion }) => settingsVersion))
  return (
    <>
      {facts}
      <section aria-label="Timeline">
        <Timeline tracks={tracks} window={window} now={now} />
        <TimelineTrackLegend tracks={tracks} />
      </section>
      <PrintedTable
        caption="Events"
        columns={eventColumns}
        widths={{ number: 4, event: 22, where: 30, began: 22, lasted: 22 }}
        rows={events}
        rowKey={({ event }) => event.id}
      />
      {events.map(({ event }) => event.failover && <FailoverPhaseDetails key={event.id} failover={event.failover} />)}
      {causes.length > 0 && (
        <section>
          <h2 className="mb-1 text-sm font-semibold">Other causes considered</h2>
          <EventCauses causes={causes} hasEvidence={false} />
        </section>
      )}
      {evidence.length > 0 && (
        <section>
          <PrintedTable
            caption="Appendix: evidence"
            columns={evidenceColumns}
            widths={{ number: 4, event: 18, field: 14, before: 32, after: 32 }}
            rows={evidence}
            rowKey={({ event, item }) => `${event.id} ${JSON.stringify(item)}`}
          />
          {/* version 0 consists of the default thresholds, about which the reader needs no line */}
          {[...versions].some((version) => version > 0) && (
            <p className="mt-2 break-before-avoid text-xs text-ink-2">
              Thresholds:{' '}
              {[...versions].map((version) => (
                <ThresholdsVersion key={version} version={version} />
              ))}
            </p>
          )}
        </section>
      )}
    </>
  )
}

function Timeline({ tracks, window, now }: Pick<SheetContent, 'tracks' | 'window' | 'now'>) {
  const [place, width] = useElementWidth<HTMLDivElement>()
  const scale = useChartFontScale()
  const layout = useMemo(() => layOutTimeline(tracks, width ?? 0, scale), [tracks, width, scale])
  return (
    <div ref={place}>
      <TimelineDrawing layout={layout} window={window} now={now} width={width} scale={scale} />
    </div>
  )
}

const eventColumns: DataTableColumn<PrintedEvent>[] = [
  { id: 'number', header: 'No.', value: ({ number }) => number },
  {
    id: 'event',
    header: 'Event',
    value: ({ event }) => event.kind,
    cell: ({ event, depth }) => (
      <span className="block" style={{ paddingLeft: `${depth * 0.75}rem` }}>
        <StateLabel {...getEventStatus(event)} />
      </span>
    ),
  },
  {
    id: 'where',
    header: 'Where, and its own cause',
    value: ({ event }) => event.scopeName,
    cell: ({ event, hasOwnCause }) => (
      <>
        {event.scopeName}{' '}
        {event.subject !== event.scopeName && (
          <AffectedPartText words={formatEventSubject(event)} className="text-ink-2" />
        )}
        {hasOwnCause && (
          <span className="block text-ink-2">
            {[formatCauseClass(event.cause.class), formatEventOwner(event.cause)].filter(Boolean).join(', ')}
          </span>
        )}
      </>
    ),
  },
  {
    id: 'began',
    header: 'Began',
    value: ({ event }) => event.startedBetween[0],
    cell: ({ event }) => <TimeBoundsText bounds={event.startedBetween} />,
  },
  {
    id: 'lasted',
    header: 'Lasted',
    value: ({ event }) => event.duration?.atLeastSeconds ?? 0,
    cell: ({ event }) => <EventDuration event={event} />,
  },
]

interface PrintedEvidence {
  number: number
  event: DetectedNetworkEvent
  item: DetectedNetworkEvent['evidence'][number]
}

const evidenceColumns: DataTableColumn<PrintedEvidence>[] = [
  { id: 'number', header: 'No.', value: ({ number }) => number },
  { id: 'event', header: 'Event', value: ({ event }) => getEventStatus(event).word },
  { id: 'field', header: 'Field', value: ({ item }) => formatEvidenceField(item.field) },
  {
    id: 'before',
    header: 'Before',
    value: ({ item }) => (hasEarlierValue(item) ? formatEvidenceValue(item.field, item.before) : null),
    cell: ({ item }) => hasEarlierValue(item) && <EvidenceBeforeOrAfter item={item} side="before" />,
  },
  {
    id: 'after',
    header: 'After, or as read',
    value: ({ item }) => item.sampledAfter?.[0] ?? null,
    keep: true,
    cell: ({ item }) => <EvidenceBeforeOrAfter item={item} side="after" />,
  },
]
