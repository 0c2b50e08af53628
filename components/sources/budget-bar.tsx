import type { Source } from '#lib/setup/api/index.ts'
import { clsx } from 'clsx'

/** How much of a budget is used; hatched where Azure does not say. */
export function BudgetBar({ used, limit }: Pick<Source['budgets'][number], 'used' | 'limit'>) {
  const share = used === null || limit === 0 ? null : Math.min(1, used / limit)
  return (
    <div
      aria-hidden
      className={clsx('mt-1 h-1.5 max-w-32 overflow-hidden rounded-full', share === null ? 'hatch' : 'bg-sunken')}
    >
      {share !== null && (
        <div
          className={clsx('h-full rounded-full', share > 0.8 ? 'bg-degraded-mark' : 'bg-ink-3')}
          style={{ width: `${share * 100}%` }}
        />
      )}
    </div>
  )
}
