import type { AzureFailoverTest } from '#lib/resilience/api/index.ts'
import { MomentText } from '../ui/times/time.tsx'

type Verdict = NonNullable<AzureFailoverTest['verdict']>

const verdictTexts: Readonly<Record<Verdict, string>> = {
  running: '',
  pass: ', passed',
  fail: ', failed',
  expired: ', does not count as passed',
  unknown: '',
}

/** Formats the verdict about a failover test of Azure after its status; '' if the status contains it. */
export const formatTestVerdict = (verdict: Verdict | null): string => (verdict === null ? '' : verdictTexts[verdict])

/**
 * Facts of a failover test that Azure's details contain: the tested link, its sessions, and prefixes without another path.
 * A snapshot of an earlier version lacks them.
 */
export const FailoverTestDetails = ({
  link,
  issues,
  nonRedundant,
}: Partial<Pick<AzureFailoverTest, 'link' | 'issues' | 'nonRedundant'>>) => (
  <>
    {link && (
      <span className="block text-xs text-ink-2">
        {[link.path ? `${link.path} link` : 'link not named', link.category].filter(Boolean).join(', ')}
      </span>
    )}
    {link?.bgp.map(({ family, path, status, at }) => (
      <span key={`${family} ${path}`} className="block text-xs text-ink-2">
        BGP {[family, path].filter(Boolean).join(', ')}: {status ?? 'state unknown'}
        {at && (
          <>
            {' '}
            at <MomentText at={at} zoned={false} />
          </>
        )}
      </span>
    ))}
    {nonRedundant && (
      <span className="block text-xs text-ink-2">
        {nonRedundant.count === 0
          ? 'every prefix had another path'
          : `without another path: ${nonRedundant.prefixes.join(', ')}${
              nonRedundant.count > nonRedundant.prefixes.length
                ? ` and ${nonRedundant.count - nonRedundant.prefixes.length} more`
                : ''
            }`}
      </span>
    )}
    {issues?.map((issue) => (
      <span key={issue} className="block text-xs text-ink-2">
        {issue}
      </span>
    ))}
  </>
)

/** States of the connections that a failover test interrupts, each with the time of its last change. */
export const FailoverTestConnectionStates = ({ connections }: Pick<AzureFailoverTest, 'connections'>) =>
  connections.map(({ name, status, at }) => (
    <span key={name} className="block text-xs text-ink-2">
      {name}: {status ?? 'state unknown'}
      {at && (
        <>
          {' '}
          since <MomentText at={at} zoned={false} />
        </>
      )}
    </span>
  ))
