import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { PlotColorName } from '../series-colors.ts'
import type { SeriesChoice } from './series-choice.ts'
import { getSeriesColor } from './plot-theme.ts'

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
  ink?: PlotColorName
  /** text after the name, for example a rate; for the shape `mark`, it is the word that is drawn in the plot */
  value?: string
  /** keys of the series that the entry hides and shows; absent = the entry only explains a shape */
  keys?: readonly string[]
}

/**
 * Explains the shapes that a chart uses. If at least two entries have series, each of these entries is a button that
 * isolates, hides or shows its series.
 * @param children content at the right end of the legend
 */
export function PlotLegend({
  entries,
  choice,
  children,
}: {
  entries: readonly LegendEntry[]
  choice?: SeriesChoice
  children?: ReactNode
}) {
  const isChoice = entries.filter(({ keys }) => keys).length > 1
  return (
    <div className="mb-1 flex flex-wrap items-center gap-x-3.5 gap-y-0.5 text-xs">
      <ul className="contents">
        {entries.map((entry) => (
          <li key={entry.name} className="inline-flex max-w-full min-w-0">
            {choice && isChoice && entry.keys ? (
              <SeriesButton name={entry.name} choice={choice}>
                <Content entry={entry} />
              </SeriesButton>
            ) : (
              <span className="inline-flex min-h-6 min-w-0 items-center gap-1.5">
                <Content entry={entry} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {children && <span className="ml-auto flex items-center gap-2 text-ink-3">{children}</span>}
    </div>
  )
}

/** Button of a legend that isolates a series, or with Ctrl, Cmd or Shift hides or shows it. */
export function SeriesButton({ name, choice, children }: { name: string; choice: SeriesChoice; children: ReactNode }) {
  const isShown = !choice.hidden.has(name)
  return (
    <button
      type="button"
      aria-pressed={isShown}
      title="Click: show only this. Ctrl or Shift + click: hide or show it."
      onClick={(event) => choice.press(name, isAdding(event))}
      onKeyDown={(event) => {
        // A browser does not treat Enter together with Ctrl as a click on a button, so that this key press is handled
        // here.
        if (event.key !== 'Enter' || !isAdding(event)) return
        event.preventDefault()
        choice.press(name, true)
      }}
      className={clsx(
        '-mx-1 inline-flex min-h-6 min-w-0 items-center gap-1.5 rounded-xs px-1 text-left hover:bg-hover',
        !isShown && 'line-through opacity-50 print:hidden',
      )}
    >
      {children}
    </button>
  )
}

const isAdding = ({ ctrlKey, metaKey, shiftKey }: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }) =>
  ctrlKey || metaKey || shiftKey

const Content = ({ entry }: { entry: LegendEntry }) => (
  <>
    <Swatch entry={entry} />
    <span className="min-w-0 wrap-anywhere text-ink-2">{entry.name}</span>
    {entry.value !== undefined && entry.shape !== 'mark' && (
      <span className="font-mono text-sm whitespace-nowrap">{entry.value}</span>
    )}
  </>
)

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
