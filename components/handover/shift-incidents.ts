import type { ShiftHandover, Incident } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'

/** Incident that occurred in a shift, with its changes during the shift: `opened, acknowledged, closed`. */
interface ShiftIncident {
  incident: Incident
  happened: readonly string[]
}

type Lists = Pick<ShiftHandover, 'stillOpen' | 'opened' | 'closed' | 'acknowledged'>

/**
 * Returns each incident of a shift once: ongoing incidents first, then recovered, then closed incidents. Within each of
 * the three groups, the worst severity comes first, then the newest incident.
 */
export function listShiftIncidents({ stillOpen, opened, closed, acknowledged }: Lists): ShiftIncident[] {
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

/** Circuit or gateway with incidents in a shift. */
export interface AffectedResource {
  id: string
  name: string
  type: 'circuit' | 'gateway'
  /** number of the resource's incidents in the shift */
  incidents: number
}

/** Returns the circuits and gateways with incidents in a shift, most incidents first. */
export function listAffectedResources(
  shift: Lists,
  known: Record<'circuits' | 'gateways', readonly { id: string; name: string }[]>,
): AffectedResource[] {
  const byScope = Map.groupBy(listShiftIncidents(shift), ({ incident }) => incident.scope)
  const of = (type: AffectedResource['type'], resources: readonly { id: string; name: string }[]) =>
    resources.flatMap(({ id, name }) => {
      const incidents = byScope.get(id)?.length ?? 0
      return incidents > 0 ? [{ id, name, type, incidents }] : []
    })
  return [...of('circuit', known.circuits), ...of('gateway', known.gateways)].toSorted(
    (a, b) => b.incidents - a.incidents || a.name.localeCompare(b.name),
  )
}

const phases: readonly Incident['phase'][] = ['ongoing', 'recovered', 'closed']
const rankOf = ({ phase, severity }: Incident) =>
  phases.indexOf(phase) * severities.length + severities.indexOf(severity)
