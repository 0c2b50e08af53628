/**
 * Tones: classes of states, from `up` to `notice`, each with its own color and shape. The shape makes the tones
 * distinct without color.
 */
export const stateTones = ['up', 'degraded', 'down', 'unknown', 'off', 'notice'] as const
export type StateTone = (typeof stateTones)[number]

const shapes: Record<StateTone, React.ReactNode> = {
  up: <circle cx="6" cy="6" r="4.5" fill="var(--up-mark)" />,
  degraded: <path d="M6 1 11.2 10.6H.8Z" fill="var(--degraded-mark)" />,
  down: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="1" fill="var(--down-mark)" />
      <path d="m3.7 3.7 4.6 4.6m0-4.6L3.7 8.3" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  unknown: (
    <>
      <rect x="1.5" y="1.5" width="9" height="9" fill="none" stroke="var(--ink-2)" strokeDasharray="2.2 1.4" />
      <path d="M1.5 6 6 1.5M1.5 10.5l9-9M6 10.5 10.5 6" stroke="var(--ink-3)" strokeWidth="0.9" />
    </>
  ),
  off: <circle cx="6" cy="6" r="4" fill="none" stroke="var(--off-mark)" strokeWidth="1.5" />,
  notice: <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="none" stroke="var(--ink-3)" strokeWidth="1.4" />,
}

/** Small symbol of a tone (class of states). It is hidden from screen readers, because it is always next to text. */
export function StateSymbol({ tone, className = 'size-2.5' }: { tone: StateTone; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={`shrink-0 ${className}`}>
      {shapes[tone]}
    </svg>
  )
}

/**
 * The symbol of a tone inside an SVG; x and y are its upper left corner.
 * @param size width and height in the units of the drawing
 */
export function SvgGlyph({ tone, x, y, size = 10 }: { tone: StateTone; x: number; y: number; size?: number }) {
  return (
    <svg x={x} y={y} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[tone]}
    </svg>
  )
}
