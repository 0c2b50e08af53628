import { severities } from '#lib/contract/index.ts'
import type { CheckWithoutExemption } from '#lib/resilience/rules/index.ts'
import type { PlanCheckChange } from '../api/index.ts'

/**
 * Compares the results of resilience checks before and after a plan. `checks` contains the checks that fail only after
 * the plan, and those that passed before and are unknown afterwards. `mended` contains the checks that failed before
 * and pass afterwards. Checks of a deleted resource are left out.
 */
export function findChangedChecks(
  before: readonly CheckWithoutExemption[],
  after: readonly CheckWithoutExemption[],
): { checks: PlanCheckChange[]; mended: PlanCheckChange[] } {
  const known = new Map(before.map((one) => [one.id, one.found]))
  const changed = after.flatMap((one): PlanCheckChange[] => {
    // A resource that the plan creates had no checks before. They count as passed, so that a failure is reported as
    // new.
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
