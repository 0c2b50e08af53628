'use client'

import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'
import type { Right } from '#lib/contract/index.ts'
import { IfMay } from '../access/caller.tsx'
import { PageLink } from '../links/page-link.tsx'

/** The tabs of the settings; the current one is in sight, however narrow the screen is. */
export function SettingsTabs({
  tabs,
  current,
}: {
  tabs: readonly { id: string; name: string; right: Right }[]
  current: string
}) {
  const strip = useRef<HTMLElement>(null)
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [current])
  return (
    <nav ref={strip} aria-label="Settings" className="mb-4 overflow-x-auto border-b">
      <ul className="flex w-max gap-1">
        {tabs.map(({ id, name, right }) => (
          <IfMay key={id} right={right}>
            <li>
              <PageLink
                href={`/settings/${id}`}
                aria-current={id === current ? 'page' : undefined}
                className={clsx(
                  '-mb-px block border-b-2 px-1.5 py-1.5 text-xs whitespace-nowrap -outline-offset-2 sm:px-3 sm:text-sm',
                  id === current ? 'border-ink font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
                )}
              >
                {name}
              </PageLink>
            </li>
          </IfMay>
        ))}
      </ul>
    </nav>
  )
}
