import type { IncidentDetail } from '#lib/contract/index.ts'

/** What somebody did with an incident. */
export interface Action {
  key: string
  /** ISO 8601 */
  at: string
  words: string
  note: string | null
}

/** What people did with an incident, oldest first. Of acknowledgements the last one is kept. */
export function actionsTaken({ acknowledged, assignments }: IncidentDetail): Action[] {
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
  ]
  return actions.toSorted((a, b) => a.at.localeCompare(b.at))
}
