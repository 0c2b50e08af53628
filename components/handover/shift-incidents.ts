import type { Handover, Incident } from '#lib/contract/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'

/** An incident of a shift, and what the shift did with it: `opened, acknowledged, closed`. */
export interface ShiftIncident {
  incident: Incident
  happened: readonly string[]
}

type Lists = Pick<Handover, 'stillOpen' | 'opened' | 'closed' | 'acknowledged'>

/** Each incident of a shift once: open ones first, the worst of them at the top; then the newest. */
export function shiftIncidents({ stillOpen, opened, closed, acknowledged }: Lists): ShiftIncident[] {
  const all = new Map([...stillOpen, ...opened, ...closed, ...acknowledged].map((incident) => [incident.id, incident]))
  const has = (list: readonly Incident[], { id }: Incident) => list.some((other) => other.id === id)
  return [...all.values()]
    .toSorted((a, b) => rankOf(a) - rankOf(b) || b.openedAt.localeCompare(a.openedAt))
    .map((incident) => ({
      incident,
      happened: [
        ...(has(opened, incident) ? ['opened'] : []),
        ...(has(acknowledged, incident) ? ['acknowledged'] : []),
        ...(has(closed, incident) ? ['closed'] : []),
      ],
    }))
}

/** Those that are closed are equal: they are read in the order of time. */
const rankOf = ({ state, severity }: Incident) => (state === 'open' ? severities.indexOf(severity) : severities.length)
