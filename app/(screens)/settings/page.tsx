import { redirect } from 'next/navigation'
import { FIRST_TAB, settingsTabs } from '#components/settings/tabs.ts'
import { keepingClock } from '#app/_shared/page-address.ts'

/** Each part of the settings is a page; an address may name it as the tabs of other pages are. */
export default async function Page({ searchParams }: { searchParams: Promise<{ tab?: string | string[] }> }) {
  const { tab } = await searchParams
  redirect(await keepingClock(`/settings/${settingsTabs.find(({ id }) => id === tab)?.id ?? FIRST_TAB}`))
}
