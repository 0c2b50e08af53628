import { clsx } from 'clsx'
import { useState } from 'react'
import type { ActiveProblem, EstateOverview } from '#lib/overview/api/index.ts'
import { isIncidentOngoing, severities } from '#lib/contract/vocabulary.ts'
import { MAX_CLOSED_INCIDENTS_SHOWN } from '#lib/overview/api/wall-states.ts'
import { formatDayName } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { IncidentRows } from '../incidents/incident-row.tsx'
import { groupRecurringIncidents } from '../incidents/recurrence.tsx'
import { PageLink } from '../links/page-link.tsx'
import { usePrinting } from '../paper/use-printing.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import { useZone } from '../ui/preferences.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { useTickingText } from '../ui/times/page-clock.tsx'
import { DurationSinceBounds } from '../ui/times/time.tsx'
import { formatLastKnownMinute } from '../ui/status-text.ts'
import { useIsVeryWide } from '../ui/very-wide-row.tsx'
import { INCIDENTS_NOW_ID } from './further-problems.ts'
import { findLatePolls } from './last-known-text.ts'

const MORE = 'link text-xs text-ink-2 hover:text-ink'

/** Maximum number of rows with open incidents, and its value on a very wide screen. */
const ROWS = 3
const VERY_WIDE_ROWS = 12

/**
 * List of current problems: open incidents, in which repeated incidents share a row, and then problems without an
 * incident. Closed incidents are collapsed until the user expands them, so that the map below the list is visible
 * without scrolling. On a very wide screen, the list has its own column, and they are always shown. Paper lists
 * every incident, or the number of the incidents that it leaves out.
 */
export function IncidentsNow({ overview: { incidents, worstFirst } }: { overview: EstateOverview }) {
  const { counts, recovered, planned, open, closed } = incidents
  const [isUnfolded, setUnfolded] = useState(false)
  const isVeryWide = useIsVeryWide()
  const isPrinting = usePrinting()
  const isOpen = isUnfolded || isVeryWide || isPrinting
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const ongoing = all - recovered - planned
  const groups = groupRecurringIncidents(open).slice(0, isPrinting ? open.length : isVeryWide ? VERY_WIDE_ROWS : ROWS)
  // If a circuit or gateway has a last known state, its state is unknown only because the collector (the worker that
  // polls Azure) is late. The banner at the top of the page shows this reason, so that neither has a line here.
  const inBanner = worstFirst.some(({ lastKnown }) => lastKnown) ? findLatePolls(worstFirst) : undefined
  const problems = collectorFirst(
    worstFirst.filter((one) => one.incidentId === null && !one.lastKnown && one !== inBanner),
  )
  const notes = [
    ...severities.flatMap((severity) => {
      const over = open.filter((one) => one.severity === severity && !isIncidentOngoing(one)).length
      const count = (counts[severity] ?? 0) - over
      return count > 0 ? `${count} ${severity}` : []
    }),
    ...(recovered > 0 ? [`${recovered} recovered, monitoring`] : []),
    ...(planned > 0 ? [`${planned} in maintenance`] : []),
  ]
  return (
    <section aria-labelledby={INCIDENTS_NOW_ID} className="min-w-0 5xl:h-full">
      <header className="flex items-baseline gap-x-3">
        <h2 id={INCIDENTS_NOW_ID} className="shrink-0 text-sm font-semibold">
          {ongoing === 0 ? 'No open incident' : formatCountWithPlural(ongoing, 'open incident')}
        </h2>
        <p className="truncate text-xs text-ink-3">{notes.join(', ')}</p>
        <span className="ml-auto flex shrink-0 items-baseline gap-x-3">
          {closed.length > 0 && !isVeryWide && (
            <button
              type="button"
              aria-expanded={isOpen}
              className={clsx(MORE, 'min-h-6 print:no-underline')}
              onClick={() => setUnfolded(!isUnfolded)}
            >
              <ClosedCount closed={closed} />
            </button>
          )}
          {/* a phone has space for one of the two */}
          <span className={clsx('print:hidden', closed.length > 0 && 'max-sm:hidden')}>
            <PageLink href="/incidents" className={MORE}>
              All incidents
            </PageLink>
          </span>
        </span>
      </header>
      <div className="mt-1.5 rounded-lg border bg-surface empty:hidden [&>*+*]:border-t">
        {groups.length > 0 && <IncidentRows name="Open incidents" groups={groups} />}
        {isPrinting && all > open.length && (
          <p className="px-4 py-1.5 text-xs text-ink-2">
            Not listed: {formatCountWithPlural(all - open.length, 'further open incident')}
          </p>
        )}
        <ProblemItems problems={problems} />
        {isOpen && <IncidentRows name="Incidents that are over" groups={groupRecurringIncidents(closed)} />}
        {isPrinting && closed.length === MAX_CLOSED_INCIDENTS_SHOWN && (
          <p className="px-4 py-1.5 text-xs text-ink-2">
            Not listed: incidents that closed before the last {MAX_CLOSED_INCIDENTS_SHOWN}
          </p>
        )}
      </div>
    </section>
  )
}

