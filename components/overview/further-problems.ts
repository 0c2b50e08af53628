import type { ActiveProblem } from '#lib/overview/api/index.ts'

/** Fragment of the list of open incidents and of problems without an incident on home. */
export const INCIDENTS_NOW_ID = 'incidents-now'

/**
 * Returns the address of the list that contains the problems which the headline only counts: the incidents, or the list
 * on home if a problem has no incident. Resources whose state is only last known are in the banner, so that the
 * headline does not count them.
 * @param problems problems of the overview
 */
export const findFurtherProblemsHref = (
  problems: readonly Pick<ActiveProblem, 'incidentId' | 'lastKnown'>[],
): string =>
  problems.every(({ incidentId, lastKnown }) => incidentId !== null || lastKnown)
    ? '/incidents'
    : `#${INCIDENTS_NOW_ID}`
