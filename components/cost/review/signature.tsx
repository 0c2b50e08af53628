import type { CostOverride } from '#lib/cost/api/index.ts'
import { Moment } from '../../ui/times/time.tsx'

/** Who made a statement, when and why, and who withdrew it. */
export function Signature({ statement: { made, withdrawn } }: { statement: Pick<CostOverride, 'made' | 'withdrawn'> }) {
  return (
    <span className="block text-xs break-words text-ink-2">
      <Moment at={made.at} />, {made.by}: {made.why}
      {withdrawn && (
        <>
          . Withdrawn <Moment at={withdrawn.at} />, {withdrawn.by}: {withdrawn.why}
        </>
      )}
    </span>
  )
}
