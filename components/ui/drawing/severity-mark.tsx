import type { Severity } from '#lib/contract/index.ts'

const fills: Record<Severity, string> = {
  critical: 'bg-critical',
  major: 'bg-major',
  minor: 'bg-minor',
  warning: 'bg-warning',
  info: 'bg-info',
}

/**
 * Returns the fill for counts and marks of events of a severity. It is a shade of gray, because the color of a fault is
 * the color of its state.
 */
export const getSeverityFill = (severity: Severity): string => fills[severity]

/** Entry of a legend: a severity with its fill. */
export const SeverityLegendEntry = ({ severity }: { severity: Severity }) => (
  <span className="inline-flex items-center gap-1 whitespace-nowrap">
    <span aria-hidden className={`size-2 shrink-0 rounded-full ${fills[severity]}`} />
    {severity}
  </span>
)
