/** Defines the hatch pattern that means "no data" in small pictures. Use it as `fill={`url(#${id})`}`. */
export const HatchPattern = ({ id }: { id: string }) => (
  <pattern id={id} width={4} height={4} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width={4} height={4} className="fill-sunken" />
    <line y2={4} style={{ stroke: 'var(--hatch)' }} strokeWidth={2} />
  </pattern>
)
