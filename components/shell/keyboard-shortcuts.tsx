import { useEffect, useRef } from 'react'
import { useNavigate } from '../navigation/use-navigate.ts'
import { addPageSelections } from '../links/page-selection-href.ts'
import { useRangeSearch } from '../links/page-selection-provider.tsx'
import { usePageTime } from '../time/use-page-time.ts'
import { createLazyOverlay } from '../ui/overlay/lazy-overlays.tsx'
import type { ControlledPanelProps } from '../ui/overlay/panel-props.ts'
import { focusNeighborRow, pressControlByKey } from './row-focus.ts'
import { findShortcutCommand, isOverlayOpen, isTextInputTarget } from './shortcuts.ts'

const KeyboardHelp = createLazyOverlay<ControlledPanelProps>(() => import('./keyboard-help.tsx'))

/** Time in ms after the key `g` in which the second key of a shortcut such as `g i` must be pressed. */
const CHORD_MS = 1200

/** Handles keyboard shortcuts on all pages. The key `?` opens the list of shortcuts. */
export function KeyboardShortcuts({
  open,
  onOpenChange,
  onFind,
  onClock,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  onFind: () => void
  onClock: () => void
}) {
  const go = useNavigate()
  const range = useRangeSearch()
  const { backToNow } = usePageTime()
  const pendingUntil = useRef(0)

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing || isOverlayOpen()) return
      if (event.ctrlKey || event.metaKey) {
        // this shortcut works everywhere, even in text fields
        if (event.key.toLowerCase() !== 'k' || event.shiftKey) return
        event.preventDefault()
        onFind()
        return
      }
      if (isTextInputTarget(event.target)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur()
        return
      }
      const command = findShortcutCommand(event.key, event.timeStamp < pendingUntil.current)
      pendingUntil.current = command.do === 'pending' ? event.timeStamp + CHORD_MS : 0
      if (command.do === 'go') go(addPageSelections(command.href, range))
      if (command.do === 'help') onOpenChange(true)
      if (command.do === 'find') onFind()
      if (command.do === 'clock') onClock()
      if (command.do === 'now') backToNow()
      if (command.do === 'filter') focusFilter()
      if (command.do === 'row') focusNeighborRow(command.step)
      if (command.do === 'press') pressControlByKey(command.key)
      if (command.do !== 'pending' && command.do !== 'nothing') event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [go, range, backToNow, onOpenChange, onFind, onClock])

  return <KeyboardHelp open={open} onOpenChange={onOpenChange} />
}

/**
 * Focuses the first visible text filter of the page. If the page has no text filter, such as the incidents page,
 * focuses the first of its other filters.
 */
function focusFilter(): void {
  const visible = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].find(({ offsetParent }) => offsetParent)
  const field = visible('[data-search]') ?? visible('[data-choices] :is(input, select, button)')
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}
