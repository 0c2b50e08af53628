import { clsx } from 'clsx'
import { type KeyboardEvent, type PointerEvent, useCallback, useId, useState } from 'react'
import { createSafeLookupTable } from '#lib/bgp/word-table.ts'
import { HatchPattern } from '../charts/hatch-pattern.tsx'
import type { Tone } from '../ui/drawing/glyph.tsx'
import type { UptimeLength } from '../ui/preferences-values.ts'
import {
  type UptimeDay,
  formatDays,
  formatDay,
  formatDaysAvailability,
  getUptimeDayTone,
  computeUnknownShare,
} from './uptime-text.ts'

const HEIGHT = 16
/** Width of a day in the uptime bars of a list, in sixteenths of a rem. If 90 days are shown, a day is narrower. */
const pitches: Record<UptimeLength, number> = { 30: 4, 90: 2 }
const pitchOf = (days: number) => (days > 30 ? pitches[90] : pitches[30])
/** Returns the width of all days together, in rem, so that it grows with the font size. */
const roomOf = (days: number) => `${(days * pitchOf(days)) / 16}rem`

/**
 * Heights of the bars by tone of the day, so that the tones can be told apart without color. A worse tone is higher. A
 * day without data (`unknown`) is hatched over the full height.
 */
const heights: Partial<Record<Tone, number>> = { up: 11, off: 7, degraded: 13, down: 16 }
const fills: Partial<Record<Tone, string>> = {
  up: 'fill-up-mark',
  // darker than the background of an empty bar
  off: 'fill-off-mark',
  degraded: 'fill-degraded-mark',
  down: 'fill-down-mark',
}
const drawn = ['up', 'off', 'degraded', 'down'] as const

/** Unobserved share of a day above which a hatched part is drawn. */
const MIN_GAP = 0.05

/**
 * Draws a bar for each day in the tone that {@link getUptimeDayTone} returns, with a hatched part for the unobserved
 * share. All days with the same tone are one SVG path.
 */
function Bars({
  days,
  chosen,
  isWide = false,
  className,
}: {
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
    const gap = tone === 'unknown' ? HEIGHT : share > MIN_GAP ? Math.min(HEIGHT - 2, HEIGHT * share) : 0
    return { tone, x: n * pitch, gap, height: Math.min(heights[tone] ?? 0, HEIGHT - gap) }
  })
  const pathOf = (wanted: Tone) =>
    marks
      .filter(({ tone }) => tone === wanted)
      .map(({ x, height }) => `M${x} ${HEIGHT}h${width}v${-round(height)}h${-width}z`)
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

/** Returns the index of the day under the pointer. */
function dayAt({ currentTarget, clientX }: PointerEvent<HTMLElement>, days: number): number {
  const { left, width } = currentTarget.getBoundingClientRect()
  return Math.max(0, Math.min(days - 1, Math.floor(((clientX - left) / width) * days)))
}

/** Keys that select another day, with the function that returns the new index. */
const steps: Record<string, (at: number, days: number) => number> = createSafeLookupTable({
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  PageUp: (at) => at - 7,
  PageDown: (at) => at + 7,
  Home: () => 0,
  End: (_, days) => days - 1,
})

/**
 * Returns the day that the user selected by pointer or keys, and the properties that make an element a slider over the
 * days.
 */
function useDaySlider(days: readonly UptimeDay[]) {
  const last = days.length - 1
  const [read, setRead] = useState<{ at: number; byKey: boolean } | null>(null)
  const at = read?.at ?? null
  const day = at === null ? undefined : days[at]
  const leave = () => setRead(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (!step) {
      if (event.key === 'Escape') leave()
      return
    }
    event.preventDefault()
    const from = at ?? last + (event.key === 'ArrowLeft' ? 1 : 0)
    setRead({ at: Math.max(0, Math.min(last, step(from, days.length))), byKey: true })
  }
  return {
    at,
    day,
    byKey: read?.byKey === true,
    slider: {
      role: 'slider',
      tabIndex: 0,
      'aria-valuemin': 1,
      'aria-valuemax': days.length,
      'aria-valuenow': (at ?? last) + 1,
      'aria-valuetext': day ? formatDay(day) : formatDays(days),
      onKeyDown,
      onPointerMove: (event: PointerEvent<HTMLElement>) => setRead({ at: dayAt(event, days.length), byKey: false }),
      onPointerLeave: leave,
      onBlur: leave,
    },
  } as const
}

