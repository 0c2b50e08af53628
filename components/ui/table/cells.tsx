import { clsx } from 'clsx'
import { Fragment, type ReactNode } from 'react'

/**
 * Cell with two lines: a name, and an explanation below it. The explanation is cut at the column's width; the title
 * contains the whole text.
 */
export const TwoLines = ({
  first,
  second,
  title,
  className,
}: {
  first: ReactNode
  /** null = no second line */
  second: ReactNode
  title?: string | undefined
  className?: string
}) => (
  <span className={clsx('flex min-w-0 flex-col', className)} {...(title && { title })}>
    <span className="max-sm:in-[[data-phone=fact]]:truncate sm:whitespace-nowrap">{first}</span>
    {second && (
      <span data-second className="truncate text-xs text-ink-2">
        {second}
      </span>
    )}
  </span>
)

/**
 * Cell with a list of items, one line each. Only the first two are shown, followed by the number of further items. The
 * title names all items.
 */
export function FirstTwoItems<Item>({
  all,
  textOf,
  draw,
}: {
  all: readonly Item[]
  textOf: (item: Item) => string
  draw: (item: Item) => ReactNode
}) {
  const shown = all.slice(0, 2)
  return (
    <span className="flex flex-col whitespace-nowrap" {...(all.length > 2 && { title: all.map(textOf).join(', ') })}>
      {shown.map((item, index) => (
        <span key={textOf(item)}>
          {draw(item)}
          {index === 1 && all.length > 2 && <Fragment> +{all.length - 2}</Fragment>}
        </span>
      ))}
    </span>
  )
}
