'use client'

import type { UncoveredInterval } from '#lib/contract/index.ts'
import { DataGaps } from './data-gaps.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/times/clock.tsx'
import { Moment } from '../ui/times/time.tsx'
import { MomentField } from './moment-field.tsx'

/** The server's clock may be ahead of the browser's. */
const CLOCKS_DIFFER_MS = 60_000

/** Chooses the time of a table: now or a time in the past. `at` is ISO 8601, null = now. */
export function AsOfControl({ at, onChange }: { at: string | null; onChange: (at: string | null) => void }) {
  const now = useNow()
  return (
    <span className="flex items-end gap-2">
      <MomentField
        label="As of"
        value={at}
        onChange={onChange}
        faultOf={(moment) => (moment > now + CLOCKS_DIFFER_MS ? 'This is in the future.' : null)}
        className="w-44"
      />
      <Button onClick={() => onChange(at === null ? new Date(now).toISOString() : null)}>
        {at === null ? 'Pin now' : 'Back to now'}
      </Button>
    </span>
  )
}

/** States that a table shows the past, with the gaps in its data. */
export function PastNotice({
  at,
  uncovered,
  omitted,
}: {
  at: string | null
  uncovered: UncoveredInterval[] | undefined
  /** gaps that the answer does not list */
  omitted: number | undefined
}) {
  if (at === null) return null
  return (
    <div className="border-t bg-sunken px-3.5 py-2 text-xs text-ink-2">
      Shown as of <Moment at={at} className="font-semibold text-ink" />; it does not change any more.
      <DataGaps intervals={uncovered} omitted={omitted} most={5} />
    </div>
  )
}
