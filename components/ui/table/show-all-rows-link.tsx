import { clsx } from 'clsx'
import { useSearchParams } from 'next/navigation'
import { formatCountWithSeparators } from '../../format/quantity.ts'

/**
 * Link to the same page with all rows of a table. It also works without scripts.
 * @param parameter URL parameter that requests all rows
 */
export function ShowAllRowsLink({
  parameter,
  rows,
  onPress,
  className,
}: {
  parameter: string
  rows: number
  /** shows all rows without loading the page again */
  onPress: () => void
  className?: string
}) {
  const search = new URLSearchParams(useSearchParams() ?? '')
  search.set(parameter, 'true')
  return (
    <a
      href={`?${search}`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        onPress()
      }}
      className={clsx(
        'flex h-10 items-center justify-center border-t text-xs font-medium text-ink-2 hover:bg-hover hover:text-ink print:hidden',
        className,
      )}
    >
      Show all {formatCountWithSeparators(rows)} rows
    </a>
  )
}
