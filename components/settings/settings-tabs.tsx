'use client'

import type { Right } from '#lib/contract/index.ts'
import { useCaller } from '../access/caller.tsx'
import { LinkTabs } from '../links/link-tabs.tsx'

/** The tabs of the settings that whoever is at the screen may open. */
export function SettingsTabs({
  tabs,
  current,
}: {
  tabs: readonly { id: string; name: string; right: Right }[]
  current: string
}) {
  const rights = useCaller()?.rights
  const shown = tabs.filter(({ right }) => !rights || rights.includes(right))
  return (
    <LinkTabs
      label="Settings"
      tabs={shown.map(({ id, name }) => ({ id, name, href: `/settings/${id}` }))}
      current={current}
    />
  )
}
