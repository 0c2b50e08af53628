import KeyboardIcon from 'lucide-react/icons/keyboard'
import MenuIcon from 'lucide-react/icons/menu'
import MonitorIcon from 'lucide-react/icons/monitor'
import MoonIcon from 'lucide-react/icons/moon'
import SearchIcon from 'lucide-react/icons/search'
import SunIcon from 'lucide-react/icons/sun'
import TvIcon from 'lucide-react/icons/tv'
import UserIcon from 'lucide-react/icons/circle-user'
import { clsx } from 'clsx'
import { type ReactNode, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { useLiveUpdates, ApiError } from '../data/index.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { DialogFrame, createLazyOverlay } from '../ui/overlay/lazy-overlays.tsx'
import type { ControlledPanelProps } from '../ui/overlay/panel-props.ts'
import { SimulatorControl } from './simulator-control.tsx'
import { CustomerFilter } from '../customers/customer-filter.tsx'
import { useCustomerNames } from '../customers/use-customer-names.ts'
import { KeyboardShortcuts } from './keyboard-shortcuts.tsx'
import { BrandLogoAndName, PageNavigation } from './navigation.tsx'
import { listAllowedPages, wallPage } from './navigation-pages.ts'
import { SectionTabs } from './section-tabs.tsx'
import { ScreenFrameDataContext, useNavigationPermissions } from './visitor.tsx'
import { DataFreshnessLink } from './data-freshness-link.tsx'
import { useCurrentUser } from '../access/caller.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PrintedPageHead } from '../paper/print-sheet.tsx'
import { startTypeAhead } from '../palette/type-ahead.ts'
import { useCustomer, useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useLinkBlockingWhileOffline } from '../navigation/use-navigate.ts'
import { PageTimeControl } from './clock/page-time-control.tsx'
import { PastTimeBar } from './clock/past-bar.tsx'
import { BrowserTabMark } from './browser-tab-mark.tsx'
import { useHeadingFocus } from './use-heading-focus.ts'
import { AgeText, MomentText } from '../ui/times/time.tsx'
import { formatMinute, formatMoment, formatZoneLabel } from '../format/instant.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { themeNames } from '../ui/preferences-values.ts'
import { createLazyComponent } from '../ui/lazy-part.tsx'
import { useQueryClient } from '@tanstack/react-query'

/** Reports whether an API response shows that the user's session has ended. */
function useSignedOut(): boolean {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore(
    useCallback((notify) => cache.subscribe(notify), [cache]),
    () => cache.getAll().some(({ state: { error } }) => error instanceof ApiError && error.status === 401),
    () => false,
  )
}

/** Notice that the session has ended. The page stays open, so that typed text is not lost. */
function SignedOut() {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ink px-4 py-2 text-canvas">
      <strong>Your session has ended.</strong>
      <span>What this page shows is no longer updated.</span>
      <Button onClick={signIn} className="ml-auto">
        Sign in
      </Button>
    </div>
  )
}

function signIn() {
  const { pathname, search } = window.location
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}

const CommandPalette = createLazyComponent(() => import('../palette/palette.tsx').then((part) => part.CommandPalette))

/**
 * Stores the height of the top bar in the CSS variable `--top-bar`. Elements that stay visible below the bar while the
 * page scrolls use it.
 */
function announceHeight(bar: HTMLElement | null) {
  if (!bar) return
  const observer = new ResizeObserver(() =>
    document.documentElement.style.setProperty('--top-bar', `${bar.offsetHeight}px`),
  )
  observer.observe(bar)
  return () => observer.disconnect()
}

