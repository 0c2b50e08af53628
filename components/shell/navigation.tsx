'use client'

import { clsx } from 'clsx'
import { usePathname } from 'next/navigation'
import { useCaller } from '../access/caller.tsx'
import { PageLink } from '../links/page-link.tsx'
import { BrandMark } from '../ui/drawing/brand-mark.tsx'
import { isAt, placesFor } from './places.ts'

export function Navigation({ hasCustomers, onNavigate }: { hasCustomers: boolean; onNavigate?: () => void }) {
  const pathname = usePathname()
  return (
    <nav aria-label="Screens">
      <ul className="flex flex-col gap-0.5">
        {placesFor(useCaller()?.rights, hasCustomers).map((place) => {
          const here = isAt(place, pathname)
          return (
            <li key={place.href}>
              <PageLink
                href={place.href}
                onClick={onNavigate}
                aria-current={here ? 'page' : undefined}
                className={clsx(
                  'group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm',
                  here
                    ? 'bg-hover font-medium text-ink shadow-[inset_0_0_0_1px_var(--line)]'
                    : 'text-ink-2 hover:bg-hover hover:text-ink',
                )}
              >
                <place.icon aria-hidden className={clsx('size-4', here ? 'text-ink' : 'text-ink-3')} />
                {place.name}
                <kbd
                  aria-hidden
                  className="ml-auto hidden font-mono text-xs text-ink-3 opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 lg:block"
                >
                  g {place.key}
                </kbd>
              </PageLink>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

/** @param brief hides the name on narrow screens, except for screen readers */
export function Brand({ brief = false }: { brief?: boolean }) {
  return (
    <PageLink href="/" className="flex items-center gap-2 rounded-md px-1 font-semibold tracking-tight">
      <BrandMark className="size-6" />
      <span className={brief ? 'sr-only min-[26rem]:not-sr-only' : undefined}>Peerwatch</span>
    </PageLink>
  )
}
