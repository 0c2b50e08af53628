import type { Incident } from '#lib/incidents/api/index.ts'
import { findLatestOutage, findOngoingTotalLoss, formatIncidentTimeWord } from '#lib/contract/events/outages.ts'
import { type ProvenUntilFields } from '#lib/contract/events/proof-end.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import { AcknowledgeCell } from '../incidents/acknowledge-cell.tsx'
import { IncidentMenu } from '../incidents/incident-menu.tsx'
import { isIncidentRecovered } from '../incidents/incident-recovery.ts'
import { createOpenIncidentsQuery, createRecentIncidentsQuery } from '../incidents/incident-queries.ts'
import { MissingContact } from '../declarations/missing-contact.tsx'
import { formatNextStep } from '../incidents/next-step-text.ts'
import {
  getIncidentDuration,
  formatIncidentOwner,
  formatAffectedPartOfIncident,
  getIncidentStatus,
  formatIncidentTitle,
  findStateStartBounds,
} from '../events/incident-text.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { IncidentRowTicket } from '../tickets/row-ticket.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TimeBoundsText, MomentText, DurationSinceBounds } from '../ui/times/time.tsx'
import { CurrentStateSection } from './resource-frame.tsx'

interface Place {
  scope: string
  /** session of the resource, so that only incidents of this session are shown; null = all incidents of the resource */
  subject?: string | null
}

/** Returns the open incidents of a resource, the worst first. */
export const useOpenIncidents = ({ scope, subject = null }: Place) =>
  useEndpointQuery('incidents', createOpenIncidentsQuery(scope, subject)).data?.data ?? []

/**
 * Shows the worst open incident of a resource with its owner and next step. If there is no open incident, it shows the
 * last closed incidents. Both forms of the block have the same minimum height, so that a new incident does not move the
 * content below.
 */
export function IncidentBlock(place: Place) {
  const [first, ...others] = useOpenIncidents(place)
  return (
    <div className="flex min-h-28 flex-col max-sm:min-h-38 [&:first-child>section]:rounded-t-lg [&>section]:flex-1">
      {first ? <OpenIncident incident={first} others={others} /> : <LastIncidents {...place} />}
    </div>
  )
}

function OpenIncident({ incident, others }: { incident: Incident; others: readonly Incident[] }) {
  const isNow = useSelectedPastMoment() === null
  const { assigned, impact, outages, root } = incident
  const last = findLatestOutage(outages)
  // Start of the latest outage. The head of the page shows the duration since this time. An incident with several
  // outages began earlier.
  const startedBetween = last?.startedBetween ?? incident.startedBetween
  const endedBetween = isIncidentRecovered(incident) ? incident.endedBetween : last?.endedBetween
  const status = getIncidentStatus(incident)
  // a resource with repeated outages that is currently up is shown as degraded and not as down
  const tone = endedBetween && status.tone === 'down' ? 'degraded' : status.tone
  return (
    <section
      aria-label={others.length === 0 ? 'Open incident' : 'Open incidents'}
      data-tone={tone}
      className="border-l-4 px-3 py-2.5 text-xs data-[tone=degraded]:border-l-degraded-mark data-[tone=degraded]:bg-degraded-soft data-[tone=down]:border-l-down-mark data-[tone=down]:bg-down-soft"
    >
      <header className="flex items-start gap-x-2">
        <h2 className="min-w-0 flex-1 text-sm font-semibold wrap-anywhere">
          <IncidentLink incident={incident} />
        </h2>
        {isNow && <IncidentMenu incident={incident} />}
      </header>
      <p className="flex flex-wrap gap-x-2">
        <StateLabel {...status} tone={tone} />
        <span>
          {endedBetween ? (
            <>
              {outages.length > 1 && `${outages.length} ${formatIncidentTimeWord(root?.kind)}s, last `}ended{' '}
              <MomentText at={endedBetween[1]} />
            </>
          ) : (
            <>
              since <TimeBoundsText bounds={startedBetween} />
              {outages.length > 1 && `, ${formatIncidentTimeWord(root?.kind)} ${outages.length}`}
            </>
          )}
        </span>
      </p>
      <p className="mt-1">
        <span className="text-ink-3">Owner</span> <span className="font-semibold">{formatIncidentOwner(incident)}</span>
        {assigned && <>, assigned to {assigned.assignee}</>}
      </p>
      <p className="mt-1">{formatNextStep(incident)}</p>
      {isNow && <MissingContact incident={incident} />}
      <p className="mt-1 text-ink-2 max-sm:hidden">{impact.summary}</p>
      {others.length > 0 && (
        <p className="mt-1 text-ink-2">
          Also open:{' '}
          {others.map((other, index) => (
            <span key={other.id}>
              {index > 0 && ', '}
              <IncidentLink incident={other} />
            </span>
          ))}
        </p>
      )}
    </section>
  )
}

