import { PageLink } from '../../links/page-link.tsx'
import type { PlacedTrack } from './chart-layout.ts'

/** At least 24 px high (WCAG 2.2, 2.5.8), around the track's one or two lines of text, without reaching the next track. */
const heightOf = (baseline: number, isTwoLines: boolean, scale: number) =>
  isTwoLines ? { top: baseline - 13 * scale, height: 33 * scale } : { top: baseline - 15.5 * scale, height: 24 * scale }

/** Links over the drawn names to the resources of the tracks, and each track's description for screen readers. */
export function TrackLinks({ placed, scale }: { placed: readonly PlacedTrack[]; scale: number }) {
  return (
    <>
      {placed.map(({ track: { key, name, part, href }, label }) =>
        href ? (
          <PageLink
            key={key}
            href={href}
            aria-label={part ? `${name}, ${part}` : name}
            className="absolute rounded-xs"
            style={{ left: label.x, width: label.width, ...heightOf(label.y, part !== '', scale) }}
          />
        ) : null,
      )}
      <ul className="sr-only">
        {placed.map(({ track: { key, name, part, description } }) =>
          description ? <li key={key}>{`${name}${part && `, ${part}`}: ${description}`}</li> : null,
        )}
      </ul>
    </>
  )
}
