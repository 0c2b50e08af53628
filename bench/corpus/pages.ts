/** How often a run would have woken somebody: once for each incident with something grave in it that nobody had asked for, and that follows from nothing of that kind. */
import type { DetectedEvent, Severity } from '#lib/contract/index.ts'
import { isExpectedByMaintenance } from '#lib/contract/index.ts'
import type { Run } from './run.ts'

const GRAVE: ReadonlySet<Severity> = new Set<Severity>(['critical', 'major'])

export function pagesOf({ events, incidents }: Pick<Run, 'events' | 'incidents'>): number {
  const byKey = new Map(events.map((event) => [event.key, event]))
  const isFollowing = (event: DetectedEvent | undefined) => {
    let root = event
    while (root?.partOf) root = byKey.get(root.partOf)
    return root !== event && root?.severity === 'info'
  }
  return incidents.filter(({ members }) =>
    members.map((key) => byKey.get(key)).some((event) => isGrave(event) && !isFollowing(event)),
  ).length
}

function isGrave(event: DetectedEvent | undefined): boolean {
  return (
    event !== undefined &&
    GRAVE.has(event.severity) &&
    !event.flags.includes('administrative') &&
    !isExpectedByMaintenance(event)
  )
}
