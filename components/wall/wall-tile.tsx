import { type CSSProperties, useMemo, useState } from 'react'
import type { WallTile, WallTileStatusWord } from '#lib/overview/api/index.ts'
import type { TilePlacement } from './place-tiles.ts'
import { listRiskForms } from './row-heads.ts'
import { type WallHistoryParts, WallRowHistory, WallTileHistoryStrip } from './tile-history.tsx'
import { useFittingForm } from './use-fitting-form.ts'
import { shortenTileTitle, findTileImpact, listShorterFormsOfText, type WallTileText } from './wall-text.ts'

/** Space between two sentences. */
const SENTENCES = /(?<=\.) (?=[A-Z])/

/**
 * Replaces spaces with non-breaking spaces after a number or the signs ≤ and ≥, and inside a duration such as
 * `2 min 06 s`, so that a number and its unit stay on one line.
 */
const unbroken = (text: string) => text.replaceAll(/(?<=[\d≤≥]) |(?<=\d (?:d|h|min)) (?=\d)/g, '\u00a0')

const facts = {
  meaning: { name: null, between: /(?<=[,·;]) / },
  impact: { name: 'Impact', between: /(?<=;) / },
  owner: { name: 'Owner', between: /(?<=,) (?=no |not |acknowledged )/ },
  next: { name: 'Next', between: SENTENCES },
} as const

/**
 * One line of a tile: its meaning, impact, owner or next step. The text is shortened by whole clauses (a next step by
 * whole sentences) until it fits, then replaced by `brief`, and may become empty. Screen readers get the full text.
 */
function Fact({ what, text, brief }: { what: keyof typeof facts; text: string; brief?: string | null }) {
  const { name, between } = facts[what]
  const forms = useMemo(
    () => [...listShorterFormsOfText(text, between), ...(brief ? [brief] : []), ''],
    [text, between, brief],
  )
  const [frame, form] = useFittingForm(forms.length)
  const shown = forms[form] ?? ''
  return (
    <p ref={frame} className={`wall-${what}`}>
      {form > 0 && <span className="sr-only">{text}</span>}
      {shown && (
        <span aria-hidden={form > 0 || undefined}>
          {name && <b>{name}: </b>}
          {unbroken(shown)}
        </span>
      )}
    </p>
  )
}

interface TileParts extends WallHistoryParts {
  tile: WallTile
  spot: TilePlacement
  words: WallTileText
  /** whether the signed-in user has the right to acknowledge incidents */
  mayAcknowledge: boolean
}

/**
 * Returns `late` if the poll of a tile is overdue, `stale` if the state of the tile is outdated, and undefined if the
 * state is current. A tile that is late or stale is shown less prominently.
 */
const ageOf = ({ freshness, unconfirmedSince, lastKnown }: WallTile): 'late' | 'stale' | undefined => {
  if (lastKnown || unconfirmedSince !== null || freshness.state === 'stale') return 'stale'
  return freshness.state === 'late' ? 'late' : undefined
}

/**
 * Tile of one resource. By its `spot`, it is a large tile with the next step, a smaller tile with the meaning of its
 * state, or a row. The tile links to the resource's incident if there is one, otherwise to the resource.
 */
export function WallTileBox({ tile, spot, words, late, history, until, times, mayAcknowledge }: TileParts) {
  const { form, x, y, width, height } = spot
  // The texts of a tile measure their space again if its size changes.
  const size = `${width} ${height}`
  return (
    <li
      className="wall-tile"
      style={{ '--x': x, '--y': y, '--w': width, '--h': height } as CSSProperties}
      data-form={form}
      data-alone={(form === 'lead' && width === 100) || undefined}
      data-state={words.state}
      data-word={words.word}
      data-age={ageOf(tile)}
      data-taken={tile.acknowledged !== null || undefined}
    >
      {form === 'row' ? (
        <Row
          tile={tile}
          words={words}
          late={late}
          history={history}
          until={until}
          times={times}
          size={size}
          spot={spot}
        />
      ) : (
        <Body
          tile={tile}
          words={words}
          isLead={form === 'lead'}
          history={history}
          until={until}
          times={times}
          size={size}
        />
      )}
      {mayAcknowledge && tile.incidentId && !tile.acknowledged && <WallAcknowledge key={tile.incidentId} tile={tile} />}
    </li>
  )
}

