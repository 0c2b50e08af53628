import { type CSSProperties, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { WallTile, WallTileHistory } from '#lib/overview/api/index.ts'
import type { WallCell } from './arrange.ts'
import { shorterClauses, shorterForms, shorterSentences } from './ellipsize.ts'
import { WallDay } from './wall-day.tsx'
import { WallGlyph } from './wall-glyph.tsx'
import type { TileWords } from './wall-words.ts'

/** Letters extend slightly beyond their lines: tolerance in px. */
const BEYOND_EM = 0.15

const isCut = (element: HTMLElement): boolean =>
  element.scrollHeight - element.clientHeight > BEYOND_EM * Number.parseFloat(getComputedStyle(element).fontSize)

/**
 * Finds the first of several ever shorter forms of a text that fits its element. Measures again when
 * the size or the font changes.
 * @returns the element's ref, and the index of the fitting form
 */
function useFittingForm(forms: number): [RefObject<HTMLParagraphElement | null>, number] {
  const frame = useRef<HTMLParagraphElement>(null)
  // a new object each time, so that the same form is measured again
  const [chosen, setForm] = useState({ form: 0 })
  // before paint, so that forms that do not fit are never visible
  useLayoutEffect(() => {
    const element = frame.current
    if (element && chosen.form < forms - 1 && isCut(element)) {
      setForm({ form: chosen.form + 1 })
    }
  }, [chosen, forms])
  useEffect(() => {
    const room = frame.current?.parentElement
    if (!room) return
    const again = new ResizeObserver(() => setForm({ form: 0 }))
    again.observe(room)
    let gone = false
    void document.fonts.ready.then(() => gone || setForm({ form: 0 }))
    return () => {
      gone = true
      again.disconnect()
    }
  }, [])
  return [frame, chosen.form]
}

/** A number stays on one line with its unit and with what bounds it, and so does `2 min 06 s`. */
const unbroken = (text: string) => text.replaceAll(/(?<=[\d≤]) |(?<=\d (?:d|h|min)) (?=\d)/g, '\u00a0')

/** Letters in a line of the narrowest tile. */
const SHORT = 17

/**
 * A tile's text in parts, so that lines break between them: `Secondary path alone, 0 prefixes lost`.
 * Shortened if it does not fit; screen readers get the full text.
 */
function Meaning({ text }: { text: string }) {
  const forms = useMemo(() => shorterForms(text), [text])
  const [frame, form] = useFittingForm(forms.length)
  return (
    <p ref={frame} className="wall-meaning">
      {form > 0 && <span className="sr-only">{text}</span>}
      <span aria-hidden={form > 0 || undefined}>
        {(forms[form] ?? []).map((part) =>
          part.trim().length <= SHORT ? <ShortPart key={part}>{part}</ShortPart> : unbroken(part),
        )}
      </span>
    </p>
  )
}

/** The trailing space is outside, so that the line may break there. */
const ShortPart = ({ children: part }: { children: string }) => (
  <>
    <span className="wall-part">{part.trimEnd()}</span>
    {part.endsWith(' ') && ' '}
  </>
)

const shortened = {
  impact: { name: 'Impact', className: 'wall-impact', shorter: shorterClauses },
  next: { name: 'Next', className: 'wall-next', shorter: shorterSentences },
} as const

/** What is affected, or what to do next, in as many clauses or sentences as there is room for; screen readers get all. */
function Shortened({ what, text }: { what: keyof typeof shortened; text: string }) {
  const { name, className, shorter } = shortened[what]
  const forms = useMemo(() => shorter(text), [shorter, text])
  const [frame, form] = useFittingForm(forms.length)
  return (
    <p ref={frame} className={className}>
      {form > 0 && <span className="sr-only">{text}</span>}
      <span aria-hidden={form > 0 || undefined}>
        <b>{name}:</b> {forms[form]}
      </span>
    </p>
  )
}

interface TileParts {
  tile: WallTile
  cell: WallCell | undefined
  words: TileWords
  /** large, with what to do about it */
  isLead: boolean
  history: WallTileHistory | undefined
  /** who is at the screen has the right */
  mayAcknowledge: boolean
}

/** How little a tile's state may be trusted for its age: what is older loses more of its weight. */
const ageOf = ({ freshness, unconfirmedSince }: WallTile): 'late' | 'stale' | undefined => {
  if (unconfirmedSince !== null || freshness.state === 'stale') return 'stale'
  return freshness.state === 'late' ? 'late' : undefined
}

/** One resource: name, state with its certain duration, meaning, owner, and its last 24 hours. */
export function Tile({ tile, cell, words, isLead, history, mayAcknowledge }: TileParts) {
  const { state, word, lasted, doubt, meaning, owner } = words
  return (
    <li
      className="wall-tile"
      style={{ '--column': cell?.column, '--row': cell?.row } as CSSProperties}
      data-state={state}
      data-lead={isLead || undefined}
      data-age={ageOf(tile)}
      data-taken={tile.acknowledged !== null || undefined}
    >
      <div className="wall-tile-body">
        <p className="wall-name">
          <a href={tile.href}>{tile.name}</a>
          {owner && !isLead && <span className="wall-owner">{owner}</span>}
        </p>
        <p className="wall-state">
          <WallGlyph state={state} />
          <strong>{word}</strong>
          {lasted && <span className="wall-lasted"> {lasted}</span>}
        </p>
        {doubt && <p className="wall-doubt">{doubt}</p>}
        {/* the content above determines the available space */}
        <Meaning
          key={`${meaning} ${doubt !== null} ${lasted?.length} ${owner} ${isLead} ${history !== undefined}`}
          text={meaning}
        />
        {/* a doubt takes its line, and its authority */}
        {isLead && tile.impact !== null && state === tile.state && doubt === null && (
          <Shortened what="impact" key={`${tile.impact} ${history !== undefined}`} text={tile.impact} />
        )}
        {isLead && owner && (
          <p className="wall-fact">
            <b>Owner:</b> {owner}
            {tile.acknowledged === null && tile.incidentId !== null && ', not acknowledged'}
          </p>
        )}
        {isLead && tile.nextStep !== null && state === tile.state && (
          <Shortened what="next" key={`${tile.nextStep} ${history !== undefined}`} text={tile.nextStep} />
        )}
        {history && <WallDay history={history} now={tile.state} />}
      </div>
      {mayAcknowledge && tile.incidentId && !tile.acknowledged && <WallAcknowledge key={tile.incidentId} tile={tile} />}
    </li>
  )
}

/** Acknowledges the open incident of a tile; it is seen while the tile has the focus or the pointer. */
function WallAcknowledge({ tile }: { tile: WallTile }) {
  /** why it was not acknowledged; '' = it is being sent, or was */
  const [fault, setFault] = useState<string | null>(null)
  const acknowledge = async (button: HTMLElement) => {
    setFault('')
    // loaded when it is first needed: most walls have nobody at them
    const { acknowledgeOnWall } = await import('./acknowledge-on-wall.ts')
    setFault(await acknowledgeOnWall(button, tile))
  }
  return (
    <span className="wall-acknowledge">
      <span role="status">{fault}</span>
      <button
        type="button"
        data-key="a"
        aria-label={`Acknowledge ${tile.name}`}
        disabled={fault === ''}
        onClick={({ currentTarget }) => void acknowledge(currentTarget)}
      >
        Acknowledge
      </button>
    </span>
  )
}
