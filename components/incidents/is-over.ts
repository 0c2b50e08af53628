import { isOngoing } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatEnding } from '../events/incident-text.ts'

/** Nothing is lost any more; the incident stays open for a while in case it recurs. */
export const isOver = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incident: Kind,
): incident is Kind & { endedBetween: NonNullable<Incident['endedBetween']> } =>
  incident.phase === 'recovered' && incident.endedBetween !== null

/** `2 still open, 1 recovered, 1 in maintenance`: how many go on, and why others are open. @param name after the first count */
export function formatOpen(open: readonly Incident[], name: string): string {
  const [ongoing, over] = [open.filter(isOngoing).length, open.filter(isOver)]
  const gone = over.filter(formatEnding).length
  const counts = [
    [over.length - gone, 'recovered'],
    [gone, 'ended'],
    [open.length - ongoing - over.length, 'in maintenance'],
  ] as const
  const others = counts.map(([count, words]) => count > 0 && `${count} ${words}`)
  return [`${ongoing} ${name}`, ...others].filter(Boolean).join(', ')
}

/** In the order given, but what has recovered after all that goes on. */
export const ongoingFirst = <Kind extends Pick<Incident, 'phase' | 'endedBetween'>>(
  incidents: readonly Kind[],
): Kind[] => incidents.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)))
