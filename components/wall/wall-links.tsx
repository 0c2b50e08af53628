import { viewGroups, layouts, wallHref, type WallSettings } from './wall-settings.ts'

/** A full page load: the wall shares no scripts with the other pages. */
const OVERVIEW = '/'

/** For how long a view can stay, in seconds. */
const stays = [15, 30, 60, 120]
const STAYS_AT_FIRST = 30

/** How far the past is moved by a choice. */
const steps = [
  ['−1 h', -3_600_000],
  ['−5 min', -300_000],
  ['+5 min', 300_000],
  ['+1 h', 3_600_000],
] as const

/** Settings of a wall, drawn by the server: each choice is an address that can be saved, and no script of the wall. */
export function WallLinks({ settings, hasCustomers }: { settings: WallSettings; hasCustomers: boolean }) {
  const { layout, rotateMs, by, sound, at } = settings
  const next = layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'auto'
  const seconds = (rotateMs ?? STAYS_AT_FIRST * 1_000) / 1_000
  const choice = (name: string, isChosen: boolean, chosen: Partial<WallSettings>) => (
    <a key={name} href={wallHref({ ...settings, ...chosen })} aria-current={isChosen ? 'true' : undefined}>
      {name}
    </a>
  )
  return (
    <>
      <a href={OVERVIEW}>Overview</a>
      <span role="group" aria-label="Views">
        Views: {choice('all in one', by === 'page', { by: 'page', rotateMs: null })}
        {viewGroups
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
              <a key={ago} href={`${wallHref(settings)}${wallHref(settings).includes('?') ? '&' : '?'}at=-${ago}`}>
                {ago} ago
              </a>
            ))
          : steps.map(([name, ms]) => choice(name, false, { at: at + ms }))}
        {at !== null && choice('Now', false, { at: null })}
      </span>
      <a href={wallHref({ ...settings, layout: next })}>Layout: {layout}</a>
      <a href={wallHref({ ...settings, sound: !sound })}>Sound: {sound ? 'on' : 'off'}</a>
    </>
  )
}
