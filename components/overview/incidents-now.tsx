import type { ActiveProblem, Overview } from '#lib/overview/api/index.ts'
import { isOngoing, severities } from '#lib/contract/vocabulary.ts'
import { formatPlural } from '../format/quantity.ts'
import { IncidentRows } from '../incidents/incident-row.tsx'
import { groupRecurringIncidents } from '../incidents/recurrence.tsx'
import { PageLink } from '../links/page-link.tsx'
import type { Tone } from '../ui/drawing/glyph.tsx'
import { Status, type StatusText } from '../ui/status.tsx'
import { DurationSince } from '../ui/times/time.tsx'
import { formatUnconfirmed } from '../ui/words.ts'

const MORE = 'link text-xs text-ink-2 hover:text-ink'

/**
 * Maximum number of rows with open incidents. Closed incidents fill up the list to this number of rows, so that the
 * page does not move when a new incident replaces a closed incident.
 */
const ROWS = 3

/**
 * List of current problems: open incidents, in which repeated incidents share a row, and then problems without an
 * incident. The last closed incidents fill the remaining rows.
 */
export function IncidentsNow({ overview: { incidents, worstFirst } }: { overview: Overview }) {
  const { counts, recovered, planned, open, closed } = incidents
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const ongoing = all - recovered - planned
  const groups = groupRecurringIncidents(open).slice(0, ROWS)
  const keys = new Set(groups.map(({ lead }) => lead.recurrence?.key))
  const problems = collectorFirst(worstFirst.filter(({ incidentId }) => incidentId === null))
  const past = groupRecurringIncidents(closed)
    .filter(({ lead }) => !lead.recurrence || !keys.has(lead.recurrence.key))
    .slice(0, Math.max(0, ROWS - groups.length - problems.length))
    .map(({ lead }) => ({ lead, others: [] }))
  const notes = [
    ...severities.flatMap((severity) => {
      const over = open.filter((one) => one.severity === severity && !isOngoing(one)).length
      const count = (counts[severity] ?? 0) - over
      return count > 0 ? `${count} ${severity}` : []
    }),
    ...(recovered > 0 ? [`${recovered} recovered, monitoring`] : []),
    ...(planned > 0 ? [`${planned} in maintenance`] : []),
  ]
  return (
    <section aria-labelledby="incidents-now" className="min-w-0">
      <header className="mb-1.5 flex items-baseline gap-x-3">
        <h2 id="incidents-now" className="shrink-0 text-sm font-semibold">
          {ongoing === 0 ? 'No open incident' : formatPlural(ongoing, 'open incident')}
        </h2>
        <p className="truncate text-xs text-ink-3">
          {all === 0 ? past.length > 0 && 'The last ones:' : notes.join(', ')}
        </p>
        <span className="ml-auto shrink-0">
          <PageLink href="/incidents" className={MORE}>
            All incidents
          </PageLink>
        </span>
      </header>
      <div className="rounded-lg border bg-surface empty:hidden [&>*+*]:border-t">
        {groups.length > 0 && <IncidentRows name="Open incidents" groups={groups} />}
        <ProblemItems problems={problems} />
        {past.length > 0 && (
          // a phone shows at most two closed incidents, and only if there are no open incidents and no other problems
          <div className="max-sm:not-first:hidden max-sm:[&_li:nth-child(2)]:border-b-0 max-sm:[&_li:nth-child(3)]:hidden">
            <IncidentRows name="Incidents that are over" groups={past} />
          </div>
        )}
      </div>
    </section>
  )
}

/** Maximum number of listed problems without an incident; for the others, only their number is shown. */
const SHOWN = 3

/** Lists problems without an incident, one line each. */
function ProblemItems({ problems }: { problems: Overview['worstFirst'] }) {
  if (problems.length === 0) return null
  return (
    <ul aria-label="Problems without an incident">
      {problems.slice(0, SHOWN).map((problem) => (
        <li key={`${problem.type}/${problem.id}/${problem.name}`} className="border-b last:border-b-0">
          <PageLink
            href={problem.href}
            className="flex min-h-15 items-center gap-x-2.5 px-4 py-2 -outline-offset-2 hover:bg-hover max-sm:flex-wrap"
          >
            <Status {...problemStatus(problem)} className="shrink-0" />
            <span className="font-semibold">{problem.name}</span>
            <span title={problem.reason} className="min-w-0 flex-1 truncate text-xs text-ink-2 max-sm:basis-full">
              {problem.reason}
            </span>
            {problem.since && (
              <span className="text-xs whitespace-nowrap text-ink-2">
                <DurationSince bounds={problem.since} until={problem} brief />
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

const tones: Record<ActiveProblem['severity'], Tone> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'off',
}

/** Returns the status of a problem: its state as a word, with the tone of its severity. */
const problemStatus = ({ severity, called, unconfirmedSince }: ActiveProblem): StatusText => ({
  tone: tones[severity],
  word: called.toUpperCase(),
  detail: unconfirmedSince && formatUnconfirmed(unconfirmedSince),
})

const severitiesWorstFirst = Object.keys(tones)

/**
 * Sorts problems by severity. Within a severity, a late collector comes before the resources whose state is unknown
 * because of it.
 */
const collectorFirst = (problems: readonly ActiveProblem[]): ActiveProblem[] =>
  problems.toSorted(
    (a, b) =>
      severitiesWorstFirst.indexOf(a.severity) - severitiesWorstFirst.indexOf(b.severity) ||
      Number(b.id === 'collector') - Number(a.id === 'collector'),
  )
