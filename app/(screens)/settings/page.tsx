import { redirect } from 'next/navigation'
import { DEFAULT_SETTINGS_TAB, settingsTabs } from '#components/settings/tabs.ts'
import { addPageTimeToHref } from '#app/_shared/page-address.ts'

/**
 * Redirects to the page of a settings tab. Each tab has its own page, but a URL may also name it in the parameter
 * `tab`, as on other pages.
 */
export default async function Page({ searchParams }: { searchParams: Promise<{ tab?: string | string[] }> }) {
  const { tab } = await searchParams
  redirect(
    await addPageTimeToHref(`/settings/${settingsTabs.find(({ id }) => id === tab)?.id ?? DEFAULT_SETTINGS_TAB}`),
  )
}
