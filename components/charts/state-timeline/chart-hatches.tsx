import { stateTones } from '../../ui/drawing/glyph.tsx'
import type { TimelineMarkColor } from './timeline-tracks.ts'

const hues: Partial<Record<TimelineMarkColor, string>> = { unknown: 'var(--hatch)', notice: 'var(--ink-3)' }

/** Returns the CSS variable with the color of a tone (class of states) or of a numeric series. */
export const getMarkCssColor = (ink: TimelineMarkColor): string =>
  hues[ink] ?? (ink.startsWith('series') ? `var(--${ink})` : `var(--${ink}-mark)`)

/**
 * Defines SVG hatch patterns: one for each tone and each other color in use, for times in which a state is uncertain,
 * and one for missing data. The id of a pattern is `<id>-<ink>`.
 */
export function ChartHatchPatterns({
  id,
  used,
  scale,
}: {
  id: string
  used: ReadonlySet<TimelineMarkColor>
  scale: number
}) {
  return (
    <defs>
      {[...new Set<TimelineMarkColor>([...stateTones, ...used])].map((ink) => (
        <pattern
          key={ink}
          id={`${id}-${ink}`}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform={`rotate(45) scale(${scale})`}
        >
          <line
            x1="1"
            x2="1"
            y1="0"
            y2="5"
            strokeWidth={ink === 'unknown' ? 1 : 2}
            style={{ stroke: getMarkCssColor(ink) }}
          />
        </pattern>
      ))}
    </defs>
  )
}
