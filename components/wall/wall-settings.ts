import { wordTable } from '#lib/bgp/word-table.ts'

/** Settings in a wall's address. Invalid values fall back to defaults, because a wall is unattended. */
export interface WallSettings {
  layout: 'auto' | 'wide' | 'portrait' | '4k'
  /** rotation interval in milliseconds; null = one view */
  rotateMs: number | null
  /** content of a view: as many as fit, or what belongs to one site, customer or subscription */
  by: 'page' | (typeof viewGroups)[number]
  /** only what belongs to this customer; null = all */
  customer: string | null
  sound: boolean
  /** the wall's own name: it is reported when it draws nothing any more; null = it is not watched */
  screen: string | null
  /** a moment of the past that is shown, epoch milliseconds; null = now */
  at: number | null
}

/** What views can be of; a site is a peering location. */
export const viewGroups = ['site', 'customer', 'subscription'] as const

export const layouts = ['auto', 'wide', 'portrait', '4k'] as const
const LONGEST_NAME = 60
/** Shortest readable rotation. */
const SHORTEST_VIEW_MS = 5_000
const units: Record<string, number> = wordTable({ s: 1_000, m: 60_000, h: 3_600_000 })

type Given = Record<string, string | string[] | undefined>

/** @param now epoch milliseconds, from which `at=-1h` counts */
export function readWallSettings(given: Given, now = 0): WallSettings {
  const text = (name: string) => [given[name]].flat()[0] ?? ''
  return {
    layout: layouts.find((known) => known === text('layout')) ?? 'auto',
    rotateMs: readRotation(text('rotate')),
    by: viewGroups.find((known) => known === text('by')) ?? 'page',
    customer: text('customer') || null,
    sound: text('sound') !== 'off',
    screen: text('screen').trim().slice(0, LONGEST_NAME) || null,
    at: readMoment(text('at'), now),
  }
}

/** An instant, or how long ago: `-5m`, `-1h`; what lies ahead is now. */
function readMoment(text: string, now: number): number | null {
  const [, count, unit = 's'] = /^-(\d{1,6})([smh])$/.exec(text) ?? []
  const at = count ? now - Number(count) * (units[unit] ?? 0) : Date.parse(text)
  return Number.isNaN(at) || at >= now ? null : at
}

/** `60s`, `2m`, `1h`, or bare seconds. */
function readRotation(text: string): number | null {
  const [, count, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? []
  const ms = Number(count ?? 0) * (units[unit] ?? 0)
  return ms > 0 ? Math.max(SHORTEST_VIEW_MS, ms) : null
}

/** The address of a wall with these settings; defaults are left out. */
export function wallHref({ layout, rotateMs, by, customer, sound, screen, at }: WallSettings): string {
  const search = new URLSearchParams()
  if (layout !== 'auto') search.set('layout', layout)
  if (rotateMs !== null) search.set('rotate', `${rotateMs / 1_000}s`)
  if (by !== 'page') search.set('by', by)
  if (customer !== null) search.set('customer', customer)
  if (!sound) search.set('sound', 'off')
  if (screen !== null) search.set('screen', screen)
  if (at !== null) search.set('at', new Date(at).toISOString())
  return search.size > 0 ? `/wall?${search}` : '/wall'
}

/** What such a wall asks the API for. */
export const wallQuery = ({ by, customer, at }: WallSettings): Record<string, string | null> => ({
  by: by === 'customer' || by === 'site' ? by : null,
  customer,
  at: at === null ? null : new Date(at).toISOString(),
})
