'use client'

import type { Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import { explanationWords } from '#lib/contract/vocabulary.ts'
import { causeWords, formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { eventOwnerWords } from '../events/event-words.ts'
import { formatShare, plural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { useNow } from '../ui/times/clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { Between, Moment } from '../ui/times/time.tsx'
import { Acknowledge } from './acknowledge.tsx'
import { isOver } from './is-over.ts'
import { OutagesBar } from './outages-bar.tsx'
import { trafficFact } from './traffic-fact.ts'
import { incidentLength, longerThanRoot } from '../events/incident-words.ts'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { AssignForm } from './assign-form.tsx'

/** Summary of an incident: duration, owner, next step, acknowledgement. */
export function IncidentFactsPanel({ incident }: { incident: IncidentDetail }) {
  const now = useNow()
  const { startedBetween, endedBetween, impact, cause, explainedBy, continuedBy, unverifiedSince, maintenance } =
    incident
  const { events, delay, evidence } = incident
  const { least, most } = incidentLength(incident, now)
  const owner = cause && eventOwnerWords(cause)
  const longest = longerThanRoot(incident)
  return (
    <Panel title="Summary" note={plural(events, 'event')}>
      {unverifiedSince && (
        <p className="mb-3 flex flex-wrap items-baseline gap-x-2">
          <span>
            Not confirmed since <Moment at={unverifiedSince} />: its root event has not been polled since then, and the
            state is as last proven.
          </span>
        </p>
      )}
      {isOver(incident) && (
        <p className="mb-3">
          Recovered, monitoring: all events have ended, and the incident closes after 2 minutes without a recurrence.
        </p>
      )}
      {continuedBy && (
        <p className="mb-3">
          A later fault explains this incident; it continues as part of{' '}
          <PageLink href={`/incidents/${encodeURIComponent(continuedBy)}`} className="link">
            that incident
          </PageLink>
          .
        </p>
      )}
      {evidence === 'metric' && (
        <p className="mb-3">By metrics, grain 1 min: Azure refuses to report the router’s own state (403).</p>
      )}
      {maintenance && <p className="mb-3">All events were expected from a maintenance window.</p>}
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Fact name="Impact">{impact.summary}</Fact>
        {impact.traffic && <Fact name="Traffic">{trafficFact(impact.traffic, incident.phase !== 'ongoing')}</Fact>}
        <Fact name={endedBetween ? 'Duration' : 'Duration so far'}>
          <span className="text-xl font-semibold tracking-tight tabular-nums" suppressHydrationWarning>
            {formatDurationBounds(least, most)}
          </span>
          {incident.outages.length > 1 && (
            <span className="text-ink-2"> in {incident.outages.length} outages, healthy in between</span>
          )}
          {longest && <span className="text-ink-2"> until the end of “{longest}”</span>}
          <OutagesBar incident={incident} now={now} className="mt-1 h-3 w-full max-w-md" />
        </Fact>
        <Fact name="Began between">
          <Between bounds={startedBetween} />
        </Fact>
        {endedBetween && (
          <Fact name="Ended between">
            <Between bounds={endedBetween} />
          </Fact>
        )}
        <Fact name="Likely owner">
          {cause && cause.class !== 'unknown_cause' ? (
            <>
              <strong className="inline-block font-semibold first-letter:uppercase">{owner ?? 'unknown'}</strong>:{' '}
              {causeWords(cause.class)}, confidence {formatShare(cause.confidence)}
            </>
          ) : incident.diagnosing ? (
            'Diagnosing: polls that it rests on are not newer than the start yet.'
          ) : (
            'Unknown: no polled data identifies the cause.'
          )}
        </Fact>
        {explainedBy.length > 0 && (
          <Fact name="Explained by">
            <span className="inline-block first-letter:uppercase">{explanationWords(explainedBy)}</span>
          </Fact>
        )}
        {cause?.nextStep && <Fact name="Next step">{cause.nextStep}</Fact>}
        {delay && (
          <Fact name="Detection delay">
            ≤ {upTo(delay.detectedWithinSeconds)} at the present intervals; notification ≤{' '}
            {upTo(delay.notifiedWithinSeconds)} later.
          </Fact>
        )}
        <Fact name="Acknowledged">
          <Acknowledge incident={incident} />
        </Fact>
        <Fact name="Assigned to">
          <Assign incident={incident} />
        </Fact>
      </dl>
    </Panel>
  )
}

/** Rounds a bound up. */
const upTo = (seconds: number) => formatDuration(seconds * 1_000, 'ceil')

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-xs text-ink-3 sm:pt-0.5">{name}</dt>
      <dd className="-mt-2 min-w-0 sm:mt-0">{children}</dd>
    </>
  )
}

/** Who works on an incident, and the form to change that while it is open. */
function Assign({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  const { assigned, state } = incident
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {assigned ? (
        <p>
          Assigned to <strong className="font-semibold">{assigned.assignee}</strong> at <Moment at={assigned.at} />
          {assigned.note && <q className="ml-1 text-ink-2">{assigned.note}</q>}
        </p>
      ) : (
        <p className="text-ink-2">Nobody.</p>
      )}
      {state === 'open' && (
        <Popover.Root open={open} onOpenChange={setOpen}>
          <Popover.Trigger asChild>
            <Button data-palette className="print:hidden">
              {assigned ? 'Reassign' : 'Assign'}
            </Button>
          </Popover.Trigger>
          <PopoverPanel label="Assign" align="start" className="w-[min(20rem,calc(100vw-1rem))]">
            <AssignForm incident={incident} onDone={() => setOpen(false)} />
          </PopoverPanel>
        </Popover.Root>
      )}
    </div>
  )
}
