import { wallGroupingCriteria, wallLayouts, buildWallHref, type WallSettings } from './wall-settings.ts'

/** URL of the overview page. The link loads a whole page, because the wall display has separate scripts. */
const OVERVIEW = '/'

/** Choices for the time that each view is shown, in seconds. */
const stays = [15, 30, 60, 120]
const STAYS_AT_FIRST = 30

/** Buttons that move the past moment of the wall, with their steps in milliseconds. */
const steps = [
  ['−1 h', -3_600_000],
  ['−5 min', -300_000],
  ['+5 min', 300_000],
  ['+1 h', 3_600_000],
] as const

/**
 * Settings in the menu of a wall display. Each choice is a link, so that its URL can be saved. The server renders them,
 * and they need no scripts.
 */
export function WallLinks({ settings, hasCustomers }: { settings: WallSettings; hasCustomers: boolean }) {
  const { layout, rotateMs, by, sound, at } = settings
  const next = wallLayouts[(wallLayouts.indexOf(layout) + 1) % wallLayouts.length] ?? 'auto'
  const seconds = (rotateMs ?? STAYS_AT_FIRST * 1_000) / 1_000
  const choice = (name: string, isChosen: boolean, chosen: Partial<WallSettings>) => (
    <a key={name} href={buildWallHref({ ...settings, ...chosen })} aria-current={isChosen ? 'true' : undefined}>
      {name}
    </a>
  )
  return (
    <>
      <a href={OVERVIEW}>Overview</a>
      <span role="group" aria-label="Views">
        Views: {choice('all in one', by === 'page', { by: 'page', rotateMs: null })}
        {wallGroupingCriteria
          .filter((group) => group !== 'customer' || hasCustomers)
          .map((group) => choice(`by ${group}`, by === group, { by: group, rotateMs: seconds * 1_000 }))}
      </span>
      {rotateMs !== null && (
        <span role="group" aria-label="Each view">
          Each for: {stays.map((stay) => choice(`${stay} s`, stay === seconds, { rotateMs: stay * 1_000 }))}
        </span>
      )}
      <span role="group" aria-label="Moment">
        {at === null
          ? ['5m', '1h', '24h'].map((ago) => (
              <a
                key={ago}
                href={`${buildWallHref(settings)}${buildWallHref(settings).includes('?') ? '&' : '?'}at=-${ago}`}
              >
                {ago} ago
              </a>
            ))
          : steps.map(([name, ms]) => choice(name, false, { at: at + ms }))}
        {at !== null && choice('Now', false, { at: null })}
      </span>
      <a href={buildWallHref({ ...settings, layout: next })}>Layout: {layout}</a>
      <a href={buildWallHref({ ...settings, sound: !sound })}>Sound: {sound ? 'on' : 'off'}</a>
    </>
  )
}
