import { isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatUnrestoredEnd } from '../events/incident-text.ts'

/**
 * Reports whether an incident has recovered but is not closed yet. It stays open for a while, in case the problem
 * recurs.
 */
export const isIncidentRecovered = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incident: Kind,
): incident is Kind & { endedBetween: NonNullable<Incident['endedBetween']> } =>
  incident.phase === 'recovered' && incident.endedBetween !== null

/**
 * Formats the number of open incidents by phase: `2 still open, 1 recovered, 1 in maintenance`.
 * @param name text after the number of ongoing incidents
 */
export function formatOpenIncidentCounts(open: readonly Incident[], name: string): string {
  const [ongoing, over] = [open.filter(isIncidentOngoing).length, open.filter(isIncidentRecovered)]
  const gone = over.filter(formatUnrestoredEnd).length
  const counts = [
    [over.length - gone, 'recovered'],
    [gone, 'ended'],
    [open.length - ongoing - over.length, 'in maintenance'],
  ] as const
  const others = counts.map(([count, words]) => count > 0 && `${count} ${words}`)
  return [`${ongoing} ${name}`, ...others].filter(Boolean).join(', ')
}

/** Returns the incidents with recovered incidents at the end; otherwise their order is kept. */
export const sortOngoingFirst = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incidents: readonly Kind[],
): Kind[] => incidents.toSorted((a, b) => Number(isIncidentRecovered(a)) - Number(isIncidentRecovered(b)))
