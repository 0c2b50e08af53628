import type { IncidentDetail } from '#lib/incidents/api/index.ts'

/** Action that a user took on an incident, for example an assignment. */
interface Action {
  key: string
  /** time of the action, ISO 8601 */
  at: string
  words: string
  note: string | null
}

const deliveries: Readonly<Record<NonNullable<IncidentDetail['sent'][number]['state']>, string>> = {
  held: 'waits for a digest',
  pending: 'not delivered yet',
  delivered: 'delivered',
  in_digest: 'in a digest',
  failed: 'not delivered, no further attempt',
  dropped: 'not delivered, its channel was turned off or removed',
}

/**
 * Returns the actions that users took on an incident, oldest first. If users acknowledged it several times, only the
 * last acknowledgement is known.
 */
export function listActionsTaken({ acknowledged, assignments, sent }: IncidentDetail): Action[] {
  const actions: Action[] = [
    ...(acknowledged
      ? [
          {
            key: 'acknowledged',
            at: acknowledged.at,
            words: `${acknowledged.by} acknowledged it`,
            note: acknowledged.note,
          },
        ]
      : []),
    ...assignments.map(({ at, by, assignee, note }, index) => ({
      key: `assigned ${index}`,
      at,
      words:
        assignee === null
          ? `${by} took the assignment back`
          : `${by} assigned it to ${assignee === by ? 'themselves' : assignee}`,
      note,
    })),
    ...sent.map(({ at, by, channelName, state, note }, index) => ({
      key: `sent ${index}`,
      at,
      words: `${by} sent it to ${channelName}: ${state === null ? 'no longer in the log' : deliveries[state]}`,
      note,
    })),
  ]
  return actions.toSorted((a, b) => a.at.localeCompare(b.at))
}
