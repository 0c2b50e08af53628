'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { type ReactNode, useMemo } from 'react'
import type { Incident, Handover } from '#lib/contract/index.ts'
import { formatDuration, pollKindWords, outcomeWords } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatInstant } from '../format/instant.ts'
import { plural } from '../format/quantity.ts'
import { IncidentTable } from '../incidents/incident-table.tsx'
import { PageAge } from '../ui/answer-age.tsx'
import type { Column } from '../ui/table/features.ts'
import { shiftIncidents, type ShiftIncident } from './shift-incidents.ts'
import { MomentField } from '../time/moment-field.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { Moment } from '../ui/time.tsx'
import { AffectedResources } from './affected-resources.tsx'
import { handoverText } from './handover-text.ts'
import { pollsOf, resourcesOf, type PollGap, pollGaps } from './poll-gaps.ts'

const HOURS = [8, 12, 24] as const
const HOUR_MS = 3_600_000

/** The handover between shifts: incidents and polling gaps since a time. */
export function HandoverPage() {
  const [since, setSince] = useQueryState('since', parseAsString.withOptions({ history: 'push' }))
  const shift = useEndpoint('handover', { since })
  const known = shift.data?.data
  const zone = useZone()
  return (
    <>
      <PageHead
        title="Handover"
        age={<PageAge answer={shift.data} />}
        aside={
          <CopyButton
            disabled={!known}
            text={() =>
              known ? handoverText(known, zone, `${window.location.origin}/handover?since=${known.since}`) : ''
            }
            label="Copy the handover as text"
          >
            Copy as text
          </CopyButton>
        }
      >
        Incidents and polling gaps since{' '}
        <span className={known ? undefined : 'skeleton text-transparent'}>
          {formatInstant(known ? Date.parse(known.since) : 0, zone)}
        </span>
        .
      </PageHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <SinceChoice since={known?.since ?? since} onChange={(next) => void setSince(next)} />
        <AnswerView query={shift} skeleton={<SkeletonRows rows={8} height="3.5rem" />}>
          {({ data }) => <HandoverParts shift={data} />}
        </AnswerView>
      </div>
    </>
  )
}

function SinceChoice({ since, onChange }: { since: string | null; onChange: (since: string) => void }) {
  const now = useNow()
  return (
    <div className="flex flex-wrap items-end gap-2">
      <MomentField
        label="Since"
        value={since}
        className="w-44"
        faultOf={(at) => (at < now ? null : 'This is in the future.')}
        onChange={(next) => {
          if (next !== null) onChange(next)
        }}
      />
      {HOURS.map((hours) => (
        <Button key={hours} onClick={() => onChange(new Date(now - hours * HOUR_MS).toISOString())}>
          {hours} h
        </Button>
      ))}
    </div>
  )
}

function HandoverParts({ shift }: { shift: Handover }) {
  const { stillOpen, opened, closed } = shift
  const rows = useMemo(() => shiftIncidents(shift), [shift])
  const inShift = useMemo(() => [inShiftColumn(rows)], [rows])
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Panel
        title="Incidents"
        note={`${stillOpen.length} still open, ${opened.length} opened, ${closed.length} closed`}
        flush
      >
        <IncidentTable
          name="shift-incidents"
          incidents={rows.map(({ incident }) => incident)}
          more={inShift}
          empty={<Nothing>No incidents.</Nothing>}
        />
      </Panel>
      <AffectedResources shift={shift} />
      <Unseen shift={shift} />
      <Elsewhere since={shift.since} />
    </div>
  )
}

function inShiftColumn(rows: readonly ShiftIncident[]): Column<Incident> {
  const happened = new Map(rows.map((row) => [row.incident.id, row.happened.join(', ') || 'open since before']))
  return {
    id: 'shift',
    header: 'In this shift',
    value: ({ id }) => happened.get(id) ?? null,
    className: 'text-ink-2 whitespace-nowrap',
  }
}

/** Links to changes outside of incidents. */
function Elsewhere({ since }: Pick<Handover, 'since'>) {
  const from = new URLSearchParams({ from: since })
  return (
    <Panel title="Other changes">
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        <li>
          <PageLink href={`/routes?view=diff&${from}`} className="link">
            Route diff
          </PageLink>
        </li>
        <li>
          <PageLink href={`/events?${from}`} className="link">
            All events
          </PageLink>
        </li>
      </ul>
    </Panel>
  )
}

const Nothing = ({ children }: { children: ReactNode }) => <p className="px-3.5 py-3 text-ink-2">{children}</p>

/** Gaps shown at once, longest first. */
const SHOWN = 20

function Unseen({ shift: { gaps } }: { shift: Handover }) {
  const groups = pollGaps(gaps)
  return (
    <Panel title="Polling gaps" note={plural(groups.length, 'gap')} flush>
      {groups.length === 0 ? (
        <Nothing>No gaps in polling during this period.</Nothing>
      ) : (
        <ul>
          {groups.slice(0, SHOWN).map((group) => (
            <li
              key={`${group.intervals[0].scope} ${group.intervals[0].kind} ${group.from} ${group.outcome}`}
              className="border-b px-3.5 py-1.5 last:border-b-0"
            >
              <PollGapLine group={group} />
            </li>
          ))}
          {groups.length > SHOWN && (
            <li className="px-3.5 py-1.5 text-ink-3">and {groups.length - SHOWN} shorter ones</li>
          )}
        </ul>
      )}
    </Panel>
  )
}

/** Simultaneous gaps in one line, which expands to the single polls. */
function PollGapLine({ group }: { group: PollGap }) {
  const { intervals, outcome } = group
  const line = (
    <span className="inline-flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <span className="hatch rounded-xs px-0.5 text-xs font-semibold">
        <span className="bg-surface/80 px-0.5">NO DATA</span>
      </span>
      <span className="font-medium">{resourcesOf(group)}</span>
      <span className="text-ink-2">{pollsOf(group)}</span>
      <IntervalWords from={group.from} to={group.to} />
      <span className="text-xs text-ink-2">{outcomeWords(outcome)}</span>
    </span>
  )
  if (intervals.length === 1) return line
  return (
    <details>
      <summary className="cursor-pointer">{line}</summary>
      <ul className="mt-1 ml-5 max-h-64 overflow-y-auto">
        {intervals.map(({ scope, scopeName, kind, from, to }) => (
          <li key={`${scope} ${kind} ${from}`} className="flex flex-wrap items-baseline gap-x-3 py-0.5">
            <span className="font-medium">{scopeName}</span>
            <span className="text-ink-2">{pollKindWords(kind)}</span>
            <IntervalWords from={Date.parse(from)} to={Date.parse(to)} />
          </li>
        ))}
      </ul>
    </details>
  )
}

const IntervalWords = ({ from, to }: { from: number; to: number }) => (
  <span className="text-xs text-ink-2">
    <Moment at={new Date(from).toISOString()} zoned={false} /> – <Moment at={new Date(to).toISOString()} />,{' '}
    {formatDuration(to - from)}
  </span>
)
