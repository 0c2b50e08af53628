import { useMemo } from 'react'
import type { WallTile } from '#lib/contract/index.ts'
import { shorterForms } from './ellipsize.ts'
import { useFittingForm } from './use-fitting-form.ts'
import { WallGlyph } from './wall-glyph.tsx'
import type { TileWords } from './wall-words.ts'

/** A number and its unit stay on one line, and so does `2 min 06 s`. */
const unbroken = (text: string) => text.replaceAll(/(?<=\d) |(?<=\d (?:d|h|min)) (?=\d)/g, '\u00a0')

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

/** One resource: name, state with its certain duration, meaning and owner. */
export function Tile({ tile, words }: { tile: WallTile; words: TileWords }) {
  const { state, word, lasted, doubt, meaning, owner } = words
  return (
    <li
      className="wall-tile"
      data-state={state}
      data-late={tile.freshness.state === 'late' || undefined}
      data-taken={tile.acknowledged !== null || undefined}
    >
      <div className="wall-tile-body">
        <p className="wall-name">
          <a href={tile.href}>{tile.name}</a>
          {owner && <span className="wall-owner">{owner}</span>}
        </p>
        <p className="wall-state">
          <WallGlyph state={state} />
          <strong>{word}</strong>
          {lasted && <span className="wall-lasted"> {lasted}</span>}
        </p>
        {doubt && <p className="wall-doubt">{doubt}</p>}
        {/* the content above determines the available space */}
        <Meaning key={`${meaning} ${doubt !== null} ${lasted?.length} ${owner}`} text={meaning} />
      </div>
    </li>
  )
}
