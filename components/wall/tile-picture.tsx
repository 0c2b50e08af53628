import type { CSSProperties, ReactNode } from 'react'
import type { IntervalState } from '#lib/overview/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import type { ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { useChartStepSlider } from '../charts/use-step-slider.tsx'
import { formatDate, formatTimeRange } from '../format/instant.ts'

/** Times of the history on the wall display. */
export interface WallHistoryTimes {
  /** start of the first half hour, epoch milliseconds */
  from: number
  /** length of a step, milliseconds */
  stepMs: number
  /** `UTC`, or an IANA name */
  zone: string
}

/** The last 24 hours of a resource in half hours: states, and rates in bit/s (null = unknown). */
interface HalfHours {
  states: readonly IntervalState[]
  above: readonly (number | null)[]
  /** rates from Azure; undefined = `above` has both directions */
  below: readonly (number | null)[] | undefined
  times: WallHistoryTimes
}

/** The last days of a resource. */
interface Days {
  days: readonly IntervalState[]
  /** end of the history, epoch milliseconds; it is in the last day */
  end: number
}

/** Properties of a picture of a tile's history, whose link is the link of the tile. */
export interface TilePictureProps {
  href: string
  /** number of steps of equal width */
  count: number
  /** data of the steps */
  steps: HalfHours | Days
  className: string
  style?: CSSProperties
  children: ReactNode
}

const stateLabels: Record<IntervalState, string> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  unknown: 'not polled',
  maintenance: 'maintenance',
}

/** Returns the content of the tooltip of a half hour: the most severe state and the mean rates. */
function describeHalfHour(
  { states, above, below, times: { from, stepMs, zone } }: HalfHours,
  index: number,
): ChartTooltipContent {
  const start = from + index * stepMs
  const names = below ? ['To Azure', 'From Azure'] : ['Both directions']
  const state = states[index]
  return {
    title: formatTimeRange(start, start + stepMs, zone, null),
    lines: [
      ...(state ? [{ name: 'Worst state', value: stateLabels[state] }] : []),
      ...[above, below ?? []].flatMap((rates, side) => {
        const rate = rates[index]
        return rate === undefined
          ? []
          : [{ name: names[side] ?? '', value: rate === null ? 'unknown' : `${formatBitRate(rate)}, mean` }]
      }),
    ],
  }
}

/** Returns the content of the tooltip of a UTC day: the most severe state. */
const describeDay = ({ days, end }: Days, index: number): ChartTooltipContent => ({
  title: `${formatDate(end - 1 - (days.length - 1 - index) * MS_PER_DAY, 'UTC')} UTC`,
  lines: [{ name: 'Worst state', value: stateLabels[days[index] ?? 'unknown'] }],
})

/** Draws a picture of a tile's history as a link, with a tooltip at the pointer. */
export function WallTileHistoryPicture({ count, steps, href, className, style, children }: TilePictureProps) {
  const { note, pointer } = useChartStepSlider(count, (index) =>
    'days' in steps ? describeDay(steps, index) : describeHalfHour(steps, index),
  )
  return (
    <a {...pointer} href={href} tabIndex={-1} className={className} style={style}>
      {children}
      {note}
    </a>
  )
}
