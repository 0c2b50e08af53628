import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { clsx } from 'clsx'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { QueryStateView } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { SESSION_LOSS_KINDS } from './flap-ranking.tsx'
import { countHistogramBinEvents } from './histogram-steps.ts'
import { type CalendarHour, buildHourCalendar, getCalendarStart, chooseHourShade } from './hour-calendar.ts'

const DAYS = 30

const subjects = ['flaps', 'churn'] as const
const names: Record<(typeof subjects)[number], string> = { flaps: 'Session losses', churn: 'Route changes' }

/**
 * Calendar with the number of session losses or route changes in each hour of the last 30 days. It makes patterns such
 * as nightly losses visible.
 */
export function CalendarPanel() {
  const [shown, setShown] = useQueryState('calendar', parseAsStringLiteral(subjects).withDefault('flaps'))
  return (
    <Panel
      title={`${names[shown]} by hour`}
      note={`the last ${DAYS} days, UTC`}
      aside={
        <SelectField
          label="Shown"
          className="w-40 print:hidden"
          options={subjects.map((value) => ({ value, label: names[value] }))}
          value={shown}
          onChange={({ target }) => void setShown(subjects.find((one) => one === target.value) ?? null)}
        />
      }
    >
      {shown === 'flaps' ? <FlapCalendar /> : <ChurnCalendar />}
    </Panel>
  )
}

function FlapCalendar() {
  const from = useStart()
  const summary = useEndpointQuery('events/summary', {
    kind: SESSION_LOSS_KINDS,
    from: new Date(from).toISOString(),
    step: 'hour',
  })
  return (
    <QueryStateView query={summary} skeleton={<Waiting />}>
      {({ data }) => (
        <Calendar
          from={from}
          steps={data.steps.map((step) => ({
            start: step.start,
            count: step.observed || countHistogramBinEvents(step) > 0 ? countHistogramBinEvents(step) : null,
          }))}
          words={(count) => formatCountWithPlural(count, 'loss', 'losses')}
          href={(hour) => `/events?kind=${SESSION_LOSS_KINDS}&parts=each&${spanOf(hour)}`}
        />
      )}
    </QueryStateView>
  )
}

function ChurnCalendar() {
  const from = useStart()
  const churn = useEndpointQuery('routes/churn', { from: new Date(from).toISOString(), step: 'hour' })
  return (
    <QueryStateView query={churn} skeleton={<Waiting />}>
      {({ data }) => (
        <Calendar
          from={from}
          steps={data.points.map(({ start, announced, withdrawn, changed, initialDump, coveredSeconds }) => ({
            start,
            count: coveredSeconds > 0 ? Math.max(0, announced + withdrawn + changed - initialDump) : null,
          }))}
          words={(count) => formatCountWithPlural(count, 'change')}
          href={(hour) => `/routes?${spanOf(hour)}`}
        />
      )}
    </QueryStateView>
  )
}

const useStart = () => getCalendarStart(useNowInSteps(MS_PER_HOUR), DAYS)
const Waiting = () => <div className="skeleton h-[33rem]" />

const spanOf = ({ start }: CalendarHour) =>
  `from=${new Date(start).toISOString()}&to=${new Date(start + MS_PER_HOUR).toISOString()}`

/**
 * Background colors of the calendar by number of events. They are shades of a neutral color, because a number of events
 * is not a health state.
 */
const shades = [
  'bg-sunken',
  'bg-[color-mix(in_srgb,var(--series-1)_25%,var(--sunken))]',
  'bg-[color-mix(in_srgb,var(--series-1)_50%,var(--sunken))]',
  'bg-[color-mix(in_srgb,var(--series-1)_75%,var(--sunken))]',
  'bg-(--series-1)',
]
const hours = Array.from({ length: 24 }, (_, hour) => hour)

function Calendar({
  from,
  steps,
  words,
  href,
}: {
  from: number
  steps: readonly { start: string; count: number | null }[]
  words: (count: number) => string
  href: (hour: CalendarHour) => string
}) {
  const days = buildHourCalendar(steps, from, DAYS)
  const most = Math.max(0, ...steps.map(({ count }) => count ?? 0))
  return (
    <>
      <table className="w-full table-fixed border-separate border-spacing-px text-xs text-ink-3 tabular-nums">
        <caption className="sr-only">Hours of the day across, days down, the newest first</caption>
        <thead>
          <tr>
            <th scope="col" className="w-20 text-left font-medium max-sm:w-11">
              Day
            </th>
            {hours.map((hour) => (
              <th key={hour} scope="col" className={clsx('font-normal', hour % 3 !== 0 && 'max-sm:invisible')}>
                {String(hour).padStart(2, '0')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, hours: cells }) => (
            <tr key={day}>
              <th scope="row" className="text-left font-normal whitespace-nowrap">
                <span className="max-sm:sr-only">{day.slice(0, 5)}</span>
                {day.slice(5)}
              </th>
              {cells.map((hour) => (
                <Cell key={hour.start} hour={hour} most={most} words={words} href={href} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
        <span className="flex items-center gap-1">
          none
          {shades.map((shade) => (
            <span key={shade} aria-hidden className={clsx('size-3 rounded-[1px]', shade)} />
          ))}
          {most > 0 ? words(most) : 'more'}
        </span>
        <span className="flex items-center gap-1">
          <span aria-hidden className="hatch size-3 rounded-[1px]" /> no data, or day not finished
        </span>
      </p>
    </>
  )
}

function Cell({
  hour,
  most,
  words,
  href,
}: {
  hour: CalendarHour
  most: number
  words: (count: number) => string
  href: (hour: CalendarHour) => string
}) {
  const time = formatUtcMinute(hour.start)
  if (hour.count === null) return <td title={`${time}: not polled`} className="hatch h-4 rounded-[1px]" />
  const text = `${time}: ${hour.count === 0 ? 'none' : words(hour.count)}`
  return (
    <td title={text} className={clsx('h-4 rounded-[1px] p-0', shades[chooseHourShade(hour.count, most)])}>
      {hour.count > 0 && (
        <PageLink href={href(hour)} aria-label={text} className="block h-4 rounded-[1px]">
          {' '}
        </PageLink>
      )}
    </td>
  )
}