/**
 * Row for a resource without a problem. It shows the resource's name, a note or the effect that its loss would have,
 * the last 24 hours and the traffic rate. If the data is late, the row shows the delay in place of the rate and the
 * effect. If only the last known state is available, or the data of the whole wall is outdated, the row has no history
 * and no rate.
 */
function Row({
  tile,
  words,
  late,
  history,
  until,
  times,
  size,
  spot,
}: Omit<TileParts, 'mayAcknowledge'> & { size: string }) {
  return (
    <div className="wall-tile-body">
      <WallGlyph word={words.word} isLastKnown={tile.lastKnown !== undefined} />
      <p className="wall-name">
        <a href={tile.href}>{tile.name}</a>
        <span className="sr-only"> {words.title}</span>
      </p>
      {words.note ? (
        <p className="wall-note">{unbroken(words.note)}</p>
      ) : (
        // the row has no space for both the delay and the effect of a loss, so the effect is left out if the data is
        // late
        tile.risk &&
        !late && (
          <Risk key={`${tile.risk} ${size} ${history !== undefined}`} risk={tile.risk} isBrief={spot.width < 100} />
        )
      )}
      {tile.lastKnown || words.state !== tile.state ? null : words.state === 'silent' ? (
        <span className="wall-blind">{tile.called}</span>
      ) : (
        <WallRowHistory
          history={history}
          late={late}
          now={tile.bitsPerSecond}
          until={until}
          times={times}
          href={tile.href}
        />
      )}
    </div>
  )
}

/**
 * Effect that the loss of a circuit would have, in the longest form that fits its row; hidden if no form fits. Screen
 * readers get the full text.
 * @param isBrief whether the row shares its line, so that the heading of its column has the unit
 */
function Risk({ risk, isBrief }: { risk: string; isBrief: boolean }) {
  const forms = listRiskForms(risk).slice(isBrief ? -1 : 0)
  const [frame, form] = useFittingForm(forms.length + 1)
  const shown = forms[form]
  return (
    <p ref={frame} className="wall-risk">
      {shown !== risk && <span className="sr-only">{risk}</span>}
      {shown && <span aria-hidden={shown !== risk || undefined}>{unbroken(shown)}</span>}
    </p>
  )
}

/** Next step while polls have not identified the cause yet. */
const DIAGNOSING_STEP = 'wait for newer polls'

function Body({
  tile,
  words,
  isLead,
  history,
  until,
  times,
  size,
}: Pick<TileParts, 'tile' | 'words' | 'history' | 'until' | 'times'> & { isLead: boolean; size: string }) {
  const impact = findTileImpact(tile)
  const { title, word, since, lasted, doubt, meaning, owner } = words
  // false if the wall shows UNKNOWN because the data is outdated; the tile then shows neither the impact nor the next
  // step
  const isNow = words.state === tile.state
  const whole = tile.nextStep ?? (tile.diagnosing ? DIAGNOSING_STEP : null)
  // Further sentences of the step must not take the space of the impact.
  const step = impact === null ? whole : (whole?.split(SENTENCES)[0] ?? null)
  const room = `${size} ${title} ${doubt !== null} ${lasted?.length} ${owner} ${isLead} ${history !== undefined}`
  const contact = `${words.ownerShare}${tile.acknowledged === null && tile.incidentId !== null ? ', not acknowledged' : ''}`
  // the owner is left out if the tile has a note about uncertainty (`doubt`), because a normal tile does not have
  // enough space for both
  const whose = doubt === null && owner && (tile.acknowledged ? `${tile.acknowledged.by} has it` : owner)
  const small = [lasted, whose].filter(Boolean)
  return (
    <div className="wall-tile-body">
      <p className="wall-name">
        {!isLead && <WallGlyph word={word} />}
        <a href={tile.href}>{tile.name}</a>
        {isLead && since && (
          <span className="wall-lasted">
            since {since}
            {lasted && `, ${lasted}`}
          </span>
        )}
      </p>
      <p className="wall-state">
        {isLead && <WallGlyph word={word} />}
        <strong>{isLead ? title : shortenTileTitle(title)}</strong>
        {isLead && doubt && <span className="wall-doubt">{doubt}</span>}
      </p>
      {!isLead && small.length > 0 && <p className="wall-lasted">{small.join(' · ')}</p>}
      {!isLead && doubt && <p className="wall-doubt">{doubt}</p>}
      {/* The keys change with the other content of the tile. A changed key makes the fact measure its space again. */}
      <Fact what="meaning" key={`${meaning} ${room}`} text={meaning} />
      {isLead && owner && <Fact what="owner" key={`owner ${contact} ${room}`} text={contact} />}
      {isLead && isNow && step !== null && (
        <Fact what="next" key={`${step} ${tile.briefStep} ${room}`} text={step} brief={tile.briefStep} />
      )}
      {/* The impact is below the next step, because a low tile has no space for its last lines. The meaning of the state
      above contains the main part of the impact. */}
      {isLead && isNow && impact !== null && <Fact what="impact" key={`${impact} ${room}`} text={impact} />}
      {isLead && history && times && (
        <WallTileHistoryStrip history={history} now={tile.state} until={until} times={times} href={tile.href} />
      )}
    </div>
  )
}

