import { clsx } from 'clsx'
import { Fragment, type ReactNode } from 'react'

/** A cell of two lines: what it is, and below it what explains it, cut where it is longer than its column and whole in its title. */
export const TwoLines = ({
  first,
  second,
  title,
  className,
}: {
  first: ReactNode
  /** null = there is nothing to say */
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

/** What a row has several of, a line each: two at the most, the others are counted, and named in its title. */
export function UpToTwo<Item>({
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
