import type { NetworkConfigurationFinding } from '#lib/networks/api/index.ts'
import { StateLabel } from '../ui/status.tsx'

/**
 * List of findings about virtual networks, such as settings that block traffic, each with a link to Azure's
 * documentation.
 */
export function NetworkFindings({
  findings,
}: {
  findings: readonly Pick<NetworkConfigurationFinding, 'text' | 'severity' | 'source'>[]
}) {
  return (
    <ul className="flex max-w-[60ch] flex-col gap-1">
      {findings.map(({ text, severity, source }) => (
        <li key={text} className="text-xs">
          <StateLabel tone={severity === 'warning' ? 'degraded' : 'notice'} word={severity.toUpperCase()} /> {text}{' '}
          <a href={source} className="link" rel="noreferrer">
            Source
          </a>
        </li>
      ))}
    </ul>
  )
}