/** Frame of a page: navigation, clock, live state and offline banner. */
export function AppShell({
  openAccess,
  simulator,
  children,
}: {
  openAccess: boolean
  simulator: string | null
  children: ReactNode
}) {
  const [help, setHelp] = useState(false)
  const [menu, setMenu] = useState(false)
  const [clock, setClock] = useState(false)
  const [finding, setFinding] = useState<boolean | null>(null)
  const find = useCallback(() => {
    startTypeAhead()
    setFinding(true)
  }, [])
  const openClock = useCallback(() => setClock(true), [])
  // The command palette is loaded at the first movement or key press of a user, so that text typed right after its
  // shortcut is not lost. A screen without a user never loads it.
  useEffect(() => {
    const ended = new AbortController()
    const load = () => {
      ended.abort()
      // if loading fails, the next use of the shortcut loads the code again
      import('../palette/palette.tsx').catch(() => null)
    }
    for (const sign of ['pointermove', 'keydown']) addEventListener(sign, load, { signal: ended.signal })
    return () => ended.abort()
  }, [])
  useHeadingFocus()
  useLinkBlockingWhileOffline()
  const visitor = useNavigationPermissions()
  const names = useCustomerNames(useContext(ScreenFrameDataContext).customers)
  const isFiltered = useCustomer() !== null
  const isSignedOut = useSignedOut()
  const { status } = useLiveUpdates()
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13rem_minmax(0,1fr)] print:block">
      <BrowserTabMark />
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-3 py-1.5 text-canvas focus:translate-y-0 print:hidden"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-5 border-r bg-surface px-3 py-3.5 lg:flex print:hidden">
        <BrandLogoAndName />
        <PageNavigation />
        <Foot onHelp={() => setHelp(true)} />
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col">
        {openAccess && (
          // This warning is shown because the user may not know that sign-in is off. It is above the top bar, or on a
          // phone below the page. In the HTML, it precedes the page, so that it does not move the page when it arrives.
          <footer className="border-b px-3 py-1 text-xs text-ink-2 max-sm:order-last max-sm:border-t lg:px-4 print:hidden">
            <strong className="text-ink">Access is open:</strong> everyone who can reach this address can see and change
            everything<span className="max-sm:hidden"> (docs/operations.md, Access)</span>.
          </footer>
        )}
        <header ref={announceHeight} className="sticky top-0 z-30 border-b bg-surface/95 backdrop-blur-sm print:hidden">
          {/* the event stream ends together with the session, so the offline banner is not shown in addition */}
          <div role="alert">{isSignedOut ? <SignedOut /> : <OfflineBanner />}</div>
          <div
            className={clsx(
              'flex min-h-8.5 items-center gap-x-1.5 px-3 sm:min-h-11 lg:px-5',
              // on narrow screens the customer filter has its own line
              isFiltered && 'max-sm:flex-wrap',
            )}
          >
            <div className="flex items-center gap-1 lg:hidden">
              <DialogFrame
                title="Navigation"
                place="left"
                open={menu}
                onOpenChange={setMenu}
                trigger={
                  <IconButton label="Open navigation">
                    <MenuIcon aria-hidden />
                  </IconButton>
                }
              >
                <BrandLogoAndName />
                <CustomerFilter names={names} className="sm:hidden" />
                <PageNavigation onNavigate={() => setMenu(false)} />
                <Foot
                  onHelp={() => {
                    setMenu(false)
                    setHelp(true)
                  }}
                />
              </DialogFrame>
              <BrandLogoAndName brief />
            </div>
            <Button
              variant="quiet"
              aria-haspopup="dialog"
              onClick={find}
              className="lg:w-72 lg:justify-start lg:border lg:bg-canvas"
            >
              <SearchIcon aria-hidden />
              <span className="max-lg:sr-only">Search</span>
              <kbd aria-hidden className="ml-auto hidden font-mono text-xs text-ink-3 lg:inline">
                /
              </kbd>
            </Button>
            <CustomerFilter
              names={names}
              className={clsx('max-sm:order-last max-sm:mb-1', !isFiltered && 'max-sm:hidden')}
            />
            {/* a long text of the polls, and on a phone the text of the clock, is cut off, so that it does not widen the page */}
            <div className="ml-auto flex min-w-0 items-center gap-1 max-sm:flex-1 max-sm:justify-end">
              {simulator && <SimulatorControl url={simulator} />}
              <PageTimeControl open={clock} onOpenChange={setClock} />
              <DataFreshnessLink />
              <ZoneToggle />
              <AccountLink />
            </div>
          </div>
          <PastTimeBar />
        </header>
        <main
          id="content"
          tabIndex={-1}
          data-live={status}
          // While Peerwatch cannot be reached, the page is shown without colors, because the displayed states may be
          // outdated.
          // On a phone, the note below the page is outside of the screen until the page has arrived.
          className="w-full flex-1 px-3 pt-4 pb-16 max-sm:min-h-dvh outline-none data-[live=offline]:grayscale sm:px-5 lg:pt-5"
        >
          <PrintedPageHead />
          <SectionTabs />
          {children}
        </main>
      </div>
      <KeyboardShortcuts open={help} onOpenChange={setHelp} onFind={find} onClock={openClock} />
      {finding !== null && (
        <CommandPalette pages={listAllowedPages(visitor)} customers={names} open={finding} onOpenChange={setFinding} />
      )}
    </div>
  )
}

