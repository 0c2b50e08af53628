import { NO_ALERT_RECEIVER_TEXT } from '#lib/alerting/api/unreceived.ts'
import type { Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import { formatIncidentExplanations, WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatCauseClass, formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { CustomerLinks, SiteLinks, useCustomersAndSites } from '../declarations/customer-and-sites.tsx'
import { formatEventOwner } from '../events/event-text.ts'
import { formatFractionAsPercent, avoidLineBreaks } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { TimeBoundsText, MomentText } from '../ui/times/time.tsx'
import { IncidentAcknowledgement } from './acknowledge.tsx'
import { isIncidentRecovered } from './incident-recovery.ts'
import { formatIncidentUserActionNeed, splitNextStepAdvice } from './next-step-text.ts'
import { MissingContact } from '../declarations/missing-contact.tsx'
import { IncidentOutages } from './outages.tsx'
import { RecurrenceStrip } from './recurrence.tsx'
import { describeIncidentTraffic } from './traffic-fact.ts'
import {
  formatUnrestoredEnd,
  formatDurationPrefix,
  findNameOfLongerEvent,
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
 * Summary at the top of an incident's page. It contains whether a person must act, the duration, the impact, the next
 * step and the likely owner. Next to it are the times, the acknowledgement and the assignment, on a very wide screen in
 * two columns.
 */
export function IncidentSummarySection({ incident }: { incident: IncidentDetail }) {
  const now = useNow()
  const { impact, cause } = incident
  const { least, most } = getOutageDuration(incident, now)
  const several = formatOutages(incident, now)
  const longest = findNameOfLongerEvent(incident)
  const [step, known] = splitNextStepAdvice(cause)
  const need = formatIncidentUserActionNeed(incident)
  const isAdviceCurrent = incident.state === 'open' && !isIncidentRecovered(incident)
  return (
    <section
      aria-labelledby="summary"
      className="grid grid-cols-1 gap-x-10 gap-y-5 lg:grid-cols-[minmax(0,1fr)_20rem] 5xl:grid-cols-[56rem_minmax(0,1fr)] print:block"
    >
      <div className="min-w-0">
        <h2 id="summary" className="sr-only">
          Summary
        </h2>
        {need !== '' && <p className="mb-2 max-w-3xl text-base font-semibold max-sm:text-sm">{need}</p>}
        <p className="text-xl font-semibold tracking-tight tabular-nums sm:text-2xl" suppressHydrationWarning>
          {formatDurationPrefix(incident)}
          {avoidLineBreaks(formatDurationBounds(least, most))}
        </p>
        {incident.outages.length < 2 && <IncidentOutages incident={incident} now={now} />}
        <div className="mt-3 max-w-3xl border-l-4 border-line-strong pl-3">
          {step && isAdviceCurrent && <p className="text-base font-medium max-sm:text-sm">{step}</p>}
          <p className="text-ink-2">
            <Owner incident={incident} />
          </p>
          <MissingContact incident={incident} />
          {step && !isAdviceCurrent && <p className="text-ink-2">Advice while it was ongoing: {step}</p>}
          {known && <p className="text-xs text-ink-2 first-letter:uppercase">{known}</p>}
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
        <p className="mt-3 text-base max-sm:text-sm">
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

/** Shows the likely owner of an incident with the cause and the confidence. */
function Owner({ incident: { cause, diagnosing, explainedBy } }: { incident: IncidentDetail }) {
  const owner = cause && formatEventOwner(cause)
  return (
    <>
      {cause && cause.class !== 'unknown_cause' ? (
        <>
          <strong className="inline-block font-semibold text-ink first-letter:uppercase">{owner ?? 'unknown'}</strong>:{' '}
          {formatCauseClass(cause.class)}, {avoidLineBreaks(`confidence ${formatFractionAsPercent(cause.confidence)}`)}
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
 * Lists special conditions of an incident, for example that no poll currently confirms it. Renders nothing if there are
 * none.
 */
function Notices({ incident }: { incident: IncidentDetail }) {
  const { unverifiedSince, continuedBy, evidence, maintenance } = incident
  const notices = [
    unverifiedSince && (
      <>
        Last known at <MomentText at={unverifiedSince} />: its polls are late, so that the state may have changed since
        then.
      </>
    ),
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
 * Lists the circuits and gateways that an incident affects, each with a link to its page. If the incident is about the
 * whole estate (everything that is monitored), it links to the overview.
 */
function Affected({ incident: { timeline } }: { incident: IncidentDetail }) {
  const circuits = new Set((useEndpointQuery('circuits').data?.data ?? []).map(({ id }) => id))
  const gateways = new Set((useEndpointQuery('gateways').data?.data ?? []).map(({ id }) => id))
  const names = new Map(timeline.map(({ scope, scopeName }) => [scope, scopeName]))
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
