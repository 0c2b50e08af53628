import { redirect } from 'next/navigation'
import { FIRST_TAB } from '#components/settings/tabs.ts'

export default function Page() {
  redirect(`/settings/${FIRST_TAB}`)
}
