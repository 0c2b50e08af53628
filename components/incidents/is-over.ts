import type { Incident } from '#lib/contract/index.ts'

/** All of it has ended, and it stays open for a while in case that it returns. */
export const isOver = <Kind extends Pick<Incident, 'state' | 'endedBetween'>>(
  incident: Kind,
): incident is Kind & { endedBetween: NonNullable<Incident['endedBetween']> } =>
  incident.state === 'open' && incident.endedBetween !== null
