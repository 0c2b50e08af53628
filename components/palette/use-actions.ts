import { useMemo } from 'react'
import { usePreferences } from '../ui/preferences.tsx'
import { useToast } from '../ui/toast.tsx'
import { pageControls } from '../ui/page-controls.ts'
import type { PaletteItem } from './palette-items.ts'

/** What acts on the page that the palette was opened on: controls with a key, those that bear `data-palette`, and the menu of its head. */
const OFFERED = ':is([data-key], [data-palette], [popover] button)'

const nameOf = (control: HTMLElement) => control.getAttribute('aria-label') ?? control.textContent.trim()

/** The page's controls as actions, each name once. It is pressed by its name: by then the page may have drawn it again. */
export function pageActions(): PaletteItem[] {
  const controls = new Map(pageControls(OFFERED).map((control) => [nameOf(control), control.dataset.key]))
  return [...controls].map(([name, key]) => ({
    href: `action page ${name}`,
    name,
    detail: key ?? 'action',
    run: () => {
      const control = pageControls(OFFERED).find((one) => nameOf(one) === name)
      control?.click()
      // what has a key of its own knows what it gives the focus to
      if (control && key === undefined) void focusField(control)
    },
  }))
}

const FIELD = ':is(input, select, textarea):not(:disabled)'
const PATIENCE_MS = 10_000

/**
 * The focus goes to the first field of the popover that a control opens, once it is there: it may wait for an answer. Where the reader has
 * gone elsewhere in it meanwhile, it stays.
 */
async function focusField(control: HTMLElement): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  let given: Element | null = null
  while (performance.now() < until) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const opened = document.getElementById(control.getAttribute('aria-controls') ?? '')
    const held = document.activeElement
    // the palette, which closes meanwhile, gives the focus back to what had it: that is not the reader
    if (opened?.contains(held)) {
      if (given?.isConnected && held !== given) return
      given = held
    }
    const field = opened?.querySelector<HTMLElement>(FIELD)
    if (field) return field.focus()
  }
}

/** What the palette can do on any page. */
export function useActions(): PaletteItem[] {
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
