import { clsx } from 'clsx'
import { type ReactNode, useId, useMemo } from 'react'
import { mergeTimeIntervals, type TimeInterval } from '#lib/contract/time/time-spans.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import type { LookupContextEvent, LookupContext, LookupPathStatePeriod } from '#lib/routes/api/index.ts'
import { formatNoKnownChange } from '#lib/routes/words/lookup-text.ts'
import { formatEventPlace, MIN_NAMED_AGE_MS } from '#lib/routes/words/lookup-context-text.ts'
import { HatchPattern } from '../../charts/hatch-pattern.tsx'
import type { ChartTooltipContent } from '../../charts/plot/plot-model.ts'
import { useChartStepSlider } from '../../charts/use-step-slider.tsx'
import { METRIC_DELAY_MS } from '../../data/metric-delay.ts'
import { formatMinute, formatZoneLabel } from '../../format/instant.ts'
import { PageLink } from '../../links/page-link.tsx'
import { getSeverityFill } from '../../ui/drawing/severity-mark.tsx'
import { barFillClassByStateTone } from '../../ui/drawing/tone-fill.ts'
import type { StateTone } from '../../ui/drawing/glyph.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { createZonedLookupTimeFormat } from './lookup-answer.tsx'

const TICK_MS = 5 * MS_PER_MINUTE

const tones: Record<LookupPathStatePeriod['is'], StateTone> = {
  up: 'up',
  down: 'down',
  indeterminate: 'degraded',
  unknown: 'unknown',
  planned: 'off',
}
const stateLabels: Record<LookupPathStatePeriod['is'], string> = {
  up: 'up',
  down: 'down',
  indeterminate: 'changed between two polls',
  unknown: 'not polled',
  planned: 'planned work',
}

/** Number of steps of equal length into which a row is divided. The tooltip describes the step at the pointer. */
const STEPS = 120

/** Returns the texts of a tooltip for the step of the time axis at the pointer. The row adds the title. */
type ReadStep = (step: TimeInterval) => Omit<ChartTooltipContent, 'title'>

const overlaps = (step: TimeInterval, from: number, to: number) => from <= step.to && to >= step.from

/**
 * Shows the time around a route lookup as rows on one time axis. The rows are incidents and events, changes of the
 * prefix, states of paths and of the sessions with the next hops, traffic and round-trip time. A vertical line marks
 * the time of the lookup. A tooltip shows the values at the pointer.
 * @param changes times at which the routes to the prefix in use changed, epoch milliseconds
 * @param unpolled times in which route tables on the path were not polled, epoch milliseconds
 */
