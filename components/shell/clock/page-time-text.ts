import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatDate, formatMoment, formatZoneLabel } from '../../format/instant.ts'
import type { PageTime } from '../../links/page-time.ts'
import type { TimeRange } from '../../time/time-range.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function formatDay(at: number, zone: string, now: number): string {
  const day = formatDate(at, zone)
  if (day === formatDate(now, zone)) return 'today'
  if (day === formatDate(now - MS_PER_DAY, zone)) return 'yesterday'
  const words = `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`
  return day.slice(0, 4) === formatDate(now, zone).slice(0, 4) ? words : `${words} ${day.slice(0, 4)}`
}

/** Formats a time of day as `03:12`, with seconds only if they are not zero. */
const formatTime = (at: number, zone: string) => formatMoment(at, zone, at).replace(/:00$/, '')

/**
 * Formats the page time for the top bar: `Now · 6 h`, `yesterday 03:12 UTC`, `24 Nov 00:00 – 06:00 UTC`.
 * @param range null = the page has no range
 * @param now epoch milliseconds
 */
export function formatPageTime({ kind, at }: PageTime, range: TimeRange | null, zone: string, now: number): string {
  const moment = (text: string) => `${formatDay(Date.parse(text), zone, now)} ${formatTime(Date.parse(text), zone)}`
  const label = formatZoneLabel(at === null ? now : Date.parse(at), zone)
  if (kind === 'moment' && at !== null) return `${moment(at)} ${label}`
  if (range === null) return 'Now'
  if (range.relative) return `Now · ${range.relative.replace(/(?<!\d)(\d+)(\w)/, '$1 $2')}`
  if (at === null) return `${moment(range.from)} – now`
  const isOneDay = formatDate(Date.parse(range.from), zone) === formatDate(Date.parse(at), zone)
  return `${moment(range.from)} – ${isOneDay ? formatTime(Date.parse(at), zone) : moment(at)} ${label}`
}
