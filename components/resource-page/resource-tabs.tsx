import { clsx } from 'clsx'
import { parseAsString, useQueryState } from 'nuqs'
import { Tabs } from 'radix-ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { StateSymbol, type StateTone } from '../ui/drawing/glyph.tsx'

/** Tab of a resource's page. */
export interface ResourceTab {
  /** value in the URL, `?tab=traffic` */
  id: string
  name: string
  /** ids of the sections in the tab, so that a link to `#usage` opens the tab with this section */
  sections?: readonly string[]
  /** ids that the tab had in earlier versions and that old URLs contain */
  former?: readonly string[]
  /** whether the tab uses the full width and hides the current state next to it */
  isWide?: boolean
  /** whether the tab is hidden unless the URL contains its id */
  isAside?: boolean
  /** symbol next to the name of a tab whose content needs attention; null = none */
  mark?: { tone: StateTone; words: string } | null
  children: ReactNode
}

/** Maximum time in milliseconds to wait until a linked section appears in the tab that was opened for it. */
const SECTION_WITHIN_MS = 5_000

/**
 * Tabs of a resource's page. The open tab is stored in the URL, and only the open tab is rendered. Keyboard use follows
 * the tabs pattern of the WAI-ARIA practices: arrow keys, Home and End open another tab (ADR 0264).
 */
export function ResourceTabs({ tabs: all }: { tabs: readonly ResourceTab[] }) {
  const [asked, setAsked] = useQueryState('tab', parseAsString.withOptions({ history: 'replace' }))
  const isAsked = ({ id, former = [] }: ResourceTab) => asked !== null && [id, ...former].includes(asked)
  const tabs = all.filter((tab) => tab.isAside !== true || isAsked(tab))
  const open = tabs.find(isAsked) ?? tabs[0]
  const list = useRef<HTMLDivElement>(null)
  useLinkedSection(all, (id) => void setAsked(id))
  // On a narrow screen, the label of the open tab may be outside of the visible part of the tab bar. The bar is then
  // scrolled.
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[data-state=active]')
    if (list.current && tab) list.current.scrollLeft = tab.offsetLeft - list.current.offsetLeft - 24
  }, [open?.id])
  if (!open) return null
  return (
    <Tabs.Root
      value={open.id}
      onValueChange={(id) => void setAsked(id === tabs[0]?.id ? null : id)}
      className="in-[[data-frame]]:contents"
    >
      <div className="border-b not-in-[[data-frame]]:mb-4 not-print:in-[[data-frame]]:order-first xl:in-[[data-frame]]:col-span-2">
        <Tabs.List ref={list} aria-label="Parts of this page" className="flex max-w-full overflow-x-auto">
          {tabs.map(({ id, name, mark }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              // When the user clicks a tab, Radix focuses it by a script, and browsers then show a focus ring as if the
              // keyboard had been used. The tab is therefore focused here without a ring.
              onMouseDown={({ currentTarget }) => currentTarget.focus({ focusVisible: false })}
              className={clsx(
                'flex min-h-8 items-center gap-1.5 border-b-2 px-3 py-1.5 text-sm whitespace-nowrap max-sm:px-1.5 -outline-offset-2',
                'border-transparent text-ink-2 hover:text-ink',
                'data-[state=active]:border-ink data-[state=active]:text-ink',
              )}
            >
              {name}
              {mark && (
                <>
                  <StateSymbol tone={mark.tone} className="size-2.5" />
                  <span className="sr-only">: {mark.words}</span>
                </>
              )}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
      </div>
      <Tabs.Content
        key={open.id}
        value={open.id}
        {...(open.isWide && { 'data-wide': '' })}
        {...(open !== tabs[0] && { 'data-later': '' })}
        className="grid min-h-[60vh] grid-cols-[minmax(0,1fr)] content-start gap-4 outline-offset-4 xl:data-wide:col-span-2"
      >
        {open.children}
      </Tabs.Content>
    </Tabs.Root>
  )
}

/** Opens the tab that contains the section in the URL's hash, and scrolls to that section. */
function useLinkedSection(tabs: readonly ResourceTab[], onTab: (id: string) => void): void {
  const latest = useRef({ tabs, onTab })
  useEffect(() => {
    latest.current = { tabs, onTab }
  })
  useEffect(() => {
    let frame = 0
    const show = (event?: Event) => {
      const section = decodeURIComponent(window.location.hash.slice(1))
      const tab = latest.current.tabs.find(({ sections }) => sections?.includes(section))
      if (!tab) return
      const asked = new URLSearchParams(window.location.search).get('tab')
      // After following the link, the user has opened another tab. This tab stays open.
      if (!event && asked !== null && asked !== tab.id) return
      latest.current.onTab(tab.id)
      const until = performance.now() + SECTION_WITHIN_MS
      const seek = () => {
        const there = document.getElementById(section)
        if (there) there.scrollIntoView()
        else if (performance.now() < until) frame = requestAnimationFrame(seek)
      }
      seek()
    }
    show()
    window.addEventListener('hashchange', show)
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('hashchange', show)
    }
  }, [])
}

/** Placeholder while the code of a tab is loading, with about the height of the tab. */
export const TabSkeleton = () => (
  <div aria-busy="true">
    <span className="sr-only">Loading</span>
    <div className="skeleton h-96" />
  </div>
)
