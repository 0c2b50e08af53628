import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'
import { PageLink } from './page-link.tsx'

/** Tabs for the views of a page, each with its own URL. On a narrow screen, the current tab is scrolled into view. */
export function TabsOfLinks({
  label,
  tabs,
  current,
}: {
  label: string
  tabs: readonly { id: string; name: string; href: string }[]
  current: string
}) {
  const strip = useRef<HTMLElement>(null)
  useEffect(() => {
    const here = strip.current?.querySelector<HTMLElement>(`[data-tab="${current}"]`)
    if (strip.current && here) strip.current.scrollLeft = here.offsetLeft - strip.current.offsetLeft - 24
  }, [current])
  return (
    <nav ref={strip} aria-label={label} className="mb-4 overflow-x-auto border-b print:hidden">
      <ul className="flex w-max gap-1">
        {tabs.map(({ id, name, href }) => (
          <li key={id}>
            <PageLink
              href={href}
              data-tab={id}
              aria-current={id === current ? 'page' : undefined}
              className={clsx(
                '-mb-px block border-b-2 px-3 py-1.5 text-sm whitespace-nowrap -outline-offset-2',
                id === current ? 'border-ink text-ink' : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {name}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
