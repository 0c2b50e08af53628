import { clsx } from 'clsx'
import { useId } from 'react'
import { HatchPattern } from './hatch-pattern.tsx'

const WIDTH = 104
const HEIGHT = 28

type Rates = readonly (number | null)[]

/**
 * Draws the rates of a day as a picture without axes. It is as small as a word and is shown next to a number. `above`
 * (traffic to Azure) is drawn above the middle line, `below` (traffic from Azure) below it, both with the same scale.
 * If `below` is absent, `above` uses the whole height. Times without data are hatched.
 * @param most rate that fills the whole height of a direction, bit/s
 * @param title text for screen readers
 */
export function Sparkline({
  above,
  below,
  most,
  title,
  className,
}: {
  above: Rates
  below?: Rates
  most: number
  title: string
  className?: string | undefined
}) {
  const hatch = useId()
  const steps = Math.max(above.length, below?.length ?? 0, 1)
  const stepWidth = WIDTH / steps
  const middle = below ? HEIGHT / 2 : HEIGHT - 1
  const heightOf = (rate: number) => (most > 0 ? Math.min(1, rate / most) * (middle - 1) : 0)
  const unknown = Array.from({ length: steps }, (_, step) =>
    above[step] == null && below?.[step] == null ? `M${at(step)} 0H${at(step + 1)}V${HEIGHT}H${at(step)}z` : '',
  ).join('')
  return (
    <svg
      role="img"
      aria-label={title}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      preserveAspectRatio="none"
      className={clsx('block', className)}
    >
      {unknown && (
        <>
          <HatchPattern id={hatch} />
          <path d={unknown} fill={`url(#${hatch})`} />
        </>
      )}
      <path
        d={areaOf(above, (rate) => middle - heightOf(rate))}
        className={below ? 'fill-ink-3 opacity-60' : 'fill-up-mark'}
      />
      {below && <path d={areaOf(below, (rate) => middle + heightOf(rate))} className="fill-up-mark" />}
      <line x1={0} x2={WIDTH} y1={middle} y2={middle} className="stroke-line-strong" strokeWidth={1} />
    </svg>
  )

  /**
   * Returns an SVG path with one closed area for each uninterrupted sequence of known rates. Each area begins and ends
   * at the middle line.
   */
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
