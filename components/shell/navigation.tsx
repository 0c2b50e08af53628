import { clsx } from 'clsx'
import BanknoteIcon from 'lucide-react/icons/banknote'
import CalendarCheckIcon from 'lucide-react/icons/calendar-check'
import HouseIcon from 'lucide-react/icons/house'
import NetworkIcon from 'lucide-react/icons/network'
import RouteIcon from 'lucide-react/icons/route'
import SettingsIcon from 'lucide-react/icons/settings'
import ShieldCheckIcon from 'lucide-react/icons/shield-check'
import SirenIcon from 'lucide-react/icons/siren'
import UsersIcon from 'lucide-react/icons/users'
import type { LucideIcon } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { PageLink } from '../links/page-link.tsx'
import { BrandMark } from '../ui/drawing/brand-mark.tsx'
import { listNavigationGroups, findNavigationEntry } from './navigation-pages.ts'
import { useBrowserTabState } from './browser-tab-mark.tsx'
import { useNavigationPermissions } from './visitor.tsx'

const icons: Record<string, LucideIcon> = createSafeLookupTable({
  home: HouseIcon,
  incidents: SirenIcon,
  investigate: RouteIcon,
  network: NetworkIcon,
  customers: UsersIcon,
  resilience: ShieldCheckIcon,
  cost: BanknoteIcon,
  availability: CalendarCheckIcon,
  settings: SettingsIcon,
})

/** Navigation with sections in groups. The last group is at the bottom. */
export function PageNavigation({ onNavigate }: { onNavigate?: () => void }) {
  const current = findNavigationEntry(usePathname(), null)?.section.id
  const shown = listNavigationGroups(useNavigationPermissions())
  return (
    <nav aria-label="Screens" className="flex flex-1 flex-col gap-4">
      {shown.map(({ name, sections }) => (
        <div key={name} className={name === '' ? 'mt-auto' : undefined}>
          {name !== '' && <p className="mb-1 px-2.5 text-xs text-ink-3">{name}</p>}
          <ul className="flex flex-col gap-0.5">
            {sections.map((section) => {
              const [first] = section.tabs[0]?.places ?? []
              const isHere = section.id === current
              const Icon = icons[section.id] ?? HouseIcon
              return (
                <li key={section.id}>
                  <PageLink
                    href={first?.href ?? '/'}
                    onClick={onNavigate}
                    aria-current={isHere ? 'page' : undefined}
                    className={clsx(
                      'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm',
                      isHere ? 'bg-hover font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
                    )}
                  >
                    <Icon aria-hidden className={clsx('size-4', isHere ? 'text-ink' : 'text-ink-3')} />
                    {section.name}
                    {section.id === 'incidents' && <Waiting />}
                  </PageLink>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** Number of ongoing incidents in the navigation, in the color of the worst of them. */
function Waiting() {
  const open = useBrowserTabState()
  if (!open || open.ongoing === 0) return null
  return (
    <span
      className={clsx(
        'ml-auto rounded-full px-1.5 text-xs font-semibold tabular-nums',
        { down: 'bg-down-soft text-down', degraded: 'bg-degraded-soft text-degraded', none: 'bg-sunken text-ink' }[
          open.tone ?? 'none'
        ],
      )}
    >
      {open.ongoing}
      <span className="sr-only"> open</span>
    </span>
  )
}

/**
 * Logo and name.
 * @param brief hides the name on narrow screens, except for screen readers
 */
export function BrandLogoAndName({ brief = false }: { brief?: boolean }) {
  return (
    <PageLink href="/" className="flex items-center gap-2 rounded-md px-1 font-semibold tracking-tight">
      <BrandMark className="size-6" />
      <span className={brief ? 'sr-only min-[26rem]:not-sr-only' : undefined}>Peerwatch</span>
    </PageLink>
  )
}