export function LookupTimeStrips({
  around,
  at,
  changes,
  unpolled,
}: {
  around: LookupContext
  /** time of the lookup, epoch milliseconds */
  at: number
  changes: readonly number[]
  unpolled: readonly TimeInterval[]
}) {
  const zone = useZone()
  const [from, to] = [Date.parse(around.from), Date.parse(around.to)]
  const share = (moment: number) => `${(Math.min(1, Math.max(0, (moment - from) / (to - from))) * 100).toFixed(3)}%`
  const ticks = useMemo(() => {
    const first = Math.ceil(from / TICK_MS) * TICK_MS
    return Array.from({ length: Math.floor((to - first) / TICK_MS) + 1 }, (_, n) => first + n * TICK_MS)
  }, [from, to])
  const clock = createZonedLookupTimeFormat(at, zone)
  const axis = {
    at: share(at),
    window: [from, to] as const,
    second: (when: number) => `${clock.second(new Date(when).toISOString())} ${clock.zone}`,
  }
  const shown = changes.filter((change) => change >= from && change <= to)
  const unseen = mergeTimeIntervals(unpolled.filter((gap) => gap.from < to && gap.to > from))
  const unobserved = mergeTimeIntervals(
    around.uncovered.map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) })),
  )
  const lanes = [
    ...around.paths.map(({ circuitName, path, states, inUse }) => ({
      // Whether the path was in use is only known for the time of the look-up, and not for each time of the row.
      label: `${circuitName} ${path}${inUse ? '' : `, not in use ${around.untilNow ? 'now' : `at ${clock.second(new Date(at).toISOString())}`}`}`,
      states,
    })),
    ...around.sessions.map(({ localAddress, neighbor, states }) => ({
      label: `${localAddress} ↔ ${neighbor}`,
      states,
    })),
  ]
  return (
    <section aria-label="Around this moment" className="break-inside-avoid border-t px-3.5 py-3">
      <h3 className="mb-2 text-sm font-semibold">
        {clock.minute(around.from)} – {around.untilNow ? 'now' : clock.minute(around.to)} {formatZoneLabel(at, zone)}
        {!around.untilNow && (
          <span className="font-normal text-ink-3">
            {to > at ? ', 15 min before and after the moment' : ', up to the moment: the 15 min after it are not over'}
          </span>
        )}
      </h3>
      {/* on a phone, each label is above its row, which then has the width of the screen */}
      <div className="grid grid-cols-[minmax(0,1fr)] items-center gap-x-3 gap-y-1.5 text-xs sm:grid-cols-[12rem_minmax(0,1fr)] xl:grid-cols-[15rem_minmax(0,1fr)]">
        <Row
          axis={axis}
          label="Incidents, events"
          words={
            around.events.length > 0 ? null : around.covered ? 'none' : 'none known, not all of the time was polled'
          }
          read={(step) => ({
            lines: around.events
              .filter(({ startedBetween, endedBetween }) =>
                overlaps(step, Date.parse(startedBetween[0]), endedBetween ? Date.parse(endedBetween[1]) : to),
              )
              .map((event) => ({ name: formatEventPlace(event), value: formatEventTimes(event, clock.second) })),
            notes: unobserved.some((gap) => overlaps(step, gap.from, gap.to)) ? ['Not all of the path was polled'] : [],
          })}
        >
          <HatchedTimes times={unobserved} axis={axis} />
          {around.events.map((event) => (
            <EventMark key={event.id} event={event} share={share} />
          ))}
        </Row>
        <Row
          axis={axis}
          label="Route changes"
          words={shown.length === 0 ? formatNoKnownChange('of this prefix', unseen.length > 0) : null}
          read={(step) => ({
            lines: shown
              .filter((change) => overlaps(step, change, change))
              .map((change) => ({ name: 'Route changed by', value: axis.second(change) })),
            notes: unseen.some((gap) => overlaps(step, gap.from, gap.to)) ? ['Not every route table was polled'] : [],
          })}
        >
          <HatchedTimes times={unseen} axis={axis} />
          {shown.map((change) => (
            <span key={change} className="absolute inset-y-1 w-0.5 bg-ink-2" style={{ left: share(change) }} />
          ))}
        </Row>
        {lanes.map(({ label, states }) => (
          <Row
            key={label}
            axis={axis}
            label={label}
            words={states.length === 0 ? 'no session seen' : null}
            read={(step) => ({
              lines: states
                .filter((state) => overlaps(step, Date.parse(state.from), Date.parse(state.to)))
                .map((state) => ({
                  name: `${clock.second(state.from)} – ${clock.second(state.to)}`,
                  value: stateLabels[state.is],
                })),
            })}
          >
            {states.map((state) => (
              <span
                key={state.from}
                className={clsx(
                  'absolute inset-y-1.5 min-w-0.5',
                  barFillClassByStateTone[tones[state.is]],
                  state.is !== 'up' && 'z-1',
                )}
                style={{
                  left: share(Date.parse(state.from)),
                  width: `calc(${share(Date.parse(state.to))} - ${share(Date.parse(state.from))})`,
                }}
              />
            ))}
            <span className="sr-only">
              {states
                .map((state) => `${stateLabels[state.is]} ${clock.second(state.from)} – ${clock.second(state.to)}`)
                .join(', ')}
            </span>
          </Row>
        ))}
        {around.traffic.map(({ circuitId, circuitName, points, usual }) => (
          <Curve
            key={circuitId}
            axis={axis}
            label={around.traffic.length > 1 ? `Traffic ${circuitName}` : 'Traffic, both directions'}
            points={points.map((point) => ({
              at: Date.parse(point.at),
              value: point.in === null || point.out === null ? null : point.in + point.out,
            }))}
            band={usual?.in && usual.out ? [usual.in[0] + usual.out[0], usual.in[1] + usual.out[1]] : null}
            write={formatBitRate}
            nothing="not counted in this time"
          />
        ))}
        <Curve
          axis={axis}
          label="Round-trip time"
          points={(around.probes?.points ?? []).map(({ at: when, roundTripMs }) => ({
            at: Date.parse(when),
            value: roundTripMs,
          }))}
          failed={(around.probes?.points ?? []).flatMap(({ at: when, failedShare }) =>
            failedShare ? [{ at: Date.parse(when), share: failedShare }] : [],
          )}
          band={null}
          dueUntil={around.untilNow || to <= at ? to - METRIC_DELAY_MS : to}
          write={(ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`}
          nothing="not measured in this time"
        />
        <span className="max-sm:hidden" />
        <span aria-hidden className="relative h-4 text-ink-3">
          {ticks.map((tick, n) => (
            <span
              key={tick}
              className={clsx(
                'absolute font-mono whitespace-nowrap',
                // A label near the right edge is placed to the left of its tick, because it would extend beyond the
                // edge if it were centered.
                tick - from > 0.95 * (to - from) ? '-translate-x-full' : '-translate-x-1/2',
                n % 2 === 1 && 'max-sm:hidden',
              )}
              style={{ left: share(tick) }}
            >
              {formatMinute(tick, zone, tick)}
            </span>
          ))}
        </span>
      </div>
      <Legend
        entries={[
          ...(around.events.length > 0 ? (['event'] as const) : []),
          ...(shown.length > 0 ? (['change'] as const) : []),
          ...lanes.flatMap(({ states }) => states.map(({ is }) => is)),
          ...(unseen.length > 0 || unobserved.length > 0 ? (['unknown'] as const) : []),
          ...(around.traffic.some(({ usual }) => usual?.in && usual.out) ? (['usual'] as const) : []),
          ...(around.probes?.points.some(({ failedShare }) => failedShare) ? (['failed'] as const) : []),
          'moment',
        ]}
      />
    </section>
  )
}

/** Marks of the rows with their meaning, in the order of the legend. */
const marks = {
  event: { name: 'incident or event', swatch: 'h-2.5 w-4 rounded-xs bg-ink-2 opacity-80' },
  change: { name: 'route change', swatch: 'h-3 w-0.5 bg-ink-2' },
  up: { name: stateLabels.up, swatch: clsx('h-2.5 w-4', barFillClassByStateTone[tones.up]) },
  indeterminate: {
    name: stateLabels.indeterminate,
    swatch: clsx('h-2.5 w-4', barFillClassByStateTone[tones.indeterminate]),
  },
  down: { name: stateLabels.down, swatch: clsx('h-2.5 w-4', barFillClassByStateTone[tones.down]) },
  planned: { name: stateLabels.planned, swatch: clsx('h-2.5 w-4', barFillClassByStateTone[tones.planned]) },
  unknown: { name: 'not polled', swatch: clsx('h-2.5 w-4', barFillClassByStateTone[tones.unknown]) },
  usual: { name: 'usual traffic', swatch: 'h-2.5 w-4 bg-line-strong opacity-50' },
  failed: { name: 'failed checks', swatch: 'h-2 w-1 bg-down-mark' },
  moment: { name: 'time of the look-up', swatch: 'h-3 w-px bg-ink' },
} as const

/**
 * Legend of the rows. It lists only the marks that the rows contain, because a tooltip, which names the other marks on a
 * screen, does not exist on paper.
 */
function Legend({ entries }: { entries: readonly (keyof typeof marks)[] }) {
  const used = (Object.keys(marks) as (keyof typeof marks)[]).filter((key) => entries.includes(key))
  return (
    <ul aria-label="Legend" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {used.map((key) => (
        <li key={key} className="flex items-center gap-1.5">
          <span aria-hidden className={marks[key].swatch} /> {marks[key].name}
        </li>
      ))}
    </ul>
  )
}

/** Time axis of the rows. */
interface Axis {
  /** position of the time of the lookup, in per cent of the axis */
  at: string
  /** first and last instant of the axis, epoch milliseconds */
  window: readonly [number, number]
  /** formats an instant with its seconds and its zone */
  second: (when: number) => string
}

/** Hatched parts of a row, for times whose values are unknown. */
function HatchedTimes({ times, axis }: { times: readonly TimeInterval[]; axis: Axis }) {
  const [from, to] = axis.window
  const share = (at: number) => (Math.min(1, Math.max(0, (at - from) / (to - from))) * 100).toFixed(3)
  return times.map((time) => (
    <span
      key={time.from}
      className="hatch absolute inset-y-1.5"
      style={{ left: `${share(time.from)}%`, right: `calc(100% - ${share(time.to)}%)` }}
    />
  ))
}

/** Formats the bounds of an event: `03:09:12 – 03:11:40`, or `since 03:09:12`. */
const formatEventTimes = ({ startedBetween, endedBetween }: LookupContextEvent, second: (at: string) => string) =>
  endedBetween ? `${second(startedBetween[0])} – ${second(endedBetween[1])}` : `since ${second(startedBetween[0])}`

function Row({
  axis: { at, window, second },
  label,
  words,
  read,
  high = false,
  children,
}: {
  axis: Axis
  label: string
  read: ReadStep
  /** text that a row shows because it has no marks; null = the row has marks */
  words: string | null
  high?: boolean
  children: ReactNode
}) {
  const [from, to] = window
  const length = (to - from) / STEPS
  const { index, note, pointer } = useChartStepSlider(STEPS, (step) => {
    const start = from + step * length
    const { lines, notes } = read({ from: start, to: start + length })
    return {
      title: second(start + length / 2),
      lines,
      notes: notes?.length || lines.length > 0 ? (notes ?? []) : [words ?? 'none'],
    }
  })
  return (
    <>
      <span className="min-w-0 break-words text-ink-2 max-sm:mt-1 max-sm:-mb-1">{label}</span>
      <span {...pointer} className={clsx('relative block overflow-hidden rounded-xs bg-sunken', high ? 'h-14' : 'h-6')}>
        {words && <span className="absolute inset-y-0 left-2 z-1 flex items-center text-ink-3">{words}</span>}
        {children}
        <span aria-hidden className="absolute inset-y-0 z-2 w-px bg-ink" style={{ left: `min(${at}, 100% - 1px)` }} />
        {index !== null && (
          <span
            aria-hidden
            className="absolute inset-y-0 z-2 border-l border-focus"
            style={{ left: `${(100 * (index + 0.5)) / STEPS}%` }}
          />
        )}
        {note}
      </span>
    </>
  )
}

/**
 * Mark of an event from its earliest possible start to its latest possible end. The mark of an ongoing event extends to
 * the right edge.
 */
function EventMark({ event, share }: { event: LookupContextEvent; share: (at: number) => string }) {
  const { startedBetween, endedBetween, severity, incidentId } = event
  const begin = share(Date.parse(startedBetween[0]))
  const end = endedBetween ? share(Date.parse(endedBetween[1])) : '100%'
  const name = formatEventPlace(event)
  const style = { left: `min(${begin}, 100% - 6px)`, width: `max(6px, ${end} - ${begin})` }
  const className = clsx('absolute inset-y-1.5 rounded-xs opacity-80', getSeverityFill(severity))
  return incidentId ? (
    <PageLink
      href={`/incidents/${encodeURIComponent(incidentId)}`}
      aria-label={name}
      tabIndex={-1}
      className={className}
      style={style}
    />
  ) : (
    <span className={className} style={style} />
  )
}

const HEIGHT = 56
const WIDTH = 1_000
/**
 * Maximum time in milliseconds between two measurements that a line connects. If they are further apart, the line has a
 * gap.
 */
const APART_MS = 6.5 * MS_PER_MINUTE

/**
 * Line chart with a value axis that starts at zero. The label contains the lowest and the highest value. `band` is the
 * range in which the values usually are.
 */
function Curve({
  axis,
  label,
  points,
  band,
  failed = [],
  dueUntil = axis.window[1],
  write,
  nothing,
}: {
  axis: Axis
  label: string
  points: readonly { at: number; value: number | null }[]
  band: readonly [number, number] | null
  failed?: readonly { at: number; share: number }[]
  /**
   * time until which the source must already have reported values, epoch milliseconds; default: the end of the axis. The
   * part after it is empty and not hatched, because its values usually arrive later.
   */
  dueUntil?: number
  write: (value: number) => string
  nothing: string
}) {
  const hatch = useId()
  const [from, to] = axis.window
  const read: ReadStep = (step) => {
    const middle = (step.from + step.to) / 2
    const [point] = points.toSorted((a, b) => Math.abs(a.at - middle) - Math.abs(b.at - middle))
    const isNear = point !== undefined && Math.abs(point.at - middle) <= APART_MS / 2
    return {
      lines: [
        {
          name: isNear ? axis.second(point.at) : 'Value',
          value: isNear && point.value !== null ? write(point.value) : 'unknown',
        },
        ...(band ? [{ name: 'Usually', value: `${write(band[0])} – ${write(band[1])}` }] : []),
        ...failed
          .filter(({ at }) => isNear && at === point.at)
          .map((one) => ({ name: 'Failed checks', value: `${Math.ceil(one.share * 100)} %` })),
      ],
    }
  }
  const known = points.flatMap(({ value }) => value ?? [])
  if (known.length === 0)
    return (
      <Row axis={axis} label={label} words={nothing} read={() => ({ lines: [] })}>
        <svg aria-hidden className="absolute inset-0 size-full">
          <HatchPattern id={hatch} />
          <rect width="100%" height="100%" fill={`url(#${hatch})`} />
        </svg>
      </Row>
    )
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const top = Math.max(most, band?.[1] ?? 0, 1e-9) * 1.1
  const x = (moment: number) => (((moment - from) / (to - from)) * WIDTH).toFixed(1)
  const y = (value: number) => (HEIGHT - (value / top) * HEIGHT).toFixed(1)
  let path = ''
  let last: number | null = null
  for (const { at: moment, value } of points) {
    if (value !== null) path += `${last !== null && moment - last <= APART_MS ? 'L' : 'M'}${x(moment)} ${y(value)}`
    last = value === null ? null : moment
  }
  const bounds = [from, ...points.flatMap(({ at, value }) => (value === null ? [] : at)), dueUntil]
  const unknown = bounds.flatMap((start, n) => {
    const end = bounds[n + 1] ?? dueUntil
    return end - start > APART_MS ? [{ from: start, to: end }] : []
  })
  const range = write(least) === write(most) ? write(most) : `${write(least)} – ${write(most)}`
  const end = points.findLast(({ value }) => value !== null)?.at ?? to
  const until = to - end < MIN_NAMED_AGE_MS ? '' : ` until ${axis.second(end)}`
  return (
    <Row
      axis={axis}
      label={`${label}: ${range}${until}${band ? `, usually ${write(band[0])} – ${write(band[1])}` : ''}`}
      words={null}
      read={read}
      high
    >
      <svg
        aria-hidden
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="absolute inset-0 size-full"
      >
        {band && (
          <rect
            y={y(band[1])}
            width={WIDTH}
            height={Math.max(1, Number(y(band[0])) - Number(y(band[1])))}
            className="fill-line-strong opacity-50"
          />
        )}
        <path d={path} fill="none" strokeWidth={1.5} vectorEffect="non-scaling-stroke" className="stroke-up-mark" />
      </svg>
      <HatchedTimes times={unknown} axis={axis} />
      {failed.map((one) => (
        <span
          key={one.at}
          className="absolute bottom-0 h-2 w-1 bg-down-mark"
          style={{ left: `${(100 * (one.at - from)) / (to - from)}%` }}
        />
      ))}
    </Row>
  )
}
