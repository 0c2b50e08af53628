import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { clsx } from 'clsx'
import { useId } from 'react'
import { formatAvailabilityLoss } from '#lib/contract/words/up-share.ts'
import { HatchPattern } from '../charts/hatch-pattern.tsx'
import { useChartStepSlider } from '../charts/use-step-slider.tsx'
import { avoidLineBreaks } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import type { UptimeDayCount } from '../ui/preferences-values.ts'
import {
  type UptimeDay,
  type UptimeChartData,
  describeUptimeDay,
  formatUptimeDays,
  formatUptimeDay,
  formatDaysAvailability,
  formatUptimeLosses,
  getUptimeDayTone,
  computeUnknownShare,
  hasTrafficLoss,
} from './uptime-text.ts'

const HEIGHT = 16
/** Width of a day in the uptime bars of a list, in sixteenths of a rem. If 90 days are shown, a day is narrower. */
const pitches: Record<UptimeDayCount, number> = { 30: 4, 90: 2 }
const pitchOf = (days: number) => (days > 30 ? pitches[90] : pitches[30])
/** Returns the width of all days together, in rem, so that it grows with the font size. */
const roomOf = (days: number) => `${(days * pitchOf(days)) / 16}rem`

/**
 * Heights of the bars by tone of the day, so that the tones can be told apart without color. A worse tone is higher. A
 * day without data (`unknown`) is hatched over the full height.
 */
const heights: Partial<Record<StateTone, number>> = { up: 11, off: 7, degraded: 13, down: 16 }
const fills: Partial<Record<StateTone, string>> = {
  up: 'fill-up-mark',
  // This fill is darker than the background of a bar without a value.
  off: 'fill-off-mark',
  degraded: 'fill-degraded-mark',
  down: 'fill-down-mark',
}
const drawn = ['up', 'off', 'degraded', 'down'] as const

/** Unobserved share of a day above which a hatched part is drawn. */
const MIN_GAP = 0.05

/** Height of the gap in the middle of a broken bar, in the units of `HEIGHT`. */
const BREAK = 3

/**
 * Draws a bar for each day in the tone that {@link getUptimeDayTone} returns, with a hatched part for the unobserved
 * share. The bar of a degraded day is broken in the middle if {@link hasTrafficLoss} is true for the day. All days with
 * the same tone are one SVG path.
 */
function Bars({
  days,
  chosen,
  isWide = false,
  isUnseen = false,
  className,
}: {
  /**
   * true = the current state is unknown. At least half of the last bar is then hatched, even if the unknown time is
   * short
   */
  isUnseen?: boolean
  days: readonly UptimeDay[]
  chosen?: number | null
  /** whether a bar is drawn with a gap to the next bar, even if many days are shown */
  isWide?: boolean
  className: string
}) {
  const hatch = useId()
  const pitch = pitchOf(days.length)
  const width = isWide ? pitch * 0.8 : pitch > 2 ? pitch - 1 : pitch
  const marks = days.map((day, n) => {
    const [tone, share] = [getUptimeDayTone(day), computeUnknownShare(day)]
    const ofShare = tone === 'unknown' ? HEIGHT : share > MIN_GAP ? Math.min(HEIGHT - 2, HEIGHT * share) : 0
    const gap = isUnseen && n === days.length - 1 ? Math.max(ofShare, HEIGHT / 2) : ofShare
    const isBroken = tone === 'degraded' && hasTrafficLoss(day)
    return { tone, x: n * pitch, gap, height: Math.min(heights[tone] ?? 0, HEIGHT - gap), isBroken }
  })
  const barOf = (x: number, y: number, height: number) => `M${x} ${y}h${width}v${-height}h${-width}z`
  const pathOf = (wanted: StateTone) =>
    marks
      .filter(({ tone }) => tone === wanted)
      .map(({ x, height, isBroken }) => {
        const half = round((height - BREAK) / 2)
        return isBroken && half > 0
          ? `${barOf(x, HEIGHT, half)}${barOf(x, HEIGHT - half - BREAK, half)}`
          : barOf(x, HEIGHT, round(height))
      })
      .join('')
  const gaps = marks
    .filter(({ gap }) => gap > 0)
    // the hatched part is above the bar for the observed part of the day
    .map(({ x, gap, height }) => `M${x} ${round(HEIGHT - height - gap)}h${pitch}v${round(gap)}h${-pitch}z`)
    .join('')
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${days.length * pitch} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={clsx('block', className)}
    >
      {gaps && (
        <>
          <HatchPattern id={hatch} />
          <path d={gaps} fill={`url(#${hatch})`} />
        </>
      )}
      {drawn.map((tone) => {
        const path = pathOf(tone)
        return path && <path key={tone} d={path} data-tone={tone} className={fills[tone]} />
      })}
      {chosen != null && (
        <rect x={chosen * pitch} y={0} width={width} height={HEIGHT} className="fill-ink opacity-40" />
      )}
    </svg>
  )
}

const round = (value: number) => Math.round(value * 10) / 10

