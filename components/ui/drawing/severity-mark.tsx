import type { Severity } from '#lib/contract/index.ts'

const fills: Record<Severity, string> = {
  critical: 'bg-critical',
  major: 'bg-major',
  minor: 'bg-minor',
  warning: 'bg-warning',
  info: 'bg-info',
}

/**
 * Returns the fill color for counts and marks of events of a severity. It differs from the colors of states, because a
 * severity is not a state.
 */
export const getSeverityFill = (severity: Severity): string => fills[severity]

/** Severity as a word, with a colored dot before it. */
export const SeverityMark = ({ severity }: { severity: Severity }) => (
  <span className="inline-flex items-center gap-1 whitespace-nowrap">
    <span aria-hidden className={`size-2 shrink-0 rounded-full ${fills[severity]}`} />
    {severity}
  </span>
)
