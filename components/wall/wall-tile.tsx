import { type CSSProperties, useMemo } from 'react'
import type { WallTile, WallTileHistory } from '#lib/overview/api/index.ts'
import type { Cell } from './arrange.ts'
import { shorterClauses, shorterForms, shorterSentences } from './ellipsize.ts'
import { useFittingForm } from './use-fitting-form.ts'
import { WallAcknowledge } from './wall-acknowledge.tsx'
import { Day } from './wall-day.tsx'
import { WallGlyph } from './wall-glyph.tsx'
import type { TileWords } from './wall-words.ts'

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
  cell: Cell | undefined
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
        {history && <Day history={history} now={tile.state} />}
      </div>
      {mayAcknowledge && tile.incidentId && !tile.acknowledged && <WallAcknowledge key={tile.incidentId} tile={tile} />}
    </li>
  )
}
