import type { DetectionContext } from '../../model/context.ts'
import { getInitialEventEnd } from '../../model/create-event.ts'

/** Deletes events and facts that ended too long ago to explain any later event. */
export function deleteExpiredEvents({ scopes, mark, settings }: DetectionContext): void {
  const oldest = mark.finishedAt - settings['memory.recent']
  for (const scope of Object.values(scopes)) {
    for (const [key, live] of Object.entries(scope.live)) {
      const { kind, started, detectedAt } = live.event
      // A worker of version 0.2 stores session_up events without an end. During an upgrade, workers of both versions
      // write the state of the same resources.
      const ended = live.event.ended ?? getInitialEventEnd(kind, started)
      if (ended && Math.max(ended.latest, detectedAt) < oldest) delete scope.live[key]
      else if (ended !== live.event.ended) live.event = { ...live.event, ended }
    }
    scope.logged = scope.logged.filter(({ at }) => at >= oldest)
    scope.health = scope.health.filter(({ to, reportedAt }) => Math.max(to ?? reportedAt, reportedAt) >= oldest)
    scope.tagsOnly = scope.tagsOnly.filter(({ latest }) => latest >= oldest)
    scope.incidents = scope.incidents.filter(({ closedAt }) => closedAt === null || closedAt >= oldest)
  }
}
