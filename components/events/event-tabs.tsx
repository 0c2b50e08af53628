import { LinkTabs } from '../links/link-tabs.tsx'

const tabs = [
  { id: 'log', name: 'Log', href: '/events' },
  { id: 'patterns', name: 'Patterns', href: '/events?tab=patterns' },
] as const

/** The views of the events page. */
export function EventTabs({ current }: { current: (typeof tabs)[number]['id'] }) {
  return <LinkTabs label="Events" tabs={tabs} current={current} />
}
