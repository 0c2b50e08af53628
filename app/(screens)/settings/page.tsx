import { redirect } from 'next/navigation'
import { DEFAULT_SETTINGS_TAB, settingsTabs } from '#components/settings/tabs.ts'
import { addPageTimeToHref } from '#app/_shared/page-address.ts'

/**
 * Redirects `/settings` to the page of a settings tab, for example `/settings/thresholds`. The parameter `tab` names
 * the tab. Without a valid parameter, the default tab opens.
 */
export default async function Page({ searchParams }: { searchParams: Promise<{ tab?: string | string[] }> }) {
  const { tab } = await searchParams
  redirect(
    await addPageTimeToHref(`/settings/${settingsTabs.find(({ id }) => id === tab)?.id ?? DEFAULT_SETTINGS_TAB}`),
  )
}
