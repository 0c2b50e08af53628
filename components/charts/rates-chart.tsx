import type { ComponentProps } from 'react'
import { formatTimeRange } from '../format/instant.ts'
import { formatBitRate } from '../format/quantity.ts'
import { useZone } from '../ui/preferences.tsx'
import { formatPlotReading, type ChartTooltipContent } from './plot/plot-model.ts'
import { Sparkline } from './sparkline.tsx'
import { useChartStepSlider } from './use-step-slider.tsx'

/** Times of the steps of a small picture of rates. All steps have the same length. */
export interface RateSeriesSteps {
  /** start of the first step, ISO 8601 */
  from: string
  stepSeconds: number
}

/**
 * Sparkline with a tooltip that shows the time and the rates of the step at the pointer.
 * @param isSlider whether the arrow keys also move the tooltip; lists with many rows leave this out
 */
export function RatesChart({
  steps: { from, stepSeconds },
  isSlider = false,
  className,
  ...rates
}: ComponentProps<typeof Sparkline> & { steps: RateSeriesSteps; isSlider?: boolean }) {
  const { above, below, title } = rates
  const zone = useZone()
  const read = (index: number): ChartTooltipContent => {
    const start = Date.parse(from) + index * stepSeconds * 1_000
    const values = [above[index] ?? null, ...(below ? [below[index] ?? null] : [])]
    const names = below ? ['To Azure', 'From Azure'] : ['Both directions']
    return {
      title: `${formatTimeRange(start, start + stepSeconds * 1_000, zone, null)}, mean`,
      lines: values.map((rate, at) => ({
        name: names[at] ?? '',
        value: rate === null ? 'unknown' : formatBitRate(rate),
      })),
      notes: values.every((rate) => rate === null) ? ['not polled'] : [],
    }
  }
  const { index, note, pointer, slider } = useChartStepSlider(Math.max(above.length, below?.length ?? 0), read)
  // The notes are left out of the text for screen readers, because the value already contains that the rate is unknown.
  const said = index === null ? title : formatPlotReading({ ...read(index), notes: [] })
  return (
    <span
      {...pointer}
      {...(isSlider && { ...slider, 'aria-label': 'Half hours of traffic', 'aria-valuetext': said })}
      className="relative block"
    >
      <Sparkline {...rates} className={className} />
      {index !== null && (
        <span
          aria-hidden
          className="absolute inset-y-0 border-l border-focus"
          style={{ left: `${(100 * (index + 0.5)) / Math.max(1, above.length)}%` }}
        />
      )}
      {note}
    </span>
  )
}
