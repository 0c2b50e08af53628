import type { CSSProperties } from 'react'
import type { Wall } from '#lib/overview/api/index.ts'
import { formatMoment } from '../format/instant.ts'

/** Events of the last day, to the minute. */
const minuteOf = (at: string, zone: string) => formatMoment(Date.parse(at), zone, Date.parse(at)).slice(0, 5)

/** The last events, the newest first: as many as have room, none in part. @param lines of text that there is room for */
export function WallEvents({ events, lines, zone }: { events: Wall['lastEvents']; lines: number; zone: string }) {
  if (events.length === 0 || lines === 0) return null
  return (
    <section aria-label="Last events" className="wall-events" style={{ '--lines': lines } as CSSProperties}>
      {events.map(({ id, title, resource, startedBetween, endedBetween, href }) => (
        <p key={id}>
          <span>{minuteOf(startedBetween[1], zone)}</span> <a href={href}>{title}</a> {resource}
          {endedBetween && <span className="wall-ended">, ended {minuteOf(endedBetween[1], zone)}</span>}
        </p>
      ))}
    </section>
  )
}
