import { useEffect, useRef } from 'react'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { eventKindRecords, azureRuleByFailover, azureRuleByEventKind } from '#lib/contract/vocabulary.ts'
import { formatCauseClass } from '#lib/contract/words/index.ts'
import { formatEventDuration, getEventStatus, formatEventOwner, formatEventSubject } from '../events/event-text.ts'
import { EventCauses, EventEvidenceTable } from '../events/evidence.tsx'
import { EventDuration } from '../events/event-duration.tsx'
import { AffectedPartText } from '../events/part-text.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'
import { ThresholdsVersion } from '../events/thresholds-version.tsx'
import { PHONE_MEDIA_QUERY } from '../ui/table/use-virtual-lines.ts'
import { AzureRule, RuleSource } from '../ui/facts/azure-rule.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { type EventTreeNode, isOwnCause } from './event-tree.ts'
import { formatFailoverExpectation, listFailoverPhases, formatFailoverRevision } from '../events/incident-text.ts'

/**
 * Shows the events of an incident as a tree, with child events below the event that contains them. Each event expands
 * to its causes and evidence.
 */
export function IncidentEventTree({
  nodes,
  leadId,
  advice,
  above = null,
}: {
  nodes: readonly EventTreeNode[]
  /** ID of the event that is open at first, with the events in it (`findLeadingEventId`); null = none */
  leadId: string | null
  /** advice that the summary of the page contains, so that the causes only refer to it; '' = none */
  advice: string
  /**
   * Cause of the event that contains these events. It is not shown again for them. Null = the nodes are at the top
   * level of the tree.
   */
  above?: DetectedNetworkEvent['cause'] | null
}) {
  const list = useRef<HTMLUListElement>(null)
  // On a phone, child events are collapsed after the page is loaded, so that the main facts come first. At this time,
  // the events are below the visible part of the page, so that the visible content does not move. If the URL refers to
  // an event, child events stay open.
  useEffect(() => {
    if (above !== null || location.hash !== '' || !matchMedia(PHONE_MEDIA_QUERY).matches) return
    for (const part of list.current?.querySelectorAll('details') ?? []) part.open = false
  }, [above])
  return (
    <ul ref={list}>
      {nodes.map(({ event, parts }) => (
        <li key={event.id} className="border-b last:border-b-0">
          <EventDetails event={event} isLead={event.id === leadId} advice={advice} above={above} />
          {parts.length > 0 && (
            // Only the child events of the leading event are open at first. Other outages usually have the same kinds
            // of child events.
            <details open={event.id === leadId || above !== null} className="group/parts ml-5 border-l">
              <summary className="min-h-6 px-3.5 py-1 text-xs text-ink-2 group-open/parts:hidden hover:bg-hover">
                {formatCountWithPlural(parts.length, 'event')} of it
              </summary>
              <IncidentEventTree nodes={parts} leadId={leadId} advice={advice} above={event.cause} />
            </details>
          )}
        </li>
      ))}
    </ul>
  )
}

function EventDetails({
  event,
  isLead,
  advice,
  above,
}: {
  event: DetectedNetworkEvent
  isLead: boolean
  advice: string
  above: DetectedNetworkEvent['cause'] | null
}) {
  const owner = formatEventOwner(event.cause)
  const rule = azureRuleByEventKind[event.kind]
  return (
    <details id={event.id} open={isLead} className="scroll-mt-24">
      <summary className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3.5 py-2 -outline-offset-2 hover:bg-hover max-sm:[&>:nth-child(-n+2)]:col-span-2 sm:grid-cols-[15.5rem_minmax(0,1fr)_12rem_9.5rem]">
        <StateLabel {...getEventStatus(event)} />
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-4 break-words">
          <span className="min-w-0">
            {event.scopeName}{' '}
            {event.subject !== event.scopeName && (
              <AffectedPartText words={formatEventSubject(event)} className="text-ink-2" />
            )}
          </span>
          {isOwnCause(event.cause, above) && (
            <span className="text-xs text-ink-2">
              {formatCauseClass(event.cause.class)}
              {owner && `, ${owner}`}
            </span>
          )}
        </span>
        <span className="text-xs text-ink-2 tabular-nums">
          <TimeBoundsText bounds={event.startedBetween} />
        </span>
        <EventDuration event={event} />
      </summary>
      <div className="grid gap-3 px-3.5 pt-1 pb-3.5">
        {/* the meaning of the event is in the present tense, so it is shown only while the event is ongoing */}
        {event.endedBetween === null && <p className="max-w-3xl text-ink-2">{eventKindRecords[event.kind].meaning}</p>}
        {rule && <AzureRule rule={rule} />}
        <p className="text-xs text-ink-3">
          Thresholds: <ThresholdsVersion version={event.settingsVersion} />
        </p>
        {event.failover && <FailoverPhaseDetails failover={event.failover} />}
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
          <div>
            <h3 className="mb-1.5 text-xs font-semibold">Causes considered</h3>
            <EventCauses causes={event.causes.length > 0 ? event.causes : [event.cause]} shownAdvice={advice} />
          </div>
          <div>
            <h3 className="mb-1.5 text-xs font-semibold">Evidence</h3>
            <EventEvidenceTable evidence={event.evidence} />
          </div>
        </div>
      </div>
    </details>
  )
}

function Revision({ revision }: { revision: NonNullable<DetectedNetworkEvent['failover']>['revisions'][number] }) {
  const { words, bounds } = formatFailoverRevision(revision)
  return (
    <li>
      {words} <TimeBoundsText bounds={bounds} />
    </li>
  )
}

/** Phases of a failover with their durations, and whether the targets for failover time were met. */
export function FailoverPhaseDetails({ failover }: { failover: NonNullable<DetectedNetworkEvent['failover']> }) {
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-semibold">Failover time</h3>
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:grid-cols-3">
        {listFailoverPhases(failover).map(([name, meaning, length]) => (
          <div key={name} className="border-l-2 pl-3">
            <dt className="text-xs text-ink-3">
              {name}: {meaning}
            </dt>
            <dd className="mt-0.5 font-semibold">
              {length ? (
                formatEventDuration(length)
              ) : (
                <span className="font-normal text-ink-2">not measurable from the polls</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <ul className="mt-2 list-disc pl-5 text-xs text-ink-2">
        {failover.expectations.map((expectation) => {
          const rule = azureRuleByFailover[expectation.class]
          return (
            <li key={expectation.class}>
              {formatFailoverExpectation(expectation)} {rule && <RuleSource rule={rule} />}
            </li>
          )
        })}
        {failover.noRelearning && <li>the new path had these prefixes already: no relearning</li>}
        {failover.missing.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {failover.revisions.map((revision) => (
          <Revision key={`${revision.mark} ${revision.by} ${revision.at}`} revision={revision} />
        ))}
      </ul>
    </div>
  )
}
