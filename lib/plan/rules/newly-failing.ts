import { severities } from '#lib/contract/index.ts'
import type { FoundCheck } from '#lib/resilience/rules/index.ts'
import type { PlanCheckChange } from '../api/index.ts'

/**
 * Returns the checks that newly fail or become unknown through a plan (`checks`), and the checks that no longer fail
 * (`mended`). Checks of a deleted subject, and checks with an unchanged result, are left out.
 */
export function findChangedChecks(
  before: readonly FoundCheck[],
  after: readonly FoundCheck[],
): { checks: PlanCheckChange[]; mended: PlanCheckChange[] } {
  const known = new Map(before.map((one) => [one.id, one.found]))
  const changed = after.flatMap((one): PlanCheckChange[] => {
    // a subject that the plan creates counts as having passed before, so that a failure is new
    const was = known.get(one.id) ?? 'pass'
    if (was === one.found) return []
    const { id, kind, name, subject, resourceId, severity, reason, remedy, source } = one
    return [{ id, kind, name, subject, resourceId, severity, before: was, after: one.found, reason, remedy, source }]
  })
  const isWorse = ({ before: was, after: is }: PlanCheckChange) => is === 'fail' || (is === 'unknown' && was === 'pass')
  return {
    checks: changed
      .filter(isWorse)
      .toSorted(
        (a, b) =>
          Number(a.after === 'unknown') - Number(b.after === 'unknown') ||
          severities.indexOf(a.severity) - severities.indexOf(b.severity),
      ),
    mended: changed.filter((one) => one.before === 'fail' && one.after === 'pass'),
  }
}