/** Returns the selected day and its tooltip, with the properties of {@link useChartStepSlider}. */
const useDayReading = ({ days, losses }: UptimeChartData) =>
  useChartStepSlider(days.length, (at) => (days[at] ? describeUptimeDay(days[at], losses) : { title: '', lines: [] }))

/**
 * Returns the slider over days, with the tooltip of the selected day; without a selection, its text describes all days.
 */
function useDaySlider(view: UptimeChartData) {
  const { index, note, pointer, slider } = useDayReading(view)
  const day = index === null ? undefined : view.days[index]
  return {
    index,
    note,
    slider: {
      ...pointer,
      ...slider,
      'aria-valuetext': day ? formatUptimeDay(day, view.losses) : formatUptimeDays(view),
    },
  }
}

/**
 * Uptime bars and availability of a resource in a list. A tooltip describes the day that the user selected by pointer
 * or arrow keys. The availability links to the newest incident of the resource's losses.
 */
export function UptimeBarsWithAvailability({
  uptime,
  isBrief = false,
}: {
  uptime: UptimeChartData
  isBrief?: boolean
}) {
  const { days, losses } = uptime
  const { index, note, slider } = useDaySlider(uptime)
  const incident = losses.find(({ incidentId }) => incidentId !== null)?.incidentId
  const share = formatDaysAvailability(uptime, true)
  return (
    <span className="flex w-fit flex-col gap-0.5">
      <span
        {...slider}
        aria-label="Days of uptime"
        className="block h-6 rounded-xs py-1 outline-offset-2"
        style={{ width: roomOf(days.length) }}
      >
        <Bars days={days} chosen={index} className="h-full w-full" />
        {note}
      </span>
      {!isBrief &&
        (incident ? (
          <PageLink
            href={`/incidents/${encodeURIComponent(incident)}`}
            title={formatUptimeLosses(losses)}
            className="link inline-flex min-h-6 items-center text-xs whitespace-nowrap tabular-nums"
          >
            {share}
          </PageLink>
        ) : (
          <span aria-hidden className="text-xs whitespace-nowrap tabular-nums text-ink-2">
            {share}
          </span>
        ))}
    </span>
  )
}

/**
 * Uptime bars without text, next to the name of a resource. A tooltip describes the day at the pointer. The page of the
 * resource has the details.
 */
export function UptimeDayBars({
  uptime,
  uptime: { days },
  isUnseen = false,
}: {
  uptime: UptimeChartData
  isUnseen?: boolean
}) {
  const { index, note, pointer } = useDayReading(uptime)
  return (
    <span
      {...pointer}
      role="img"
      aria-label={formatUptimeDays(uptime)}
      className="block h-4 shrink-0"
      style={{ width: roomOf(days.length) }}
    >
      <Bars days={days} chosen={index} isUnseen={isUnseen} className="h-full w-full" />
      {note}
    </span>
  )
}

/** Maximum number of losses in the list. */
const MAX_LOSSES = 5

/** List of the newest losses of a resource, with links to their incidents. */
const LossList = ({ losses }: Pick<UptimeChartData, 'losses'>) => (
  <ul aria-label="Losses" className="grid gap-0.5 text-xs">
    {losses.slice(0, MAX_LOSSES).map((loss) => (
      <li key={`${loss.layer} ${loss.startedBetween[0]}`} className="flex gap-x-2">
        <span className="shrink-0 text-ink-3 tabular-nums">{formatUtcDay(loss.startedBetween[1])}</span>
        {loss.incidentId === null ? (
          <span className="min-w-0 break-words">{avoidLineBreaks(formatAvailabilityLoss(loss))}</span>
        ) : (
          <PageLink href={`/incidents/${encodeURIComponent(loss.incidentId)}`} className="link min-w-0 break-words">
            {avoidLineBreaks(formatAvailabilityLoss(loss))}
          </PageLink>
        )}
      </li>
    ))}
  </ul>
)

/** Placeholder with the size of {@link UptimeBarsWithAvailability}. */
export const UptimeBarsPlaceholder = ({ length, isBrief }: { length: UptimeDayCount; isBrief: boolean }) => (
  <span className={clsx('skeleton block', isBrief ? 'h-4' : 'h-[2.275rem]')} style={{ width: roomOf(length) }} />
)

/**
 * Uptime bars over the whole width of a panel, with a list of the newest losses. A tooltip describes the day that the
 * user selected by pointer or arrow keys.
 */
export function UptimeDaysChart({ name, uptime }: { name: string; uptime: UptimeChartData }) {
  const { days, losses } = uptime
  const { index, note, slider } = useDaySlider(uptime)
  return (
    <div className="flex flex-col gap-1.5">
      <div
        {...slider}
        aria-label={`Days of ${name}`}
        className="h-8 rounded-xs outline-offset-2"
        style={{ maxWidth: `${(days.length * (days.length > 30 ? 8 : 14)) / 16}rem` }}
      >
        <Bars days={days} chosen={index} isWide className="h-full w-full" />
        {note}
      </div>
      <p className="text-xs text-ink-2 tabular-nums">{formatUptimeDays(uptime, losses.length === 0)}</p>
      {losses.length > 0 && <LossList losses={losses} />}
    </div>
  )
}
