import { isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import { Command, useCommandState } from 'cmdk'
import SearchIcon from 'lucide-react/icons/search'
import { Dialog } from 'radix-ui'
import { useEffect, useMemo, useRef, useState } from 'react'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { useHasRight } from '../access/caller.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { getLastNightMoment } from '../format/last-night.ts'
import { useNavigate } from '../navigation/use-navigate.ts'
import { addPageSelections } from '../links/page-selection-href.ts'
import { useRangeSearch } from '../links/page-selection-provider.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { StateLabel } from '../ui/status.tsx'
import { useReturnFocus } from '../ui/overlay/use-return-focus.ts'
import { MAX_OPEN_INCIDENTS } from '../incidents/incident-queries.ts'
import { useZone } from '../ui/preferences.tsx'
import {
  formatPaletteHitCount,
  type CommandPaletteSources,
  type CommandPaletteItem,
  listCommandPaletteGroups,
} from './palette-items.ts'
import { saveRecentPage, readRecentPages } from '../links/recent-pages.ts'
import { endTypeAhead, readTypeAhead } from './type-ahead.ts'
import { parsePastMoment } from '../time/typed-moment.ts'
import {
  listPageActions,
  useAcknowledgement,
  useCommandPaletteActions,
  useCommandPaletteSites,
} from './use-palette-actions.ts'

const valueOf = (group: string, { href }: CommandPaletteItem) => `${group} ${href}`

/**
 * Command palette. It finds pages, open incidents, circuits, gateways, hubs, routers, sessions, customers, sites and
 * actions. It also looks up the routes to an address or prefix, optionally at a past time.
 */
export function CommandPalette({
  pages,
  customers,
  open,
  onOpenChange,
}: {
  pages: CommandPaletteSources['pages']
  customers: CommandPaletteSources['customers']
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { onOpenAutoFocus, onCloseAutoFocus } = useReturnFocus()
  /**
   * Action that the user chose. It runs only after the palette has closed and the focus is back on the page, so that
   * the action can open a popover or dialog that takes the focus.
   */
  const chosen = useRef<(() => void) | null>(null)
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          onOpenAutoFocus={onOpenAutoFocus}
          onCloseAutoFocus={(event) => {
            onCloseAutoFocus(event)
            chosen.current?.()
            chosen.current = null
          }}
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-2xl"
        >
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <Find
            pages={pages}
            customers={customers}
            onChosen={(run) => {
              chosen.current = run ?? null
              onOpenChange(false)
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Find({
  pages,
  customers,
  onChosen,
}: Pick<CommandPaletteSources, 'pages' | 'customers'> & { onChosen: (run?: () => void) => void }) {
  const go = useNavigate()
  const range = useRangeSearch()
  // text that the user typed before the palette was loaded
  const [ahead] = useState(readTypeAhead)
  const [text, setText] = useState(ahead.text)
  const [recent] = useState(readRecentPages)
  const circuits = useEndpointQuery('circuits').data?.data
  const gateways = useEndpointQuery('gateways').data?.data
  const hubs = useEndpointQuery('hubs').data?.data
  const routers = useEndpointQuery('routers').data?.data
  const sessions = useEndpointQuery('sessions').data?.data
  const sites = useCommandPaletteSites(circuits)
  const acknowledge = useAcknowledgement()
  const mayPlanTests = useHasRight('declare')
  const incidents = useEndpointQuery('incidents', { state: 'open', limit: MAX_OPEN_INCIDENTS }).data?.data
  const now = useRealNow(MS_PER_MINUTE)
  const zone = useZone()
  const actions = useCommandPaletteActions()
  const [onPage] = useState(listPageActions)
  const groups = useMemo(
    () =>
      listCommandPaletteGroups(
        text,
        {
          pages,
          customers,
          circuits: circuits ?? [],
          gateways: gateways ?? [],
          hubs: hubs ?? [],
          routers: routers ?? [],
          sessions: sessions ?? [],
          sites,
          acknowledge,
          mayPlanTests,
          incidents: incidents?.filter(isIncidentOngoing) ?? [],
          onPage,
          actions,
          recent,
        },
        {
          night: new Date(getLastNightMoment(now)).toISOString(),
          momentOf: (typed) => {
            const at = parsePastMoment(typed, now, zone)
            return at === null ? null : new Date(at).toISOString()
          },
        },
      ),
    [
      text,
      pages,
      customers,
      circuits,
      gateways,
      hubs,
      routers,
      sessions,
      sites,
      acknowledge,
      mayPlanTests,
      incidents,
      onPage,
      actions,
      recent,
      now,
      zone,
    ],
  )
  // Results that arrive later may appear above earlier results. Enter opens the first visible result, unless the user
  // has selected a result with the arrow keys.
  const [first] = groups
  const firstValue = first?.items[0] ? valueOf(first.name, first.items[0]) : ''
  const [selected, setSelected] = useState(firstValue)
  useEffect(() => setSelected(firstValue), [firstValue])
  const choose = (item: CommandPaletteItem) => {
    if (item.run) {
      onChosen(item.run)
      return
    }
    saveRecentPage(item)
    onChosen()
    go(addPageSelections(item.href, range))
  }
  // true = the user pressed Enter before any result was loaded. The first result is then opened as soon as it appears
  const entered = useRef(ahead.entered)
  useEffect(() => {
    const item = first?.items[0]
    if (!entered.current || !item) return
    entered.current = false
    choose(item)
  })
  return (
    <Command label="Go to" shouldFilter={false} loop value={selected} onValueChange={setSelected}>
      <div className="flex items-center gap-2.5 border-b px-3.5">
        <SearchIcon aria-hidden className="size-4 text-ink-3" />
        <Command.Input
          value={text}
          onValueChange={setText}
          onFocus={({ currentTarget }) => {
            const late = endTypeAhead()
            if (late === null) return
            // The value is set directly in the element, because the user may press the next key before React has
            // rendered the new text.
            currentTarget.value = late.text
            setText(late.text)
            if (late.entered) entered.current = true
          }}
          placeholder="10.10.4.7 at 03:12 last night, or a name"
          aria-label="Go to"
          className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-3"
        />
      </div>
      <p role="status" className="sr-only">
        {formatPaletteHitCount(groups)}
      </p>
      <ActiveOption />
      <Command.List label="Places" className="max-h-[min(26rem,65vh)] overflow-y-auto p-1.5">
        {groups.map(({ name, items }) => (
          <Command.Group
            key={name}
            heading={name}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
          >
            {items.map((item) => (
              <Command.Item
                key={item.href}
                value={valueOf(name, item)}
                onSelect={() => choose(item)}
                className="flex min-h-8 cursor-pointer flex-wrap items-center gap-x-2.5 rounded-md px-2 py-1 data-[selected=true]:bg-hover data-[selected=true]:shadow-[inset_2px_0_0_var(--focus)]"
              >
                <span className="font-medium break-all">{item.name}</span>
                <span className="text-xs text-ink-3">{item.detail}</span>
                {item.status && (
                  <span className="ml-auto text-xs">
                    <StateLabel {...item.status} />
                  </span>
                )}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

/**
 * Sets `aria-activedescendant` to the selected option for screen readers. The library cmdk leaves it at the option last
 * selected with the arrow keys, which may no longer exist.
 */
function ActiveOption() {
  useCommandState(({ value, selectedItemId }) => `${value} ${selectedItemId}`)
  const here = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const palette = here.current?.parentElement
    const option = palette?.querySelector('[role=option][aria-selected=true]')
    for (const element of palette?.querySelectorAll('[role=combobox], [role=listbox]') ?? [])
      if (option) element.setAttribute('aria-activedescendant', option.id)
      else element.removeAttribute('aria-activedescendant')
  })
  return <span ref={here} hidden />
}
