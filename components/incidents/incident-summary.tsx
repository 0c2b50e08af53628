import { NO_ALERT_RECEIVER_TEXT } from '#lib/alerting/api/unreceived.ts'
import type { Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import { formatIncidentExplanations, WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { findLatestOutage } from '#lib/contract/events/outages.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { isCalledOwner } from '#lib/contract/events/called-owner.ts'
import { listIncidentSteps } from '#lib/contract/words/incident-steps.ts'
import {
  formatCauseClass,
  formatDuration,
  formatDurationBounds,
  formatEvidence,
  listShownEvidence,
} from '#lib/contract/words/index.ts'
import { formatCauseCertainty } from '#lib/contract/words/owners.ts'
import { useEndpointQuery } from '../data/index.ts'
import { getOperatorCardPart } from '../declarations/operator-card-part.ts'
import { useOperatorCard } from '../declarations/operator-card.tsx'
import {
  type IncidentTicketSubject,
  isTicketForOwner,
  SubjectTicket,
  WithTicketSubject,
} from '../tickets/incident-ticket.tsx'
import { CustomerLinks, SiteLinks, useCustomersAndSites } from '../declarations/customer-and-sites.tsx'
import { formatEventOwner } from '../events/event-text.ts'
import { formatFractionAsPercent, avoidLineBreaks } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { useIsSnapshotPage, useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { TimeBoundsText, MomentText, LongStateStart } from '../ui/times/time.tsx'
import { IncidentAcknowledgement } from './acknowledge.tsx'
import { isIncidentRecovered } from './incident-recovery.ts'
import { formatIncidentUserActionNeed } from './next-step-text.ts'
import { MissingContact } from '../declarations/missing-contact.tsx'
import { IncidentOutages } from './outages.tsx'
import { RecurrenceStrip } from './recurrence.tsx'
import { describeIncidentTraffic } from './traffic-fact.ts'
import {
  formatUnrestoredEnd,
  formatDurationPrefix,
  findNameOfLongerEvent,
  describeRootDuration,
  describeRouterDuration,
  getOutageDuration,
  formatOutages,
  listOutageTimes,
} from '../events/incident-text.ts'
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { PopoverWithButton } from '../ui/overlay/lazy-overlays.tsx'
import { AssignIncidentForm } from './assign-form.tsx'
import { CopyIncidentLink } from './copy-incident-link.tsx'
import { SendIncidentForm } from './send-form.tsx'

/**
 * Summary at the top of an incident's page. It contains the last confirmation if polls are late, whether a person must
 * act, the duration, the impact, the next steps and the likely owner. Next to it, on a very wide screen below it in two
 * columns, are the times, the acknowledgement and the assignment.
 */
export function IncidentSummarySection({ incident }: { incident: IncidentDetail }) {
  const now = useNow()
  const { impact, cause } = incident
  const { least, most } = getOutageDuration(incident, now)
  const last = findLatestOutage(incident.outages)
  const several = formatOutages(incident, now)
  const longest = findNameOfLongerEvent(incident)
  const differing = [describeRootDuration(incident, now), describeRouterDuration(incident, now)]
  const advice = cause && listIncidentSteps(cause, incident.needsYou.when)
  const need = formatIncidentUserActionNeed(incident)
  const isAdviceCurrent = incident.state === 'open' && !isIncidentRecovered(incident)
  return (
    <section
      aria-labelledby="summary"
      className="grid grid-cols-1 gap-x-10 gap-y-5 lg:grid-cols-[minmax(0,1fr)_20rem] 5xl:grid-cols-[minmax(0,1fr)] print:block"
    >
      <div className="min-w-0">
        <h2 id="summary" className="sr-only">
          Summary
        </h2>
        {incident.unverifiedSince && (
          <p className="mb-2 max-w-3xl">
            Last known at <MomentText at={incident.unverifiedSince} />: its polls are late, so that the state may have
            changed since then.
          </p>
        )}
        {need !== '' && <p className="mb-2 max-w-3xl text-base font-semibold max-sm:text-sm">{need}</p>}
        <p className="text-xl font-semibold tracking-tight tabular-nums sm:text-2xl" suppressHydrationWarning>
          {formatDurationPrefix(incident)}
          {avoidLineBreaks(formatDurationBounds(least, most))}
          {last?.endedBetween === null && least >= MS_PER_DAY && <LongStateStart bounds={last.startedBetween} />}
        </p>
        {differing.map(
          (text) =>
            text && (
              <p key={text} className="mt-1 max-w-3xl text-ink-2" suppressHydrationWarning>
                {text}
              </p>
            ),
        )}
        {incident.outages.length < 2 && <IncidentOutages incident={incident} now={now} />}
        <div className="mt-3 max-w-3xl border-l-4 border-line-strong pl-3">
          {advice && isAdviceCurrent && advice.reason !== '' && (
            <p className="text-base max-sm:text-sm">{advice.reason}</p>
          )}
          {cause && isAdviceCurrent && <Steps incident={incident} cause={cause} />}
          <p className="text-ink-2">
            <Owner incident={incident} />
          </p>
          <CertaintyReason incident={incident} />
          {!isAdviceCurrent || advice?.steps.every(({ kind }) => kind !== 'call') ? (
            <MissingContact incident={incident} />
          ) : null}
          {advice && advice.text !== '' && !isAdviceCurrent && (
            <p className="text-ink-2">Advice while it was ongoing: {advice.text}</p>
          )}
          {advice?.known && <p className="text-xs text-ink-2 first-letter:uppercase">{advice.known}</p>}
        </div>
        {(several || longest) && (
          <p className="mt-3 text-ink-2" suppressHydrationWarning>
            {several && (
              <>
                {several} since <MomentText at={incident.startedBetween[0]} />
              </>
            )}
            {several && longest && '; '}
            {longest && `until the end of “${longest}”`}
          </p>
        )}
        {incident.outages.length > 1 && <IncidentOutages incident={incident} now={now} />}
        <p className="mt-3 max-w-3xl text-base max-sm:text-sm">
          {incident.hindrance !== null && <span className="block">{incident.hindrance}</span>}
          {impact.summary}
        </p>
        {impact.traffic && (
          <p className="text-ink-2">{describeIncidentTraffic(impact.traffic, incident.phase !== 'ongoing', now)}</p>
        )}
        <Notices incident={incident} />
      </div>
      <Aside incident={incident} />
    </section>
  )
}

/**
 * Steps of the work on an ongoing incident. The step that calls the owner has its contact, and the text to send if a
 * ticket is for this owner. A page of the past and a snapshot never change, so that they only list the advice.
 */
function Steps({ incident, cause }: StepsFields) {
  const isPast = useSelectedPastMoment() !== null
  const isSnapshot = useIsSnapshotPage()
  if (isPast || isSnapshot) return <StepList incident={incident} cause={cause} ticket={null} isFixed />
  return <CurrentSteps incident={incident} cause={cause} />
}

/** Steps on a page of the present. While all polls are stopped, the last step restarts the worker. */
function CurrentSteps({ incident, cause }: StepsFields) {
  const polls = useEndpointQuery('sources/summary').data?.data
  return (
    <WithTicketSubject incident={incident}>
      {(subject) => (
        <StepList
          incident={incident}
          cause={cause}
          ticket={isTicketForOwner(subject, cause.owner) ? subject : null}
          arePollsStopped={polls !== undefined && polls.stoppedAt !== null}
        />
      )}
    </WithTicketSubject>
  )
}

interface StepsFields {
  incident: IncidentDetail
  cause: NonNullable<IncidentDetail['cause']>
}

function StepList({
  incident,
  cause,
  ticket,
  isFixed = false,
  arePollsStopped = false,
}: StepsFields & { ticket: IncidentTicketSubject | null; isFixed?: boolean; arePollsStopped?: boolean }) {
  const { when } = incident.needsYou
  const steps = listIncidentSteps(cause, when, { hasTicket: ticket !== null, arePollsStopped }).steps.filter(
    ({ kind }) => !isFixed || kind !== 'confirm',
  )
  if (steps.length === 0) return null
  return (
    <>
      {when === 'nobody' && <p className="text-ink-2">Advice if it lasts:</p>}
      <ol aria-label="Next steps" className="my-1 grid list-decimal gap-y-1 pl-6 text-base font-medium max-sm:text-sm">
        {steps.map(({ kind, text }) => (
          <li key={text}>
            {text}
            {kind === 'call' && !isFixed && <CallFacts incident={incident} ticket={ticket} />}
          </li>
        ))}
      </ol>
    </>
  )
}

/** Contact of the owner that a step calls, or a button to declare it, and a button for the text of the owner's ticket. */
function CallFacts({ incident, ticket }: { incident: IncidentDetail; ticket: IncidentTicketSubject | null }) {
  const { scope, root, cause } = incident
  const ofPart = useOperatorCard(scope, getOperatorCardPart(root?.subject ?? ''))
  const ofWhole = useOperatorCard(scope)
  const card = ofPart?.contact ? ofPart : ofWhole
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm font-normal text-ink-2 print:min-h-0">
      {cause && isCalledOwner(cause.owner) && card?.contact && (
        <span>
          Contact: <strong className="font-semibold text-ink">{card.contact}</strong>
          {card.serviceId && `, service id ${card.serviceId}`}
        </span>
      )}
      <MissingContact incident={incident} />
      {ticket && <SubjectTicket incident={incident} subject={ticket} label="Open the text to send" />}
    </div>
  )
}

/**
 * Returns the reason for the certainty of an incident's cause: the confidence, and the values that polls read before and
 * after the fault.
 */
function describeConfidence({ cause, root }: Pick<IncidentDetail, 'cause' | 'root'>): string {
  const evidence = cause && cause.evidence.length > 0 ? cause.evidence : (root?.evidence ?? [])
  const values = listShownEvidence(evidence).map((item) => formatEvidence(item))
  const share = `Confidence ${formatFractionAsPercent(cause?.confidence ?? 0)}`
  return values.length > 0 ? `${share}, by ${values.join('; ')}` : `${share}, by the rule for this kind of event`
}

/**
 * Shows the reason for the certainty of an incident's cause when the user opens it, and on paper. Renders nothing if no
 * cause is named.
 */
function CertaintyReason({ incident }: { incident: IncidentDetail }) {
  const { cause } = incident
  const certainty = cause && cause.class !== 'unknown_cause' ? formatCauseCertainty(cause.confidence) : ''
  if (certainty === '') return null
  const reason = describeConfidence(incident)
  return (
    <>
      <details className="text-xs text-ink-2 print:hidden">
        <summary className="w-fit rounded-xs">Why {certainty}</summary>
        {reason}
      </details>
      <p className="hidden text-xs text-ink-2 print:block">{reason}</p>
    </>
  )
}

/** Shows the likely owner of an incident with the cause and its certainty. */
function Owner({ incident }: { incident: IncidentDetail }) {
  const { cause, diagnosing, explainedBy } = incident
  const owner = cause && formatEventOwner(cause)
  return (
    <>
      {cause && cause.class !== 'unknown_cause' ? (
        <>
          <strong className="inline-block font-semibold text-ink first-letter:uppercase">{owner ?? 'unknown'}</strong>:{' '}
          {[formatCauseClass(cause.class), formatCauseCertainty(cause.confidence)].filter(Boolean).join(', ')}
        </>
      ) : diagnosing ? (
        'Diagnosing: the polls that show the cause are still to come.'
      ) : (
        'Owner unknown: no polled data identifies the cause.'
      )}
      {explainedBy.length > 0 && `. Explained by ${formatIncidentExplanations(explainedBy)}`}
    </>
  )
}

/**
 * Lists special conditions of an incident, for example that a later fault explains it. Renders nothing if there are
 * none.
 */
function Notices({ incident }: { incident: IncidentDetail }) {
  const { unverifiedSince, continuedBy, evidence, maintenance } = incident
  const notices = [
    formatUnrestoredEnd(incident) ? `Ended, ${formatUnrestoredEnd(incident)}.` : null,
    isIncidentRecovered(incident) && !formatUnrestoredEnd(incident) && unverifiedSince === null && (
      <>
        Recovered <MomentText at={incident.endedBetween[1]} />: closes once it stays up.
      </>
    ),
    continuedBy && (
      <>
        Explained by a later fault, and continued as{' '}
        <PageLink href={`/incidents/${encodeURIComponent(continuedBy)}`} className="link">
          that incident
        </PageLink>
        .
      </>
    ),
    evidence === 'metric' &&
      'By metrics, intervals of 1 min (circuits) or 5 min (gateways): Azure refuses to report the state itself.',
    maintenance && 'All events were expected from a maintenance window.',
  ].filter(Boolean)
  if (notices.length === 0) return null
  return (
    <ul className="mt-3 space-y-1 text-ink-2">
      {notices.map((notice, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they stand in one order, and change with the incident alone
        <li key={n}>{notice}</li>
      ))}
    </ul>
  )
}

/**
 * Column next to the summary with the times of the incident, the detection delay, the acknowledgement and the
 * assignment.
 */
function Aside({ incident }: { incident: IncidentDetail }) {
  const { startedBetween, endedBetween, delay } = incident
  const [present, first] = listOutageTimes(incident)
  return (
    <div className="h-fit print:mt-3">
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-2.5 max-sm:gap-y-1.5 5xl:grid-cols-[7rem_minmax(0,1fr)_7rem_minmax(0,1fr)] print:grid-cols-[7rem_minmax(0,1fr)_7rem_minmax(0,1fr)]">
        {present?.endedBetween === null ? (
          <>
            <Fact name={present.name}>
              <TimeBoundsText bounds={present.startedBetween} /> <span className="text-ink-2">{present.note}</span>
            </Fact>
            {first?.endedBetween && (
              <Fact name={first.name}>
                <TimeBoundsText bounds={first.startedBetween} zoned={false} />, ended{' '}
                <TimeBoundsText bounds={first.endedBetween} />
              </Fact>
            )}
          </>
        ) : (
          <Fact name="Began">
            <TimeBoundsText bounds={startedBetween} />
          </Fact>
        )}
        {endedBetween && (
          <Fact name="Ended">
            <TimeBoundsText bounds={endedBetween} />
          </Fact>
        )}
        {delay && (
          <Fact name="Detected in">
            at most {formatDuration(delay.detectedWithinSeconds * 1_000, 'ceil')}
            <UnreceivedNote />
          </Fact>
        )}
        <Repeats incident={incident} />
        <Fact name="Acknowledged">
          <IncidentAcknowledgement incident={incident} />
        </Fact>
        <Fact name="Assigned to">
          <Assign incident={incident} />
        </Fact>
        {incident.snoozed && (
          <Fact name="Snoozed">
            until <MomentText at={incident.snoozed.until} />, by {incident.snoozed.by}
          </Fact>
        )}
        <Affected incident={incident} />
        <Owned incident={incident} />
      </dl>
      <div className="mt-2.5 print:hidden">
        <SendButton incident={incident} />
      </div>
    </div>
  )
}

/**
 * Link to the settings of notification channels, which is shown if no channel receives incidents. Renders nothing if
 * the page shows a past time, because only the present channels are known.
 */
function UnreceivedNote() {
  const proof = useEndpointQuery('alerting').data?.data.proof
  if (useSelectedPastMoment() !== null || proof?.isReceived !== false) return null
  return (
    <PageLink href="/settings?tab=notifications" className="link block">
      {NO_ALERT_RECEIVER_TEXT}
    </PageLink>
  )
}

/**
 * Shows how often the incident occurred in the 24 hours up to its start, with a link to a list of these incidents.
 * Renders nothing if it occurred only once.
 */
function Repeats({ incident: { root, scope, recurrence, openedAt } }: { incident: IncidentDetail }) {
  if (root === null || recurrence === null || recurrence.count < 2) return null
  const day = { from: new Date(Date.parse(openedAt) - MS_PER_DAY).toISOString(), to: openedAt }
  return (
    <Fact name="Repeats">
      <PageLink href={`/incidents?${new URLSearchParams({ kind: root.kind, scope, ...day })}`} className="link">
        <RecurrenceStrip recurrence={recurrence} />
      </PageLink>
    </Fact>
  )
}

/**
 * Lists the circuits and gateways that an incident affects, first the resource of its root event, each with a link to
 * its page. If the incident is about the whole estate (everything that is monitored), it links to the overview.
 */
function Affected({ incident: { timeline, scope: own, scopeName } }: { incident: IncidentDetail }) {
  const circuits = new Set((useEndpointQuery('circuits').data?.data ?? []).map(({ id }) => id))
  const gateways = new Set((useEndpointQuery('gateways').data?.data ?? []).map(({ id }) => id))
  const names = new Map([
    [own, scopeName] as const,
    ...timeline.map((event) => [event.scope, event.scopeName] as const),
  ])
  const folder = (id: string) => (circuits.has(id) ? 'circuits' : gateways.has(id) ? 'gateways' : null)
  const hrefOf = (id: string) => {
    const page = folder(id)
    return page ? `/${page}/${encodeURIComponent(id)}` : id === WHOLE_ESTATE ? '/' : null
  }
  return (
    <Fact name="Affected">
      <span className="flex flex-wrap gap-x-3 gap-y-1">
        {[...names].map(([id, name]) => {
          const href = hrefOf(id)
          return href ? (
            <PageLink key={id} href={href} className="link font-medium">
              {name}
            </PageLink>
          ) : (
            <span key={id}>{name}</span>
          )
        })}
      </span>
    </Fact>
  )
}

/** Customers and sites of the affected resources, with links. Renders nothing if none is declared or learned. */
function Owned({ incident: { timeline } }: { incident: IncidentDetail }) {
  const scopes = useMemo(() => [...new Set(timeline.map(({ scope }) => scope))], [timeline])
  const { customers, sites } = useCustomersAndSites(scopes)
  return (
    <>
      {customers.length > 0 && (
        <Fact name={customers.length > 1 ? 'Customers' : 'Customer'}>
          <CustomerLinks customers={customers} />
        </Fact>
      )}
      {sites.length > 0 && (
        <Fact name={sites.length > 1 ? 'Sites' : 'Site'}>
          <SiteLinks sites={sites} />
        </Fact>
      )}
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <>
    <dt className="pt-0.5 text-xs text-ink-3">{name}</dt>
    <dd className="min-w-0">{children}</dd>
  </>
)

/** Shows the assignee of an incident, and the form to change it while the incident is open. */
function Assign({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  const { assigned, state } = incident
  const isNow = useSelectedPastMoment() === null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {assigned ? (
        <p>
          <strong className="font-semibold">{assigned.assignee}</strong>, <MomentText at={assigned.at} />
          {assigned.note && <q className="ml-1 text-ink-2">{assigned.note}</q>}
        </p>
      ) : (
        <p className="text-ink-2">nobody</p>
      )}
      {isNow && state === 'open' && (
        <PopoverWithButton
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button data-palette className="print:hidden">
              {assigned ? 'Reassign' : 'Assign'}
            </Button>
          }
          label="Assign"
          align="start"
          className="w-[min(20rem,calc(100vw-1rem))]"
        >
          <AssignIncidentForm incident={incident} onDone={() => setOpen(false)} />
        </PopoverWithButton>
      )}
    </div>
  )
}

/** Button that opens the form to send an incident to a channel. */
function SendButton({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  if (useSelectedPastMoment() !== null) return null
  return (
    <PopoverWithButton
      open={open}
      onOpenChange={setOpen}
      trigger={<Button data-palette>Send to…</Button>}
      label="Send to"
      className="grid w-[min(20rem,calc(100vw-1rem))] gap-4"
    >
      <SendIncidentForm incident={incident} onDone={() => setOpen(false)} />
      <CopyIncidentLink id={incident.id} />
    </PopoverWithButton>
  )
}
