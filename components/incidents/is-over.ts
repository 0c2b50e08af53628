import type { Incident } from '#lib/contract/index.ts'

/** All events have ended; the incident stays open for a while in case they recur. */
export const isOver = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incident: Kind,
): incident is Kind & { endedBetween: NonNullable<Incident['endedBetween']> } =>
  incident.phase === 'recovered' && incident.endedBetween !== null
