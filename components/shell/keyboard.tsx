import { useEffect, useRef } from 'react'
import { useGo } from '../navigation/use-go.ts'
import { withRange } from '../links/with-range.ts'
import { useRangeSearch } from '../links/range-search.tsx'
import { useClock } from '../time/use-clock.ts'
import { DialogFrame } from '../ui/overlay/opened.tsx'
import { placesFor } from './places.ts'
import { useVisitor } from './visitor.tsx'
import { focusRow, pressControl } from './rows.ts'
import { commandOf, isOverlaid, isTyping } from './shortcuts.ts'

/** How long `g` waits for its second key. */
const CHORD_MS = 1200

/** Handles keyboard shortcuts, and lists them on `?`. */
export function Keyboard({
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
  const go = useGo()
  const range = useRangeSearch()
  const { backToNow } = useClock()
  const pendingUntil = useRef(0)
  const visitor = useVisitor()

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing || isOverlaid()) return
      if (event.ctrlKey || event.metaKey) {
        // everywhere, also in a field
        if (event.key.toLowerCase() !== 'k' || event.shiftKey) return
        event.preventDefault()
        onFind()
        return
      }
      if (isTyping(event.target)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur()
        return
      }
      const command = commandOf(event.key, event.timeStamp < pendingUntil.current)
      pendingUntil.current = command.do === 'pending' ? event.timeStamp + CHORD_MS : 0
      if (command.do === 'go') go(withRange(command.href, range))
      if (command.do === 'help') onOpenChange(true)
      if (command.do === 'find') onFind()
      if (command.do === 'clock') onClock()
      if (command.do === 'now') backToNow()
      if (command.do === 'filter') focusFilter()
      if (command.do === 'row') focusRow(command.step)
      if (command.do === 'press') pressControl(command.key)
      if (command.do !== 'pending' && command.do !== 'nothing') event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [go, range, backToNow, onOpenChange, onFind, onClock])

  return (
    <DialogFrame title="Keyboard" open={open} onOpenChange={onOpenChange}>
      <dl className="grid grid-cols-[1fr_auto] gap-y-1.5">
        <Shortcut what="Search" keys={['/']} />
        <Shortcut what="Clock: a moment or a range" keys={['.']} />
        <Shortcut what="Back to now" keys={['n']} />
        <Shortcut what="Filter this page" keys={['f']} />
        <Shortcut what="Next row, previous row" keys={['j', 'k']} />
        <Shortcut what="Acknowledge the incident" keys={['a']} />
        <Shortcut what="Ticket text" keys={['t']} />
        <Shortcut what="This help" keys={['?']} />
      </dl>
      <h3 className="mt-4 mb-1.5 text-xs text-ink-3">Go to: g, then</h3>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 sm:grid-cols-3">
        {placesFor(visitor).map(
          ({ name, key }) =>
            key && (
              <div key={key} className="flex items-center gap-2">
                <dd>
                  <Key name={key} />
                </dd>
                <dt className="text-ink-2">{name}</dt>
              </div>
            ),
        )}
      </dl>
    </DialogFrame>
  )
}

/** The first visible filter of the page, else the first of its choices: incidents have no text to filter by. */
function focusFilter(): void {
  const visible = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].find(({ offsetParent }) => offsetParent)
  const field = visible('[data-search]') ?? visible('[data-choices] :is(input, select, button)')
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}

function Shortcut({ what, keys }: { what: string; keys: string[] }) {
  return (
    <>
      <dt className="text-ink-2">{what}</dt>
      <dd className="flex justify-end gap-1">
        {keys.map((key) => (
          <Key key={key} name={key} />
        ))}
      </dd>
    </>
  )
}

const Key = ({ name }: { name: string }) => (
  <kbd className="inline-block min-w-6 rounded-sm border border-line-strong bg-sunken px-1.5 text-center font-mono text-xs leading-5">
    {name}
  </kbd>
)
