import type { ActiveProblem } from '#lib/overview/api/index.ts'
import { siteStateName } from '#lib/contract/words/index.ts'
import type { StatusWords } from '../ui/status.tsx'

/** Status and reason of a resource whose own state is healthy, by the worst problem about it; null = it has none. */
export function problemStatusOf(
  id: string,
  type: 'circuit' | 'gateway',
  problems: readonly ActiveProblem[] = [],
): { status: StatusWords; reason: string } | null {
  const problem = problems.find((one) => one.id === id && (one.type === type ? one.kind !== null : isPart(one)))
  if (!problem) return null
  const { severity, name, reason } = problem
  const tone = severity === 'maintenance' ? 'off' : severity
  return { status: { tone, word: wordOf(problem) }, reason: problem.type === 'site' ? `${name} ${reason}` : reason }
}

/** Sites and sessions are shown at the circuit or gateway that they belong to. */
const isPart = ({ type }: ActiveProblem) => type === 'site' || type === 'session'

function wordOf({ type, state, severity }: ActiveProblem): string {
  if (severity === 'maintenance') return 'MAINTENANCE'
  if (type === 'site') return `SITE ${(siteStateName([`to:${state}`]) ?? 'CHANGED').toUpperCase()}`
  return type === 'session' ? 'SESSION DOWN' : severity.toUpperCase()
}
