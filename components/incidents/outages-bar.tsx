import { clsx } from 'clsx'
import type { Incident } from '#lib/incidents/api/index.ts'
import { outagesAt, provenTo } from '#lib/contract/events/outages.ts'
import { withoutSpans } from '#lib/contract/time/spans.ts'
import { BoundsBar } from '../ui/facts/bounds-bar.tsx'

/** The outages of an incident on one line of time, each with its bounds, and the healthy time between them left free. */
export function OutagesBar({ incident, now, className }: { incident: Incident; now: number; className: string }) {
  const outages = outagesAt(incident.outages)
  const until = provenTo(incident, now)
  const endNow = ({ from, to }: { from: number; to: number | null }) => ({ from, to: to ?? until })
  const begin = outages[0]?.started.earliest ?? now
  const lastOf = (at: number) => outages[at]?.ended?.latest ?? now
  const whole = Math.max(1, lastOf(outages.length - 1) - begin)
  return (
    <span aria-hidden="true" className={clsx('flex', className)} data-outages={outages.length}>
      {outages.map(({ started, ended, certain }, at) => {
        const from = Math.max(started.earliest, begin)
        const gap = at === 0 ? 0 : from - lastOf(at - 1)
        return (
          <span
            key={from}
            className="flex"
            style={{
              flexGrow: lastOf(at) - from,
              flexBasis: 0,
              minWidth: 6,
              marginLeft: gap > 0 ? `max(3px, ${(gap / whole) * 100}%)` : 0,
            }}
          >
            <BoundsBar
              start={[started.earliest, started.latest]}
              end={ended && [ended.earliest, ended.latest]}
              now={now}
              provenUntil={until}
              unseen={withoutSpans({ from: started.latest, to: ended?.earliest ?? until }, certain.map(endNow))}
              className="h-full w-full"
            />
          </span>
        )
      })}
    </span>
  )
}
