import { layouts, wallHref, type WallSettings } from './wall-settings.ts'

/** A full page load: the wall shares no scripts with the other pages. */
const OVERVIEW = '/'

/** Settings of a wall, drawn by the server: each choice is an address that can be saved, and no script of the wall. */
export function WallLinks({ settings }: { settings: WallSettings }) {
  const { layout, rotateMs, by, sound } = settings
  const next = layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'auto'
  const isBySubscription = rotateMs !== null && by === 'subscription'
  return (
    <>
      <a href={OVERVIEW}>Overview</a>
      <a href={wallHref({ ...settings, layout: next })}>Layout: {layout}</a>
      <a
        href={wallHref({
          ...settings,
          by: isBySubscription ? 'page' : 'subscription',
          rotateMs: isBySubscription ? null : 60_000,
        })}
      >
        {isBySubscription ? 'All in one view' : 'Rotate by subscription'}
      </a>
      <a href={wallHref({ ...settings, sound: !sound })}>Sound: {sound ? 'on' : 'off'}</a>
    </>
  )
}
