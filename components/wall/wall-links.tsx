import { layouts, wallHref, type WallSettings } from './wall-settings.ts'

/** A full page load: the wall shares no scripts with the other pages. */
const OVERVIEW = '/'

/** Settings of a wall, drawn by the server: each choice is an address that can be saved, and no script of the wall. */
export function WallLinks({ settings, hasCustomers }: { settings: WallSettings; hasCustomers: boolean }) {
  const { layout, rotateMs, by, sound } = settings
  const next = layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'auto'
  const rotates = (group: WallSettings['by']) => rotateMs !== null && by === group
  const rotation = (group: 'subscription' | 'customer') => (
    <a href={wallHref({ ...settings, by: rotates(group) ? 'page' : group, rotateMs: rotates(group) ? null : 60_000 })}>
      {rotates(group) ? 'All in one view' : `Rotate by ${group}`}
    </a>
  )
  return (
    <>
      <a href={OVERVIEW}>Overview</a>
      <a href={wallHref({ ...settings, layout: next })}>Layout: {layout}</a>
      {rotation('subscription')}
      {hasCustomers && rotation('customer')}
      <a href={wallHref({ ...settings, sound: !sound })}>Sound: {sound ? 'on' : 'off'}</a>
    </>
  )
}
