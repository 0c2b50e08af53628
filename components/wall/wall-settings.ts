import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/**
 * Settings in the URL of a wall display. Invalid values become defaults, because nobody is at an unattended screen to
 * correct them.
 */
export interface WallSettings {
  layout: 'auto' | 'wide' | 'portrait' | '4k'
  /** rotation interval in milliseconds; null = the view does not change */
  rotateMs: number | null
  /**
   * division of the resources into views: `page` = as many resources as fit on the screen; another value = one view for
   * each site, customer or subscription
   */
  by: 'page' | (typeof wallGroupingCriteria)[number]
  /** customer whose resources are shown; null = all */
  customer: string | null
  sound: boolean
  /**
   * name under which the wall reports that it works, so that an alert can be sent if it stops drawing; null = not
   * monitored
   */
  screen: string | null
  /** past moment that is shown, epoch milliseconds; null = now */
  at: number | null
}

/** Criteria by which the resources of a wall can be divided into views; a site is a peering location. */
export const wallGroupingCriteria = ['site', 'customer', 'subscription'] as const

export const wallLayouts = ['auto', 'wide', 'portrait', '4k'] as const
const LONGEST_NAME = 60
/** Minimum time in milliseconds for which a view is shown, so that there is time to read it. */
const SHORTEST_VIEW_MS = 5_000
const units: Record<string, number> = createSafeLookupTable({ s: 1_000, m: 60_000, h: 3_600_000 })

type Given = Record<string, string | string[] | undefined>

/**
 * Reads the settings from the parameters of a URL.
 * @param now epoch milliseconds, the reference for relative times such as `at=-1h`
 */
export function parseWallSettings(given: Given, now = 0): WallSettings {
  const text = (name: string) => [given[name]].flat()[0] ?? ''
  return {
    layout: wallLayouts.find((known) => known === text('layout')) ?? 'auto',
    rotateMs: readRotation(text('rotate')),
    by: wallGroupingCriteria.find((known) => known === text('by')) ?? 'page',
    customer: text('customer') || null,
    sound: text('sound') !== 'off',
    screen: text('screen').trim().slice(0, LONGEST_NAME) || null,
    at: readMoment(text('at'), now),
  }
}

/**
 * Parses the moment that the wall shows: an instant, or a time before now such as `-5m` or `-1h`. Returns null (now)
 * for future or invalid times.
 */
function readMoment(text: string, now: number): number | null {
  const [, count, unit = 's'] = /^-(\d{1,6})([smh])$/.exec(text) ?? []
  const at = count ? now - Number(count) * (units[unit] ?? 0) : Date.parse(text)
  return Number.isNaN(at) || at >= now ? null : at
}

/**
 * Parses a rotation interval: `60s`, `2m`, `1h`, or a number of seconds without a unit. Returns null (no rotation) for
 * zero or invalid texts.
 */
function readRotation(text: string): number | null {
  const [, count, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? []
  const ms = Number(count ?? 0) * (units[unit] ?? 0)
  return ms > 0 ? Math.max(SHORTEST_VIEW_MS, ms) : null
}

/** Returns the URL of a wall display with these settings; defaults are left out. */
export function buildWallHref({ layout, rotateMs, by, customer, sound, screen, at }: WallSettings): string {
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

/** Returns the API parameters for a wall with these settings. */
export const createWallQuery = ({ by, customer, at }: WallSettings): Record<string, string | null> => ({
  by: by === 'customer' || by === 'site' ? by : null,
  customer,
  at: at === null ? null : new Date(at).toISOString(),
})