/** Number of incidents that closed today, or the day on which the last one closed. */
function ClosedCount({ closed }: { closed: EstateOverview['incidents']['closed'] }) {
  const zone = useZone()
  const text = useTickingText((now) => {
    const times = closed.map(({ closedAt, openedAt }) => Date.parse(closedAt ?? openedAt))
    const count = times.filter((at) => formatDayName(at, zone, now) === 'today').length
    if (count === 0) return `last closed ${formatDayName(Math.max(...times), zone, now)}`
    return `${count}${count === MAX_CLOSED_INCIDENTS_SHOWN ? ' or more' : ''} closed today`
  })
  return <span suppressHydrationWarning>{text}</span>
}

/** Maximum number of listed problems without an incident; for the others, only their number is shown. */
const SHOWN = 3

/** Lists problems without an incident, one line each. */
function ProblemItems({ problems }: { problems: EstateOverview['worstFirst'] }) {
  if (problems.length === 0) return null
  return (
    <ul aria-label="Problems without an incident">
      {problems.slice(0, SHOWN).map((problem) => (
        <li key={`${problem.type}/${problem.id}/${problem.name}`} className="border-b last:border-b-0">
          <PageLink
            href={problem.href}
            className="flex min-h-15 items-center gap-x-2.5 px-4 py-2 -outline-offset-2 hover:bg-hover max-sm:flex-wrap"
          >
            <StateLabel {...problemStatus(problem)} className="shrink-0" />
            <span className="font-semibold">{problem.name}</span>
            <span title={problem.reason} className="min-w-0 flex-1 truncate text-xs text-ink-2 max-sm:basis-full">
              {problem.reason}
            </span>
            {problem.since && (
              <span className="text-xs whitespace-nowrap text-ink-2">
                <DurationSinceBounds bounds={problem.since} until={problem} brief isDated />
              </span>
            )}
          </PageLink>
        </li>
      ))}
      {problems.length > SHOWN && (
        <li className="px-4 py-1.5">
          <PageLink href="/resilience" className={MORE}>
            {problems.length - SHOWN} further problems
          </PageLink>
        </li>
      )}
    </ul>
  )
}

const tones: Record<ActiveProblem['severity'], StateTone> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'off',
}

/** Returns the status of a problem: its state as a word, with the tone of its severity. */
const problemStatus = ({ severity, called, unconfirmedSince }: ActiveProblem): StatusText => ({
  tone: tones[severity],
  word: called.toUpperCase(),
  detail: unconfirmedSince && formatLastKnownMinute(unconfirmedSince),
})

const severitiesWorstFirst = Object.keys(tones)

/**
 * Sorts problems by severity. If a late collector (the worker that polls Azure) and resources have the same severity,
 * the collector is first, because it is the reason why the resources' state is unknown.
 */
function collectorFirst(problems: readonly ActiveProblem[]) {
  const late = findLatePolls(problems)
  return problems.toSorted(
    (a, b) =>
      severitiesWorstFirst.indexOf(a.severity) - severitiesWorstFirst.indexOf(b.severity) ||
      Number(b === late) - Number(a === late),
  )
}
