import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { clsx } from 'clsx'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatMinute } from '../format/instant.ts'
import { useZone } from '../ui/preferences.tsx'
import { getSeverityFill, SeverityLegendEntry } from '../ui/drawing/severity-mark.tsx'
import { PointerReading } from '../charts/pointer-reading.tsx'
import {
  findBrushedRange,
  formatHistogram,
  countHistogramBinEvents,
  describeHistogramSelection,
  formatHistogramSelection,
  isHistogramIndexBetween,
} from './histogram-steps.ts'

/**
 * Bar chart of the number of events over time, stacked by severity with the worst at the bottom. Dragging over bars
 * selects their time range. With the keyboard, the arrow keys choose a bar, Shift extends the range, and Enter applies
 * it.
 */
export function EventHistogram({
  summary,
  onRange,
}: {
  summary: EventsSummary
  onRange: (range: { from: string; to: string }) => void
}) {
  const zone = useZone()
  const { steps } = summary
  const [brush, setBrush] = useState<TimeInterval | null>(null)
  const [isDrawing, setDrawing] = useState(false)
  const [at, setAt] = useState({ x: 0, y: 0 })
  const most = Math.max(1, ...steps.map(countHistogramBinEvents))
  const last = steps.length - 1

  const show = () => {
    const range = brush && findBrushedRange(summary, brush.from, brush.to)
    setBrush(null)
    setDrawing(false)
    if (range) onRange(range)
  }
  const stepAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(last, Math.floor(((clientX - left) / width) * steps.length)))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const to = keys[event.key]?.(brush?.to ?? last, last)
    const { width, height } = event.currentTarget.getBoundingClientRect()
    if (to !== undefined) {
      setBrush({ from: event.shiftKey ? (brush?.from ?? to) : to, to })
      setAt({ x: ((to + 0.5) / steps.length) * width, y: height })
    } else if (event.key === 'Enter' && brush) show()
    else if (event.key === 'Escape' && brush) setBrush(null)
    else return
    event.preventDefault()
  }
  const reading = brush && describeHistogramSelection(summary, brush, zone)
  const words = reading ? formatHistogramSelection(reading) : formatHistogram(summary)
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 border-t px-3.5 pt-2 pb-1 text-xs text-ink-3 tabular-nums print:hidden">
      <span aria-hidden className="flex flex-col justify-between text-right leading-none">
        <span>{most}</span>
        <span>0</span>
      </span>
      <div
        role="slider"
        aria-label="Events over time"
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={brush?.to ?? last}
        aria-valuetext={words}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setBrush(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          const step = stepAt(event)
          setBrush({ from: step, to: step })
          setDrawing(true)
        }}
        onPointerMove={(event) => {
          const step = stepAt(event)
          const { left, top } = event.currentTarget.getBoundingClientRect()
          setAt({ x: event.clientX - left, y: event.clientY - top })
          setBrush(isDrawing && brush ? { from: brush.from, to: step } : { from: step, to: step })
        }}
        onPointerLeave={() => !isDrawing && setBrush(null)}
        onPointerUp={show}
        data-pointer-area
        className="relative flex h-9 cursor-crosshair touch-none items-end gap-px border-b border-line-strong select-none"
      >
        {steps.map((step, index) => (
          <span
            key={step.start}
            className={clsx(
              'flex h-full min-w-0 flex-1 flex-col justify-end',
              !step.observed && countHistogramBinEvents(step) === 0 && 'hatch',
              brush && isHistogramIndexBetween(index, brush) && 'bg-hover',
            )}
          >
            {severities.toReversed().map((severity) => {
              const count = step.counts[severity] ?? 0
              return count === 0 ? null : (
                <span
                  key={severity}
                  className={clsx('block min-h-[2px] w-full', getSeverityFill(severity))}
                  style={{ height: `${(count / most) * 100}%` }}
                />
              )
            })}
          </span>
        ))}
        {reading && <PointerReading reading={reading} at={at} />}
      </div>
      <p className="col-start-2 mt-0.5 flex justify-between gap-3">
        <span suppressHydrationWarning>{formatEdge(summary.from, zone)}</span>
        <span className="flex flex-wrap justify-center gap-x-3 max-sm:hidden">
          events in {formatDuration(summary.stepSeconds * 1000)}
          {severities.map((severity) => (
            <SeverityLegendEntry key={severity} severity={severity} />
          ))}
          {steps.some(({ observed }) => !observed) && (
            <span className="inline-flex items-center gap-1">
              <span aria-hidden className="hatch size-2.5 border" />
              no data
            </span>
          )}
        </span>
        <span suppressHydrationWarning>{formatEdge(summary.to, zone)}</span>
      </p>
    </div>
  )
}

const keys: Record<string, ((at: number, last: number) => number) | undefined> = createSafeLookupTable({
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowRight: (at, last) => Math.min(last, at + 1),
  Home: () => 0,
  End: (_, last) => last,
})

const formatEdge = (at: string, zone: string) => formatMinute(Date.parse(at), zone, null)