const IncidentLink = ({ incident }: { incident: Incident }) => (
  <PageLink href={`/incidents/${incident.id}`} className="link">
    {formatIncidentTitle(incident)}
  </PageLink>
)

function LastIncidents({ scope, subject = null }: Place) {
  const query = useEndpointQuery('incidents', createRecentIncidentsQuery(scope, subject))
  const now = useNow()
  return (
    <CurrentStateSection
      title="Last incidents"
      aside={
        <PageLink href={`/incidents?scope=${encodeURIComponent(scope)}`} className="link print:hidden">
          All
        </PageLink>
      }
    >
      {query.data ? (
        <ol className="grid gap-1 text-xs">
          {query.data.data.length === 0 && <li className="text-ink-3">None</li>}
          {query.data.data.map((incident) => {
            const { least, most } = getIncidentDuration(incident, now)
            return (
              <li key={incident.id} className="flex flex-wrap gap-x-2">
                <PageLink href={`/incidents/${incident.id}`} className="link">
                  {shortTitle(incident)}
                </PageLink>
                <span className="ml-auto text-ink-2">
                  <MomentText at={incident.startedBetween[1]} zoned={false} />
                </span>
                <span className="basis-full text-ink-3 tabular-nums" suppressHydrationWarning>
                  {formatDurationBounds(least, most)}
                </span>
              </li>
            )
          })}
        </ol>
      ) : (
        query.isPending && <span className="skeleton block h-16" />
      )}
    </CurrentStateSection>
  )
}

/**
 * Returns the title of an incident without the name of its resource, because the block is on the resource's own page.
 */
const shortTitle = (incident: Incident): string =>
  incident.root
    ? [eventKindRecords[incident.root.kind].name, formatAffectedPartOfIncident(incident)].filter(Boolean).join(', ')
    : 'Incident'

/**
 * Shows the user who acknowledged the worst open incident, or the button to acknowledge it; renders nothing if no
 * incident is open.
 * @param withTicket whether to show the button for a ticket too, on pages that do not show it elsewhere
 */
export function AcknowledgeOpenIncident({ withTicket = false, ...place }: Place & { withTicket?: boolean }) {
  const [first] = useOpenIncidents(place)
  // no incident can be acknowledged on a page that shows a past time
  if (useSelectedPastMoment() !== null || !first) return null
  return (
    <>
      <span className="max-w-40 truncate text-xs">
        <AcknowledgeCell incident={first} />
      </span>
      {withTicket && <IncidentRowTicket incident={first} />}
    </>
  )
}

/**
 * Shows since when a resource has been in its state. During an outage, the start of the incident's outage is used, so
 * that the page does not show two different durations of the same outage. During a total loss, the start of its event is
 * used, as in the list of problems.
 * @param bounds earliest and latest time at which the state began; null = unknown
 * @param isLost whether the state is an outage
 * @param isDown whether the state is the total loss of the resource
 * @param isOverruled whether the displayed state can come from an incident instead of the resource's own state
 */
export function ResourceStateStartTime({
  bounds,
  until,
  isLost,
  isDown = false,
  isOverruled = false,
  ...place
}: Place & {
  bounds: readonly [string, string] | null
  until?: ProvenUntilFields
  isLost: boolean
  isDown?: boolean
  isOverruled?: boolean
}) {
  const incidents = useOpenIncidents(place)
  const recent = useEndpointQuery('incidents', createRecentIncidentsQuery(place.scope, place.subject)).data?.data ?? []
  const open = incidents.find((one) => !isIncidentRecovered(one))
  const outage = isLost && open ? findLatestOutage(open.outages) : undefined
  const loss = isDown && open ? findOngoingTotalLoss(open, place.scope) : null
  // A resource that is down has its own start, because the outage may begin with the loss of its first path.
  const isSame = outage !== undefined && outage.endedBetween === null && (!isDown || loss !== null || bounds === null)
  const began = isSame
    ? (loss ?? outage).startedBetween
    : isOverruled
      ? findStateStartBounds(bounds, place.scope, [...incidents, ...recent])
      : bounds
  if (began === null) return null
  return <DurationSinceBounds key={began[1]} bounds={began} until={isSame ? open : until} prefix="for " />
}
