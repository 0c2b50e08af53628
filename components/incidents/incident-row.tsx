import { clsx } from 'clsx'
import { useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatIncidentTimeWord } from '#lib/contract/events/outages.ts'
import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import { formatFlappingDuration, formatDurationRange } from '#lib/contract/words/durations.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import {
  formatIncidentOwner,
  formatAffectedPartOfIncident,
  getIncidentStatus,
  formatIncidentTitle,
  getOutageDuration,
  formatOutages,
} from '../events/incident-text.ts'
import { AffectedPartText } from '../events/part-text.tsx'
import { formatDate, formatInstantBounds, formatMinute, formatMoment, formatZoneLabel } from '../format/instant.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { IncidentRowTicket } from '../tickets/row-ticket.tsx'
import { barFillClassByStateTone } from '../ui/drawing/tone-fill.ts'
import { useZone } from '../ui/preferences.tsx'
import { StateLabel } from '../ui/status.tsx'
import { useTickingText } from '../ui/times/page-clock.tsx'
import { AcknowledgeCell } from './acknowledge-cell.tsx'
import { IncidentMenu } from './incident-menu.tsx'
import { formatNextStep } from './next-step-text.ts'
import { countSubscriptionsOfGroup, type IncidentGroup, RecurrenceStrip } from './recurrence.tsx'

/**
 * List of incidents in rows of equal height: severity, title, next step, state and duration, owner, and actions.
 * Repeated incidents share a row that expands. On a phone, the row of an open incident is twice as high as the row of a
 * closed incident.
 */
export function IncidentRows({
  name,
  groups,
  isHistory = false,
}: {
  name: string
  groups: readonly IncidentGroup[]
  /** whether the list contains closed incidents, whose rows have no next step and have two lines on a phone */
  isHistory?: boolean
}) {
  return (
    <ul data-rows aria-label={name} className="@container">
      {groups.map(({ lead, others }) => (
        <IncidentRow key={lead.id} incident={lead} others={others} isHistory={isHistory} />
      ))}
    </ul>
  )
}

interface RowProps {
  incident: Incident
  /** number of subscriptions whose polls fail for the cause of the incident; null = the row is about one resource */
  subscriptions?: number | null
  isHistory: boolean
}

function IncidentRow({
  incident,
  others = [],
  isHistory,
}: Omit<RowProps, 'subscriptions'> & { others?: readonly Incident[] }) {
  const [isOpen, setOpen] = useState(false)
  const subscriptions = countSubscriptionsOfGroup({ lead: incident, others: [...others] })
  return (
    <li className="border-b last:border-b-0">
      <Row incident={incident} subscriptions={subscriptions} isHistory={isHistory}>
        {others.length > 0 && (
          <button
            type="button"
            aria-expanded={isOpen}
            className="link min-h-6 text-xs whitespace-nowrap text-ink-2 print:hidden"
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'fold' : subscriptions === null ? `${others.length + 1} like it` : 'each'}
          </button>
        )}
      </Row>
      {isOpen && (
        <ul data-rows className="border-t pl-4">
          {others.map((one) => (
            <IncidentRow key={one.id} incident={one} isHistory={isHistory} />
          ))}
        </ul>
      )}
    </li>
  )
}

/**
 * CSS grid areas of a row by the width of the list: one line if it is very wide, otherwise two lines, or more if it is
 * narrow. A row of a closed incident shows the impact in the area of the next step. If such a row is narrow, it has no
 * area for the impact.
 */
const AREAS = {
  open: "max-sm:min-h-44 [grid-template-areas:'title_title'_'state_state'_'owner_owner'_'next_next'_'actions_actions']",
  closed: "[grid-template-areas:'title_actions'_'state_actions'_'owner_actions']",
} as const
const WIDE = clsx(
  "@min-[44rem]:grid-cols-[18.5rem_10.5rem_minmax(0,1fr)_auto] @min-[44rem]:[grid-template-areas:'title_title_title_actions'_'state_owner_next_next']",
  '@min-[64rem]:grid-cols-[28.5rem_10.5rem_minmax(0,1fr)_auto]',
  "@min-[96rem]:min-h-11 @min-[96rem]:grid-cols-[minmax(0,38rem)_32rem_11rem_minmax(0,1fr)_auto] @min-[96rem]:[grid-template-areas:'title_state_owner_next_actions']",
)

