import { clsx } from 'clsx'
import type { IncidentsSummary } from '#lib/incidents/api/index.ts'
import { causeOwners, severities } from '#lib/contract/vocabulary.ts'
import { formatDuration, formatDurationRange, formatCauseOwnerLabel } from '#lib/contract/words/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView } from '../ui/answer-view.tsx'
import { getSeverityFill } from '../ui/drawing/severity-mark.tsx'

/**
 * Panel with the number of incidents in a time range, their repair times and their likely owners.
 * @param time empty = the last 30 days
 */
export function IncidentStatisticsPanel({
  scope,
  time,
}: {
  scope: string | null
  time: { from?: string; to?: string | null }
}) {
  const summary = useEndpointQuery('incidents/summary', { scope, ...time })
  return (
    <QueryStateView query={summary} skeleton={<div className="skeleton h-28 rounded-lg" />}>
      {({ data }) => (
        <Figures summary={data} span={time.from === undefined ? '30 days' : 'this time'} isPast={Boolean(time.to)} />
      )}
    </QueryStateView>
  )
}

function Figures({ summary, span, isPast }: { summary: IncidentsSummary; span: string; isPast: boolean }) {
  const { opened, open, acknowledged, secondsToAcknowledge, repair } = summary
  return (
    <section
      aria-label={`Incidents in ${span}`}
      className="grid grid-cols-2 gap-x-6 gap-y-3 rounded-lg border bg-surface px-3.5 py-3 md:grid-cols-[auto_auto_auto_minmax(0,1fr)_minmax(0,1.6fr)]"
    >
      <Figure
        name={`Opened in ${span}`}
        value={String(opened)}
        note={`${open} ${isPast ? 'open at its end' : 'still open'}`}
      />
      <Figure
        name="MTTR"
        // on a phone, this figure uses the full width, because it contains a range
        className="max-md:order-1 max-md:col-span-2"
        value={repair ? formatMean(repair.meanSeconds) : '–'}
        note={repair ? `of ${formatCountWithPlural(repair.outages, 'outage')}` : 'none ended'}
      />
      <Figure
        name="Time to acknowledge"
        value={secondsToAcknowledge === null ? '–' : formatDuration(secondsToAcknowledge * 1_000)}
        note={acknowledged === 0 ? 'none acknowledged' : `median of ${acknowledged}`}
      />
      <Owners summary={summary} />
      <Days days={summary.days} />
    </section>
  )
}

const formatMean = ({ atLeast, atMost }: NonNullable<IncidentsSummary['repair']>['meanSeconds']) =>
  formatDurationRange(atLeast * 1_000, atMost === null ? null : atMost * 1_000)

function Figure({ name, value, note, className }: { name: string; value: string; note: string; className?: string }) {
  return (
    <div className={clsx('min-w-0', className)}>
      <p className="text-xs font-medium text-ink-3">{name}</p>
      <p className="text-xl font-semibold tracking-tight tabular-nums">{value}</p>
      <p className="text-xs text-ink-3">{note}</p>
    </div>
  )
}

/** Number of incidents of each owner, by the names that the rows of incidents show. */
function Owners({ summary: { owners, byOwner } }: { summary: IncidentsSummary }) {
  const counts: NonNullable<IncidentsSummary['owners']> =
    owners ?? causeOwners.map((owner) => ({ owner, name: null, count: byOwner[owner] ?? 0 }))
  const most = Math.max(1, ...counts.map(({ count }) => count))
  return (
    <div className="min-w-0 max-md:order-2 max-md:col-span-2">
      <p className="text-xs font-medium text-ink-3">By owner</p>
      <ul className="mt-1 grid gap-0.5 text-xs">
        {counts
          .filter(({ count }) => count > 0)
          .toSorted((a, b) => b.count - a.count)
          .map(({ owner, name, count }) => (
            <li key={`${owner} ${name ?? ''}`} className="grid grid-cols-[8rem_minmax(0,1fr)_auto] items-center gap-2">
              <span className="truncate print:whitespace-normal" title={name ?? undefined}>
                {name ?? formatCauseOwnerLabel(owner)}
              </span>
              <span aria-hidden className="h-1.5">
                <span
                  className={clsx('block h-full rounded-full', owner === 'unknown' ? 'hatch border' : 'bg-ink-3')}
                  style={{ width: `${(count / most) * 100}%` }}
                />
              </span>
              <span className="tabular-nums">{count}</span>
            </li>
          ))}
        {counts.length === 0 && <li className="text-ink-3">–</li>}
      </ul>
    </div>
  )
}

/** Bar chart of the incidents that were opened on each day, stacked by severity with the worst at the bottom. */
function Days({ days }: Pick<IncidentsSummary, 'days'>) {
  const totals = days.map(({ opened }) => Object.values(opened).reduce((sum, count) => sum + count, 0))
  const most = Math.max(1, ...totals)
  return (
    <div className="col-span-2 flex min-w-0 flex-col max-md:order-3 md:col-span-1">
      <p className="flex justify-between text-xs font-medium text-ink-3">
        <span>Opened each day (UTC)</span>
        <span>at most {most}</span>
      </p>
      <ol className="mt-1 flex h-12 items-end gap-px border-b border-line-strong">
        {days.map(({ day, opened }, index) => (
          <li
            key={day}
            title={`${day}: ${totals[index] === 0 ? 'none' : severities.flatMap((one) => (opened[one] ? `${opened[one]} ${one}` : [])).join(', ')}`}
            className="flex h-full min-w-0 flex-1 flex-col justify-end"
          >
            <span className="sr-only">
              {day}: {totals[index]}
            </span>
            {severities.toReversed().map((severity) => {
              const count = opened[severity] ?? 0
              return count === 0 ? null : (
                <span
                  key={severity}
                  aria-hidden
                  className={clsx('block w-full', getSeverityFill(severity))}
                  style={{ height: `${(count / most) * 100}%` }}
                />
              )
            })}
          </li>
        ))}
      </ol>
      <p className="flex justify-between text-xs text-ink-3">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
    </div>
  )
}
