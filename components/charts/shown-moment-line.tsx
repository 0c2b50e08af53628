/**
 * Marks the past moment that the page shows with a line on a time axis, and draws all later times paler. All positions
 * are in px of the drawing.
 */
export const ShownMomentLine = ({
  x,
  right,
  y,
  height,
  scale,
}: {
  x: number
  right: number
  y: number
  height: number
  scale: number
}) => (
  <g data-clock pointerEvents="none">
    <rect x={x} y={y} width={Math.max(0, right - x)} height={height} opacity={0.6} style={{ fill: 'var(--surface)' }} />
    <line x1={x} x2={x} y1={y} y2={y + height} strokeWidth={2 * scale} style={{ stroke: 'var(--past-mark)' }} />
  </g>
)