/**
 * Button that acknowledges the ongoing incident of a tile. It is visible only while the tile has the keyboard focus or
 * the mouse pointer is over it.
 */
function WallAcknowledge({ tile }: { tile: WallTile }) {
  /**
   * reason why the last attempt to acknowledge failed; '' = the request is in progress or succeeded; null = there was
   * no attempt yet
   */
  const [fault, setFault] = useState<string | null>(null)
  const acknowledge = async (button: HTMLElement) => {
    setFault('')
    // the module is loaded at the first click, because most walls run without a keyboard or mouse
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

/**
 * Shapes of the status icons. Each status has a different shape, so that users can distinguish the statuses without
 * color. Only `not_reported` and `no_peers` have the same shape, a ring, because both mean that Azure reports no
 * sessions. An icon has the color of the text next to it.
 */
const circle = <circle cx="12" cy="12" r="9" fill="currentColor" />

const ring = <circle cx="12" cy="12" r="7.5" fill="none" stroke="currentColor" strokeWidth="2.6" />

const brokenRing = (
  <circle cx="12" cy="12" r="7.5" fill="none" stroke="currentColor" strokeWidth="2.6" strokeDasharray="5 2.9" />
)

const shapes: Record<WallTileStatusWord, React.ReactNode> = {
  up: circle,
  recovered: (
    <path
      d="M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM10.5 17 18 9.5 16 7.5l-5.5 5.5-2.5-2.5L6 12.5Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  // two horizontal bars for the two paths of a circuit; the second bar is broken because that path is down
  one_path: <path d="M1 4h22v5.5H1ZM1 14.5h7V20H1ZM16 14.5h7V20h-7Z" fill="currentColor" />,
  late: (
    <path
      d="M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19ZM10.8 6v7l5 3.2 1.3-2-3.9-2.5V6Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  degraded: <path d="M12 2.5 22.5 21h-21Z" fill="currentColor" />,
  down: (
    <path
      d="M2.5 2.5h19v19h-19ZM6 8.5 9.5 12 6 15.5 8.5 18l3.5-3.5 3.5 3.5 2.5-2.5-3.5-3.5L18 8.5 15.5 6 12 9.5 8.5 6Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  unknown: (
    <>
      <rect
        x="3"
        y="3"
        width="18"
        height="18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray="4 2.6"
      />
      <path
        d="M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17v.4"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </>
  ),
  // an empty ring for resources whose sessions Azure does not report
  not_reported: ring,
  no_peers: ring,
  maintenance: <path d="M12 1.8 22.2 12 12 22.2 1.8 12ZM7 10.5v3h10v-3Z" fill="currentColor" fillRule="evenodd" />,
}

/** Icon of a status. If only the last known status is available, it is a broken ring, so that it does not look like up. */
function WallGlyph({ word, isLastKnown = false }: { word: WallTileStatusWord; isLastKnown?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="wall-glyph" data-last-known={isLastKnown || undefined}>
      {isLastKnown ? brokenRing : shapes[word]}
    </svg>
  )
}
