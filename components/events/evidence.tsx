import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { eventKindRecords, isPointEvent } from '#lib/contract/vocabulary.ts'
import {
  formatCauseClass,
  formatEvidenceField,
  formatEvidenceValue,
  hasEarlierValue,
  listShownEvidence,
} from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatFractionAsPercent } from '../format/quantity.ts'
import { DialogFrame } from '../ui/overlay/lazy-overlays.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TimeBoundsText, MomentText } from '../ui/times/time.tsx'
import { formatEventDuration, getEventStatus, formatEventOwner, formatEventSubject } from './event-text.ts'
import { AffectedPartText } from './part-text.tsx'
import { ThresholdsVersion } from './thresholds-version.tsx'

type Evidence = DetectedNetworkEvent['evidence'][number]

/**
 * Button with an event's name that opens the evidence of the event: the fields before and after it, with the times of
 * both samples. A click on the event's table row does the same.
 */
export function EventEvidenceButton({ event }: { event: DetectedNetworkEvent }) {
  const status = getEventStatus(event)
  const { word } = status
  return (
    <DialogFrame
      place="right"
      title={word}
      about={
        <p className="text-ink-2 break-words">
          {event.scopeName} · <AffectedPartText words={formatEventSubject(event)} />
        </p>
      }
      tools={<CopyButton text={() => JSON.stringify(event, null, 2)} label="Copy the event as JSON" />}
      trigger={
        <button
          type="button"
          data-row-link
          title={eventKindRecords[event.kind].meaning}
          aria-label={`Evidence of ${word.toLowerCase()}, ${formatEventSubject(event)}`}
          className="inline-flex min-h-6 items-center rounded-xs text-left hover:underline"
        >
          <StateLabel {...status} className="max-sm:leading-4 max-sm:[overflow-wrap:normal] sm:whitespace-nowrap" />
        </button>
      }
    >
      <p className="mb-4 text-ink-2">{eventKindRecords[event.kind].meaning}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        <dt className="text-ink-3">{isPointEvent(event.kind) ? 'Happened between' : 'Began between'}</dt>
        <dd>
          <TimeBoundsText bounds={event.startedBetween} />
        </dd>
        {event.endedBetween && !isPointEvent(event.kind) && (
          <>
            <dt className="text-ink-3">Ended between</dt>
            <dd>
              <TimeBoundsText bounds={event.endedBetween} />
            </dd>
          </>
        )}
        {event.duration && (
          <>
            <dt className="text-ink-3">Duration</dt>
            <dd>{formatEventDuration(event.duration)}</dd>
          </>
        )}
        <dt className="text-ink-3">Detected</dt>
        <dd>
          <MomentText at={event.detectedAt} />
        </dd>
        <dt className="text-ink-3">Observed</dt>
        <dd>
          {event.count > 1 ? `${event.count} times, last at ` : 'once, last at '}
          <MomentText at={event.lastSeenAt} />
        </dd>
        <dt className="text-ink-3">Thresholds</dt>
        <dd>
          <ThresholdsVersion version={event.settingsVersion} />
        </dd>
        {event.incidentId && (
          <>
            <dt className="text-ink-3">Belongs to</dt>
            <dd>
              <PageLink href={`/incidents/${event.incidentId}`} className="link">
                an incident
              </PageLink>
            </dd>
          </>
        )}
      </dl>
      <h3 className="mt-5 mb-2 font-semibold">Evidence</h3>
      <EventEvidenceTable evidence={event.evidence} />
      <h3 className="mt-5 mb-2 font-semibold">Causes considered</h3>
      <EventCauses causes={event.causes.length > 0 ? event.causes : [event.cause]} />
    </DialogFrame>
  )
}

/** Lists the fields that prove an event, with their values before and after it and the times of both samples. */
export function EventEvidenceTable({ evidence }: { evidence: Evidence[] }) {
  const shown = listShownEvidence(evidence)
  if (shown.length === 0) return <p className="text-ink-2">No evidence in a single field.</p>
  return (
    <ul>
      {shown.map((item) => (
        <li key={JSON.stringify(item)} className="border-t py-1.5 first:border-t-0 first:pt-0">
          <p className="text-xs font-medium">{formatEvidenceField(item.field)}</p>
          <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-xs">
            {hasEarlierValue(item) && (
              <>
                <dt className="text-ink-3">before</dt>
                <dd className="wrap-anywhere">
                  <EvidenceBeforeOrAfter item={item} side="before" />
                </dd>
              </>
            )}
            <dt className="text-ink-3">{hasEarlierValue(item) ? 'after' : 'read'}</dt>
            <dd className="wrap-anywhere">
              <EvidenceBeforeOrAfter item={item} side="after" />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  )
}

/** Value of a field before or after an event, with the time of the poll. */
export function EvidenceBeforeOrAfter({ item, side }: { item: Evidence; side: 'before' | 'after' }) {
  const sampled = side === 'before' ? item.sampledBefore : item.sampledAfter
  return (
    <>
      <EvidenceValue field={item.field} value={item[side]} />
      {sampled && <Sampled bounds={sampled} />}
    </>
  )
}

function EvidenceValue({ field, value }: { field: string; value: unknown }) {
  return isBounds(value) ? (
    <TimeBoundsText bounds={value} />
  ) : (
    <code className="font-mono">{formatEvidenceValue(field, value)}</code>
  )
}

const isBounds = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((one) => !Number.isNaN(Date.parse(String(one))))

function Sampled({ bounds }: { bounds: [string, string] }) {
  return (
    <span className="ml-2 text-ink-3">
      polled <TimeBoundsText bounds={bounds} />
    </span>
  )
}

/**
 * Lists the possible causes of an event, each with its likely owner and the next step.
 * @param hasEvidence whether the evidence of each cause is listed as well
 * @param shownAdvice advice that the summary of the page contains; a cause with this advice refers to the summary
 */
export function EventCauses({
  causes,
  hasEvidence = true,
  shownAdvice = '',
}: {
  causes: DetectedNetworkEvent['causes']
  hasEvidence?: boolean
  shownAdvice?: string
}) {
  return (
    <ul>
      {causes.map((cause) => {
        const owner = formatEventOwner(cause)
        return (
          <li key={cause.class} className="border-t py-1.5 first:border-t-0 first:pt-0">
            <p className="flex flex-wrap gap-x-3">
              <span className="font-medium first-letter:uppercase">{formatCauseClass(cause.class)}</span>
              {owner && <span className="text-ink-2">{owner}</span>}
              {cause.class !== 'unknown_cause' && (
                <span className="ml-auto text-ink-3">confidence {formatFractionAsPercent(cause.confidence)}</span>
              )}
            </p>
            {cause.nextStep && (
              <p className="mt-1 max-w-3xl text-ink-2">
                {cause.nextStep === shownAdvice ? 'The advice is in the summary of this page.' : cause.nextStep}
              </p>
            )}
            {hasEvidence && cause.evidence.length > 0 && (
              <div className="mt-2">
                <EventEvidenceTable evidence={cause.evidence} />
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}
