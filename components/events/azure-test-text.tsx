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

/** States of the connections that a failover test takes away, each with the time of its last change. */
export const ConnectionStates = ({ connections }: Pick<AzureFailoverTest, 'connections'>) =>
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
