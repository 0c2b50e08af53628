import UploadIcon from 'lucide-react/icons/upload'
import { clsx } from 'clsx'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { useSelectedPastMoment, useIsSnapshotPage } from '../../links/page-selection-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { useOnUrlAnchor } from '../../ui/fold-panel.tsx'
import { createLazyComponent } from '../../ui/lazy-part.tsx'
import { SkeletonRows } from '../../ui/answer-view.tsx'
import { PLAN_FRAGMENT } from '../../links/what-if-href.ts'
import { PlanFileCommands } from './plan-commands.tsx'
import type { PlanSource } from './plan-source.ts'

// The code that reads plans, with its schemas, is loaded only when the user provides a plan.
const PlanCheck = createLazyComponent(
  () => import('./plan-check.tsx').then((part) => part.PlanFileCheck),
  <SkeletonRows rows={6} />,
)

/** Number of plans that the user has provided since the page was loaded. It is part of the keys of cached results. */
let givenPlans = 0

/**
 * Controls to provide a plan (Terraform, ARM what-if or a list of changes), above the content of a tab. The user can
 * drop a file anywhere on the tab, choose a file, or paste text. While a plan is open, its predicted effects replace
 * the content.
 */
export function PlanDropZone({ children }: { children: ReactNode }) {
  const [given, setGiven] = useState<{ source: PlanSource; turn: number } | null>(null)
  const [isOver, setOver] = useState(false)
  // A plan is compared with the present state. Pages that show a past time and snapshots therefore do not check plans.
  const isFrozen = useIsSnapshotPage()
  const isOff = useSelectedPastMoment() !== null || isFrozen
  const chooser = useRef<HTMLInputElement>(null)
  const give = (source: PlanSource) => {
    givenPlans += 1
    setGiven({ source, turn: givenPlans })
  }
  const close = () => {
    history.replaceState(history.state, '', location.pathname + location.search)
    setGiven(null)
  }
  usePlanFragment((fragment) => give({ fragment }))
  useEffect(() => {
    const onPaste = ({ target, clipboardData }: ClipboardEvent) => {
      if (target instanceof Element && target.closest('input, textarea, select, [role=dialog]')) return
      const [file] = clipboardData?.files ?? []
      const text = clipboardData?.getData('text') ?? ''
      if (file) give({ file })
      // Pasted text that does not look like JSON is ignored, because it was probably not meant as a plan.
      else if (/^\s*[[{]/.test(text)) give({ text })
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition to the button, which the keyboard reaches
    <div
      className={clsx('grid grid-cols-[minmax(0,1fr)] gap-4 rounded-lg', isOver && 'outline-2 outline-focus')}
      onDragOver={(event) => {
        if (isOff || !event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        const [file] = event.dataTransfer.files
        if (isOff || !file) return
        event.preventDefault()
        give({ file })
      }}
    >
      <DisableControlsWithoutRight right="read">
        <input
          ref={chooser}
          type="file"
          aria-label="Plan file"
          accept=".json,.txt,application/json"
          className="hidden"
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file) give({ file })
            // The value is reset, so that the user can choose the same file again after correcting it.
            target.value = ''
          }}
        />
        {!given && !isOff && <Strip onChoose={() => chooser.current?.click()} onText={(text) => give({ text })} />}
        {isOff && !isFrozen && (
          <p className="text-sm text-ink-2">To check a plan, go back to now: a plan is compared with the present.</p>
        )}
      </DisableControlsWithoutRight>
      {given && !isOff ? (
        <PlanCheck
          key={given.turn}
          source={given.source}
          turn={given.turn}
          onChoose={() => chooser.current?.click()}
          onClose={close}
        />
      ) : (
        children
      )}
    </div>
  )
}

function Strip({ onChoose, onText }: { onChoose: () => void; onText: (text: string) => void }) {
  const [isPasting, setPasting] = useState(false)
  const choose = useRef<HTMLButtonElement>(null)
  // the command palette opens the page with this fragment
  useOnUrlAnchor('plan', () => choose.current?.focus())
  return (
    <section
      id="plan"
      aria-label="Check a plan"
      className="grid gap-2 rounded-lg border border-dashed border-line-strong px-3.5 py-1.5 print:hidden"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <UploadIcon aria-hidden className="size-4 shrink-0 text-ink-3 max-sm:hidden" />
        <p className="min-w-0 flex-[1_1_20rem] text-sm">
          <span className="font-semibold">Check a plan:</span> drop a Terraform plan, ARM what-if or list of changes
          here. <span className="text-ink-3">Only its changes are sent.</span>
        </p>
        <Button ref={choose} data-palette onClick={onChoose}>
          Choose a plan file
        </Button>
        <Button aria-expanded={isPasting} onClick={() => setPasting(!isPasting)}>
          Paste a plan
        </Button>
        <PlanFileCommands />
      </div>
      {isPasting && <PasteForm onText={onText} />}
    </section>
  )
}

function PasteForm({ onText }: { onText: (text: string) => void }) {
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        onText(text)
      }}
    >
      <textarea
        ref={field}
        aria-label="Text of the plan"
        rows={6}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
        placeholder='[{ "set": { "resource": "er-ams-to-hub", "weight": 100 } }]'
        className="w-full rounded-md border border-line-strong bg-surface p-2 font-mono text-xs"
      />
      <div>
        <Button type="submit" variant="strong" disabled={text.trim() === ''}>
          Check the plan
        </Button>
      </div>
    </form>
  )
}

/** Calls `onPlan` with the URL's fragment if it contains a plan, when the page opens and when the fragment changes. */
function usePlanFragment(onPlan: (fragment: string) => void): void {
  const latest = useRef(onPlan)
  useEffect(() => {
    latest.current = onPlan
  })
  useEffect(() => {
    const check = () => {
      if (location.hash.startsWith(PLAN_FRAGMENT)) latest.current(location.hash)
    }
    check()
    addEventListener('hashchange', check)
    return () => removeEventListener('hashchange', check)
  }, [])
}
