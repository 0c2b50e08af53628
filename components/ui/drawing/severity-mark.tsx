import type { Severity } from '#lib/contract/index.ts'

const fills: Record<Severity, string> = {
  critical: 'bg-critical',
  major: 'bg-major',
  minor: 'bg-minor',
  warning: 'bg-warning',
  info: 'bg-info',
}

/** The fill of what counts or marks events of a severity: a hue of its own, as a severity is no state. */
export const severityFill = (severity: Severity): string => fills[severity]

/** A severity as a word with its mark. */
export const SeverityMark = ({ severity }: { severity: Severity }) => (
  <span className="inline-flex items-center gap-1 whitespace-nowrap">
    <span aria-hidden className={`size-2 shrink-0 rounded-full ${fills[severity]}`} />
    {severity}
  </span>
)
