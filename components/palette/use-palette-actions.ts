import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { formatSiteName } from '#lib/contract/words/site-states.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { sendIncidentAcknowledgement, INCIDENT_LIST_QUERY_KEYS } from '../incidents/use-incident-command.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { buildRoutesHref } from '../routes/route-views.ts'
import { usePreferences } from '../ui/preferences.tsx'
import { useToast } from '../ui/toast.tsx'
import { findPageControls } from '../ui/page-controls.ts'
import type { CommandPaletteItem } from './palette-items.ts'

/**
 * CSS selector of the controls that the palette offers as actions of a page: controls with a shortcut key, controls
 * with `data-palette`, and the buttons in the menu of the page head.
 */
const OFFERED = ':is([data-key], [data-palette], [popover] button)'

const nameOf = (control: HTMLElement) => control.getAttribute('aria-label') ?? control.textContent.trim()

/**
 * Returns the page's controls as actions of the palette, one for each name. When an action runs, it finds its control
 * by name again, because the page may have rendered a new control in the meantime.
 */
export function listPageActions(): CommandPaletteItem[] {
  const controls = new Map(findPageControls(OFFERED).map((control) => [nameOf(control), control.dataset.key]))
  return [...controls].map(([name, key]) => ({
    href: `action page ${name}`,
    name,
    detail: key ?? 'action',
    run: () => {
      const control = findPageControls(OFFERED).find((one) => nameOf(one) === name)
      control?.click()
      // A control with a shortcut key handles the focus itself.
      if (control && key === undefined) void focusField(control)
    },
  }))
}

const FIELD = ':is(input, select, textarea):not(:disabled)'
const PATIENCE_MS = 10_000

/**
 * Moves the focus to the first field of the popover that a control opens. The popover may still be loading data, so the
 * function waits until the field exists. If the user meanwhile moves the focus within the popover, the focus stays
 * there.
 */
async function focusField(control: HTMLElement): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  let given: Element | null = null
  while (performance.now() < until) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const opened = document.getElementById(control.getAttribute('aria-controls') ?? '')
    const held = document.activeElement
    // When the palette closes, it returns the focus to the element that had the focus before it opened. This first
    // change of the focus is therefore not an action of the user.
    if (opened?.contains(held)) {
      if (given?.isConnected && held !== given) return
      given = held
    }
    const field = opened?.querySelector<HTMLElement>(FIELD)
    if (field) return field.focus()
  }
}

/** Returns the actions that the palette offers on every page. */
export function useCommandPaletteActions(): CommandPaletteItem[] {
  const { theme, setTheme, zone, setLocalZone } = usePreferences()
  const notify = useToast()
  return useMemo(() => {
    const copyLink = () =>
      navigator.clipboard.writeText(window.location.href).then(
        () => notify({ tone: 'up', title: 'Link copied' }),
        (error: unknown) => notify({ tone: 'down', title: 'The link could not be copied', detail: String(error) }),
      )
    return [
      { href: 'action copy-link', name: 'Copy link to this view', detail: 'action', run: () => void copyLink() },
      ...(theme === 'dark'
        ? []
        : [{ href: 'action dark', name: 'Dark theme', detail: 'action', run: () => setTheme('dark') }]),
      ...(theme === 'light'
        ? []
        : [{ href: 'action light', name: 'Light theme', detail: 'action', run: () => setTheme('light') }]),
      zone === 'UTC'
        ? { href: 'action local', name: 'Times in local time', detail: 'action', run: () => setLocalZone(true) }
        : { href: 'action utc', name: 'Times in UTC', detail: 'action', run: () => setLocalZone(false) },
      { href: 'action print', name: 'Print this page', detail: 'action', run: () => window.print() },
    ]
  }, [theme, setTheme, zone, setLocalZone, notify])
}

/**
 * Returns the declared and learned sites. A declared site opens the routes within its first prefix, or the declarations
 * if it has no prefix. A learned site opens the page of its circuit, or the list of circuits unless it has exactly one
 * known circuit.
 */
export function useCommandPaletteSites(circuits: readonly Circuit[] | undefined): { name: string; href: string }[] {
  const declared = useEndpointQuery('declarations').data?.data
  return useMemo(() => {
    const known = new Set(circuits?.map(({ id }) => id))
    return [
      ...(declared?.sites ?? []).map(({ name, prefixes: [prefix] }) => ({
        name,
        href: prefix === undefined ? '/settings/declarations' : buildRoutesHref('table', { within: prefix }),
      })),
      ...(declared?.learnedSites ?? []).map(({ name, circuits: own }) => ({
        name: formatSiteName(name),
        href: own.length === 1 && own[0] && known.has(own[0]) ? `/circuits/${encodeURIComponent(own[0])}` : '/circuits',
      })),
    ]
  }, [declared, circuits])
}

/** Returns the function that acknowledges an incident; null if this is not permitted, or the page shows the past. */
export function useAcknowledgement(): ((incident: Incident) => void) | null {
  const may = useHasRight('acknowledge')
  const isPast = useSelectedPastMoment() !== null
  const client = useQueryClient()
  const notify = useToast()
  return useMemo(() => {
    if (!may || isPast) return null
    return (incident) =>
      void sendIncidentAcknowledgement(incident.id).then(
        () => {
          for (const topic of INCIDENT_LIST_QUERY_KEYS) void client.invalidateQueries({ queryKey: [topic] })
          notify({ tone: 'up', title: `Acknowledged: ${formatIncidentTitle(incident)}` })
        },
        (error: unknown) =>
          notify({ tone: 'down', title: 'The incident was not acknowledged', detail: (error as Error).message }),
      )
  }, [may, isPast, client, notify])
}
