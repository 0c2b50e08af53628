import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { PlotInk } from '../series-ink.ts'
import { getSeriesColor } from './theme.ts'

/**
 * Entry of a legend. Shapes differ, so that the legend is readable without color. The less obvious shapes are:
 * - `base`: hatched bar along the x axis
 * - `mark`: short word in the plot, for example `≥`
 * - `gap`: range without data
 * - `partial`: range with incomplete data
 */
export interface LegendEntry {
  name: string
  shape: 'area' | 'line' | 'dashed' | 'band' | 'bar' | 'base' | 'gap' | 'partial' | 'mark'
  /** color of the sample; absent for `gap`, `partial` and `mark` */
  ink?: PlotInk
  /** text after the name, for example a rate; for `mark`, the word that is drawn in the plot */
  value?: string
}

/**
 * Explains the shapes that a chart uses.
 * @param children content at the right end of the legend
 */
export function PlotLegend({ entries, children }: { entries: readonly LegendEntry[]; children?: ReactNode }) {
  return (
    <div className="mb-1 flex flex-wrap items-center gap-x-5 gap-y-1 text-xs">
      <ul className="contents">
        {entries.map((entry) => (
          <li key={entry.name} className="inline-flex max-w-full min-w-0 items-center gap-1.5">
            <Swatch entry={entry} />
            <span className="min-w-0 wrap-anywhere text-ink-2">{entry.name}</span>
            {entry.value !== undefined && entry.shape !== 'mark' && (
              <span className="font-mono text-sm whitespace-nowrap">{entry.value}</span>
            )}
          </li>
        ))}
      </ul>
      {children && <span className="ml-auto text-ink-3">{children}</span>}
    </div>
  )
}

function Swatch({ entry: { shape, ink: series, value } }: { entry: LegendEntry }) {
  if (shape === 'gap' || shape === 'partial') {
    return (
      <span
        aria-hidden
        className={clsx('hatch h-3.5 w-5 shrink-0 rounded-xs border', shape === 'partial' && 'opacity-60')}
      />
    )
  }
  if (shape === 'mark') {
    return (
      <span aria-hidden className="rounded-xs border border-degraded-mark px-1 text-xs">
        {value}
      </span>
    )
  }
  const color = series ? getSeriesColor(series) : 'var(--ink-2)'
  if (shape === 'band') {
    return <span aria-hidden className="h-3.5 w-5 shrink-0 rounded-xs opacity-30" style={{ background: color }} />
  }
  if (shape === 'base') return <span aria-hidden className="hatch-bar h-1.5 w-5 shrink-0" style={{ color }} />
  if (shape === 'bar')
    return <span aria-hidden className="size-2.5 shrink-0 rounded-xs" style={{ background: color }} />
  return (
    <svg aria-hidden="true" viewBox="0 0 20 10" className="h-2.5 w-5 shrink-0">
      {shape === 'area' && <rect y={3} width={20} height={7} fill={color} fillOpacity={0.22} />}
      <path
        d={shape === 'area' ? 'M0 3H20' : 'M0 5H20'}
        stroke={color}
        strokeWidth={2}
        fill="none"
        {...(shape === 'dashed' && { strokeDasharray: '4 3' })}
      />
    </svg>
  )
}