/** Buttons below the navigation: the wall in a new window, the theme, and the keyboard shortcuts. */
function Foot({ onHelp }: { onHelp: () => void }) {
  return (
    <div className="flex items-center gap-1 border-t pt-2">
      <PageLink
        href={wallPage.href}
        target="_blank"
        rel="noreferrer"
        title="Wall, in a new window"
        aria-label="Wall, in a new window"
        className="grid size-7 place-items-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
      >
        <TvIcon aria-hidden className="size-4" />
      </PageLink>
      <ThemeMenu />
      <IconButton label="Keyboard shortcuts" aria-haspopup="dialog" onClick={onHelp}>
        <KeyboardIcon aria-hidden />
      </IconButton>
    </div>
  )
}

const themeIcons = { system: MonitorIcon, light: SunIcon, dark: MoonIcon }
const ThemePopover = createLazyOverlay<ControlledPanelProps>(() => import('./theme-panel.tsx'))

/** Menu for the display settings of this browser: theme and height of table rows. */
function ThemeMenu() {
  const { theme } = usePreferences()
  const Icon = themeIcons[theme]
  return (
    <ThemePopover
      trigger={
        <IconButton label={`Theme: ${themeNames[theme].toLowerCase()}`}>
          <Icon aria-hidden />
        </IconButton>
      }
    />
  )
}

/** Link to the account of the signed-in user; renders nothing without sign-in. */
function AccountLink() {
  const caller = useCurrentUser()
  if (caller?.kind !== 'person') return null
  return (
    <PageLink
      href="/account"
      title={`Account of ${caller.name}`}
      aria-label={`Account of ${caller.name}`}
      className="flex h-7 max-w-36 items-center gap-1.5 rounded-md px-1.5 text-xs font-medium text-ink-2 hover:bg-hover hover:text-ink"
    >
      <UserIcon aria-hidden className="size-4 shrink-0" />
      <span className="hidden truncate sm:inline">{caller.name}</span>
    </PageLink>
  )
}

/**
 * Banner that states that the screen is no longer updated, since when, and why. It is shown while Peerwatch cannot be
 * reached.
 */
function OfflineBanner() {
  const { status, reason, lastMessageAt, retryNow } = useLiveUpdates()
  if (status !== 'offline') return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ink px-4 py-2 text-canvas">
      <strong className="tracking-wide">THIS SCREEN IS OFFLINE</strong>
      <span>
        {reason}{' '}
        {lastMessageAt !== null && (
          <>
            Data last known at{' '}
            <MomentText at={new Date(lastMessageAt).toISOString()} className="[&_span]:text-inherit" />,{' '}
            <AgeText at={new Date(lastMessageAt).toISOString()} />.
          </>
        )}{' '}
        Reconnecting automatically.
      </span>
      <Button onClick={retryNow} className="ml-auto">
        Retry now
      </Button>
    </div>
  )
}

/**
 * Button that shows the current time in the chosen zone. A click switches between UTC and the browser's zone. On a
 * phone, it shows the time without seconds above the zone; while the page shows a past time, it shows only the zone,
 * because the past time needs the space.
 */
function ZoneToggle() {
  const { zone, setLocalZone } = usePreferences()
  const now = useRealNow()
  const utc = zone === 'UTC'
  const isPast = useSelectedPastMoment() !== null
  const [time, label] = [formatMoment(now, zone, now), formatZoneLabel(now, zone)]
  return (
    <button
      type="button"
      aria-pressed={!utc}
      title={utc ? 'Show local time' : 'Show UTC'}
      onClick={() => setLocalZone(utc)}
      className="h-7 rounded-md px-2 font-mono text-xs max-sm:px-1 max-sm:leading-none whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink"
      suppressHydrationWarning
    >
      <span className="max-sm:hidden" suppressHydrationWarning>
        {time}{' '}
      </span>
      {!isPast && (
        <span className="block sm:hidden" suppressHydrationWarning>
          {formatMinute(now, zone, now)}
        </span>
      )}
      <span className="text-ink-3">{label}</span>
      {/* the name of the button contains the text that is visible at this width */}
      <span className="sr-only">, show {utc ? 'local time' : 'UTC'}</span>
    </button>
  )
}
