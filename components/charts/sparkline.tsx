import { clsx } from 'clsx'
import type { CSSProperties } from 'react'

const WIDTH = 104
const HEIGHT = 28

type Rates = readonly (number | null)[]

/**
 * Rates of a day in the size of a word: to Azure above the line, from Azure below it, both to the same scale; hatched where nothing is
 * known. A picture beside a number, so that it has no axes.
 * @param most what the whole height is, bit/s
 */
export function Sparkline({
  toAzure,
  fromAzure,
  most,
  title,
  className,
  style,
}: {
  toAzure: Rates
  fromAzure: Rates
  most: number
  title: string
  className?: string
  style?: CSSProperties
}) {
  const steps = Math.max(toAzure.length, fromAzure.length, 1)
  const stepWidth = WIDTH / steps
  const middle = HEIGHT / 2
  const heightOf = (rate: number) => (most > 0 ? Math.min(1, rate / most) * (middle - 1) : 0)
  return (
    <svg
      role="img"
      aria-label={title}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      preserveAspectRatio="none"
      className={clsx('block', className)}
      style={style}
    >
      <title>{title}</title>
      {Array.from({ length: steps }, (_, step) => step).map((step) =>
        toAzure[step] == null && fromAzure[step] == null ? (
          <rect
            key={step}
            x={step * stepWidth}
            y={0}
            width={stepWidth}
            height={HEIGHT}
            className="fill-line-strong opacity-40"
          />
        ) : null,
      )}
      <path d={areaOf(toAzure, (rate) => middle - heightOf(rate))} className="fill-ink-3 opacity-60" />
      <path d={areaOf(fromAzure, (rate) => middle + heightOf(rate))} className="fill-up-mark" />
      <line x1={0} x2={WIDTH} y1={middle} y2={middle} className="stroke-line-strong" strokeWidth={1} />
    </svg>
  )

  /** One area for each run of known rates, closed along the middle. */
  function areaOf(rates: Rates, y: (rate: number) => number): string {
    let path = ''
    rates.forEach((rate, step) => {
      if (rate === null) return
      if (step === 0 || rates[step - 1] == null) path += `M${at(step)} ${middle}`
      path += `V${round(y(rate))}H${at(step + 1)}`
      if (rates[step + 1] == null) path += `V${middle}Z`
    })
    return path
  }

  function at(step: number): number {
    return round(step * stepWidth)
  }
}

const round = (value: number) => Math.round(value * 10) / 10
