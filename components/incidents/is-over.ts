import type { Incident } from '#lib/incidents/api/index.ts'

/** Nothing is lost any more; the incident stays open for a while in case it recurs. */
export const isOver = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incident: Kind,
): incident is Kind & { endedBetween: NonNullable<Incident['endedBetween']> } =>
  incident.phase === 'recovered' && incident.endedBetween !== null

/** In the order given, but what has recovered after all that goes on. */
export const ongoingFirst = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incidents: readonly Kind[],
): Kind[] => incidents.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)))
