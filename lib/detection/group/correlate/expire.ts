import { type FoldContext, isOpen } from '../../model/context.ts'

/** Forgets what ended too long ago to explain anything that may still arrive. */
export function expire({ scopes, mark, settings }: FoldContext): void {
  const oldest = mark.finishedAt - settings['memory.recent']
  for (const scope of Object.values(scopes)) {
    for (const [key, live] of Object.entries(scope.live)) {
      const { started, ended, detectedAt, kind } = live.event
      const over = kind === 'session_up' ? started : ended
      if ((!isOpen(live) || kind === 'session_up') && over && Math.max(over.latest, detectedAt) < oldest)
        delete scope.live[key]
    }
    scope.logged = scope.logged.filter(({ at }) => at >= oldest)
    scope.health = scope.health.filter(({ to, reportedAt }) => Math.max(to ?? reportedAt, reportedAt) >= oldest)
    scope.tagsOnly = scope.tagsOnly.filter(({ latest }) => latest >= oldest)
    scope.incidents = scope.incidents.filter(({ closedAt }) => closedAt === null || closedAt >= oldest)
  }
}
