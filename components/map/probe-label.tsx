import { SIZE, Words } from './drawing-parts.tsx'
import type { ProbeBrief } from './probe-brief.ts'
import { textWidth } from './text-fit.ts'
import { formatShare } from '../format/quantity.ts'

const LINE = 15

/** Round-trip time and loss on the line that leaves a circuit for Azure; loss only where there is any. */
export function ProbeLabel({ probe, x, y, width }: { probe: ProbeBrief; x: number; y: number; width: number }) {
  const { roundTrip, failedShare, title } = probe
  const loses = failedShare !== null && failedShare > 0
  const lines = [
    { text: roundTrip ?? 'no answer', className: roundTrip === null ? 'fill-down' : 'fill-ink-2' },
    ...(loses
      ? [{ text: `${formatShare(failedShare)} lost`, className: failedShare < 1 ? 'fill-degraded' : 'fill-down' }]
      : []),
  ]
  const top = y - (lines.length * LINE) / 2
  return (
    <g>
      <title>{title}</title>
      {lines.map(({ text, className }, index) => (
        <g key={text}>
          <rect
            x={x - 2}
            y={top + LINE * index}
            width={Math.min(width, textWidth(text, SIZE.small)) + 4}
            height={LINE}
            className="fill-surface"
          />
          <Words x={x} y={top + LINE * index + 12} width={width} className={className} weight={loses ? 600 : undefined}>
            {text}
          </Words>
        </g>
      ))}
    </g>
  )
}
