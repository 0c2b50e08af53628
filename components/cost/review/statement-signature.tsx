import type { CostOverride } from '#lib/cost/api/index.ts'
import { MomentText } from '../../ui/times/time.tsx'

/** Shows the author, time and reason of an entry (such as an override or a budget), and of its withdrawal. */
export function EntryAuthorAndReason({
  statement: { made, withdrawn },
}: {
  statement: Pick<CostOverride, 'made' | 'withdrawn'>
}) {
  return (
    <span className="block text-xs break-words text-ink-2">
      <MomentText at={made.at} />, {made.by}: {made.why}
      {withdrawn && (
        <>
          . Withdrawn <MomentText at={withdrawn.at} />, {withdrawn.by}: {withdrawn.why}
        </>
      )}
    </span>
  )
}
