'use client'

import { useEndpoint } from '../data/index.ts'
import { useScopeNames } from '../time/data-gaps.tsx'
import { Moment } from '../ui/time.tsx'
import { aboutWords, inOrder, originWords } from '../maintenance/window-words.ts'
import { More } from './more.tsx'

/** The maintenance that is on, or else the next one; nothing where there is neither. */
export function MaintenanceLine() {
  const nameOf = useScopeNames()
  const windows = inOrder(useEndpoint('maintenance').data?.data ?? [])
  const open = windows.filter(({ state }) => state === 'now')
  const [first] = open.length > 0 ? open : windows.filter(({ state }) => state === 'upcoming')
  if (!first) return null
  return (
    <section
      aria-label="Maintenance"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-64 text-ink-2">
        {first.state === 'now' ? 'Maintenance now' : 'Next maintenance'}:{' '}
        <span className="font-medium text-ink">{first.title}</span> ({aboutWords(first, nameOf)}),{' '}
        {first.state === 'now' ? 'until ' : 'from '}
        <Moment at={first.state === 'now' ? first.to : first.from} />, {originWords(first)}
        {open.length > 1 && `; ${open.length - 1} more now`}
      </p>
      <span className="ml-auto">
        <More href="/settings/maintenance">All maintenance</More>
      </span>
    </section>
  )
}