/**
 * Uptime bars and availability of a resource in a list. The title describes the day at the pointer. A note below the
 * bars describes a day that was selected with the arrow keys.
 */
export function UptimeBars({ days, isBrief = false }: { days: readonly UptimeDay[]; isBrief?: boolean }) {
  const { at, day, byKey, slider } = useDaySlider(days)
  return (
    <span className="flex w-fit flex-col gap-0.5">
      <span
        {...slider}
        aria-label="Days of uptime"
        {...(!byKey && { title: day ? formatDay(day) : formatDaysAvailability(days) })}
        className="block h-4 rounded-xs outline-offset-2"
        style={{ width: roomOf(days.length) }}
      >
        <Bars days={days} chosen={byKey ? at : null} className="h-full w-full" />
        {day && byKey && <DayNote day={day} />}
      </span>
      {!isBrief && (
        <span aria-hidden className="text-xs whitespace-nowrap tabular-nums text-ink-2">
          {formatDaysAvailability(days)}
        </span>
      )}
    </span>
  )
}

/** Uptime bars without text, next to the name of a resource. The page of the resource has the details. */
export const DayBars = ({ days }: { days: readonly UptimeDay[] }) => (
  <span title={formatDays(days)} className="block h-4 shrink-0" style={{ width: roomOf(days.length) }}>
    <Bars days={days} className="h-full w-full" />
  </span>
)

/**
 * `NOTE_GAP` is the distance between the bars and their note, `NOTE_MARGIN` the minimum distance of the note from the
 * edge of the screen, both in px.
 */
const NOTE_GAP = 4
const NOTE_MARGIN = 8

/** Description of a day in a popover. It is a popover, because the scrolling frames of lists would cut it off. */
function DayNote({ day }: { day: UptimeDay }) {
  const place = useCallback((note: HTMLSpanElement | null) => {
    const bars = note?.parentElement?.getBoundingClientRect()
    if (!note || !bars) return
    note.showPopover()
    const { width, height } = note.getBoundingClientRect()
    const below = bars.bottom + NOTE_GAP
    const top = below + height > window.innerHeight ? bars.top - NOTE_GAP - height : below
    note.style.left = `${Math.max(NOTE_MARGIN, Math.min(bars.left, window.innerWidth - NOTE_MARGIN - width))}px`
    note.style.top = `${top}px`
  }, [])
  return (
    <span
      // a new key for each day makes the browser position the note again, because its width depends on the text
      key={day.day}
      ref={place}
      popover="manual"
      // hidden from screen readers, because the slider gives them the same text
      aria-hidden
      className="fixed inset-auto m-0 max-w-[min(28rem,calc(100vw-1rem))] rounded-md border bg-surface px-2.5 py-1.5 text-xs whitespace-normal text-ink shadow-md tabular-nums"
    >
      {formatDay(day)}
    </span>
  )
}

/** Placeholder with the size of {@link UptimeBars}. */
export const UptimeSkeleton = ({ length, isBrief }: { length: UptimeLength; isBrief: boolean }) => (
  <span className={clsx('skeleton block', isBrief ? 'h-4' : 'h-[2.275rem]')} style={{ width: roomOf(length) }} />
)

/**
 * Uptime bars over the whole width of a panel. A line below describes the day that the user selected by pointer or
 * arrow keys.
 */
export function UptimeDaysChart({ name, days }: { name: string; days: readonly UptimeDay[] }) {
  const { at, day, slider } = useDaySlider(days)
  return (
    <div className="flex flex-col gap-1.5">
      <div
        {...slider}
        aria-label={`Days of ${name}`}
        className="h-8 rounded-xs outline-offset-2"
        style={{ maxWidth: `${(days.length * (days.length > 30 ? 8 : 14)) / 16}rem` }}
      >
        <Bars days={days} chosen={at} isWide className="h-full w-full" />
      </div>
      <p className="min-h-[1.15rem] text-xs text-ink-2 tabular-nums max-sm:min-h-[3.45rem]">
        {day ? formatDay(day) : formatDays(days)}
      </p>
    </div>
  )
}