function Row({ incident, subscriptions = null, isHistory, children }: RowProps & { children: React.ReactNode }) {
  const isQuiet = isHistory && incident.state === 'closed'
  const { id, phase, recurrence } = incident
  const isNow = useSelectedPastMoment() === null
  const [title, part] = [formatIncidentTitle(incident, subscriptions), formatAffectedPartOfIncident(incident)]
  const next = formatNextStep(incident)
  return (
    <article
      className={clsx(
        'relative grid min-h-15 grid-cols-[minmax(0,1fr)_auto] content-center gap-x-4 gap-y-0.5 py-1.5 pr-2 pl-4',
        AREAS[incident.state],
        incident.state === 'closed' && !isHistory && 'max-sm:min-h-19',
        WIDE,
      )}
    >
      <span
        aria-hidden
        className={clsx(
          'absolute inset-y-0 left-0 w-1',
          phase === 'ongoing' ? barFillClassByStateTone[getIncidentStatus(incident).tone] : 'bg-line-strong',
        )}
      />
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2 self-center [grid-area:title] @min-[44rem]:flex-nowrap">
        <PageLink
          href={`/incidents/${id}`}
          title={incident.impact.summary}
          className="link shrink-0 font-semibold max-sm:line-clamp-2 max-sm:shrink"
        >
          {title}
        </PageLink>
        <span className="basis-full sm:hidden" />
        {part && <AffectedPartText words={part} className="min-w-0 text-ink-2 @min-[44rem]:truncate" />}
        <RecurrenceStrip recurrence={recurrence} />
        {children}
      </p>
      <p
        title={next}
        className={clsx(
          'line-clamp-3 text-xs text-ink-2 [grid-area:next] max-sm:line-clamp-4 @min-[96rem]:self-center print:line-clamp-none',
          incident.state === 'closed' && '@max-[44rem]:hidden',
        )}
      >
        {next}
      </p>
      <State incident={incident} isQuiet={isQuiet} />
      <Owner incident={incident} />
      <span className="flex items-center gap-1.5 self-center [grid-area:actions]">
        {incident.state === 'open' && isNow && <AcknowledgeCell incident={incident} />}
        {incident.state === 'open' && <IncidentRowTicket incident={incident} isButton />}
        <IncidentMenu incident={incident} />
      </span>
    </article>
  )
}

const CELL = 'flex min-w-0 items-baseline gap-x-2 text-xs whitespace-nowrap'

/**
 * State, severity and duration of an incident in a row.
 * @param isQuiet whether the row is in a list of closed incidents; the status word is then hidden, and a phone shows
 *   the start time instead
 */
function State({ incident, isQuiet }: { incident: Incident; isQuiet: boolean }) {
  const { tone, word } = getIncidentStatus(incident)
  const {
    severity,
    state,
    phase,
    flapping,
    unverifiedSince,
    maintenance,
    startedBetween,
    endedBetween,
    outages,
    root,
  } = incident
  const zone = useZone()
  const length = useTickingText((now) => {
    if (flapping) return formatFlappingDuration(flapping).replace('flapping: ', '')
    if (endedBetween && phase !== 'ongoing' && !isQuiet)
      return `ended ${formatMinute(Date.parse(endedBetween[1]), zone, now)}`
    // If an incident with several outages has ended, the number of outages is shown, because the duration of a single
    // outage would be misleading.
    const several = phase === 'ongoing' ? null : formatOutages(incident, now)
    if (several) return several
    const { least, most } = getOutageDuration(incident, now)
    // No poll has confirmed the incident since its start, so that no minimum duration is known.
    if (unverifiedSince && endedBetween === null && least < 1_000) return ''
    return formatDurationRange(least, endedBetween ? most : null)
  })
  const lastKnown = useTickingText((now) =>
    unverifiedSince && state === 'open' ? formatLastKnown(formatUtcMinuteOfDay(unverifiedSince, now)) : '',
  )
  const [began, until] = startedBetween.map((at) => Date.parse(at)) as [number, number]
  const times = formatInstantBounds(began || until, until, zone, null)
  const words = [
    length,
    state === 'open' &&
      !flapping &&
      endedBetween === null &&
      outages.length > 1 &&
      `${formatIncidentTimeWord(root?.kind)} ${outages.length}`,
    lastKnown,
    incident.snoozed &&
      `snoozed until ${formatMoment(Date.parse(incident.snoozed.until), zone, Date.parse(incident.snoozed.at))}`,
  ]
    .filter(Boolean)
    .join(', ')
  return (
    <p className={clsx(CELL, '[grid-area:state] @min-[96rem]:self-center')}>
      <span className="text-ink-2 max-sm:min-w-16 @min-[44rem]:order-1 @min-[64rem]:order-none @min-[64rem]:w-20">
        {maintenance ? 'maintenance' : severity}
      </span>
      {isQuiet ? (
        // The heading of the list already states that the incidents are closed. The status word is therefore only for
        // screen readers.
        <span className="sr-only">{word}</span>
      ) : (
        <StateLabel tone={tone} word={word} className="shrink-0 @min-[64rem]:w-26" />
      )}
      <span
        className={clsx(
          'text-ink-2 tabular-nums @min-[44rem]:hidden @min-[64rem]:inline @min-[64rem]:w-33',
          !isQuiet && 'max-sm:hidden',
        )}
        title={`began between ${times.from} and ${times.to} ${formatZoneLabel(until, zone)}`}
      >
        {began === 0 && 'before '}
        {/* a phone has no space for the day, which is the heading in the list of closed incidents */}
        <span className="max-sm:hidden">{formatDate(began || until, zone)} </span>
        {formatMinute(began || until, zone, began || until)}
      </span>
      <span
        className={clsx(
          'text-ink-2 tabular-nums max-sm:whitespace-normal',
          isQuiet ? 'sm:truncate' : 'sm:line-clamp-2 sm:whitespace-normal',
        )}
        title={words}
        suppressHydrationWarning
      >
        {words}
      </span>
    </p>
  )
}

/** Shows the likely owner with the confidence, and the assignee. */
function Owner({ incident }: { incident: Incident }) {
  const { cause, assigned, state } = incident
  return (
    <p className={clsx(CELL, state === 'closed' && 'max-sm:hidden', '[grid-area:owner] @min-[96rem]:self-center')}>
      <span title={formatIncidentOwner(incident)} className={clsx('min-w-0 truncate', !cause && 'text-ink-3')}>
        {formatIncidentOwner(incident)}
      </span>
      {assigned && <span className="truncate text-ink-2">{assigned.assignee}</span>}
    </p>
  )
}
