import { parseAsStringLiteral, useQueryState } from 'nuqs'

const useCompare = () => useQueryState('compare', parseAsStringLiteral(['week']).withOptions({ history: 'replace' }))

/** Reports whether charts also show the week before their time range. The page's URL stores this choice. */
export const useIsComparing = (): boolean => useCompare()[0] !== null

/** Checkbox that makes charts also show the same range one week earlier. */
export function CompareToggle() {
  const [compared, setCompared] = useCompare()
  return (
    <label className="flex h-7 items-center gap-1.5 text-xs">
      <input
        type="checkbox"
        className="size-3.5 accent-ink"
        checked={compared !== null}
        onChange={({ target }) => void setCompared(target.checked ? 'week' : null)}
      />
      Compare with the week before
    </label>
  )
}
