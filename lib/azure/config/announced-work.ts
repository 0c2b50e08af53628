import {
  type MaintenanceConfigurationConfig,
  type MaintenanceSchedule,
  parseLocal,
  type ServiceHealthEventConfig,
  findIanaZone,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { createArmObject } from './arm-object.ts'

/**
 * Decodes an event of Service Health, as the inventory stores it. The inventory added `impactedResourceIds`, which ARM
 * lists separately. Source: Azure Resource Health REST 2024-02-01, Events - List By Subscription Id.
 */
export function decodeServiceHealthEvent(config: unknown): ServiceHealthEventConfig {
  const event = createArmObject(config)
  const at = (name: string) => {
    const found = Date.parse(event.text(name) ?? '')
    return Number.isNaN(found) ? null : found
  }
  const title = event.text('title') ?? ''
  const isRetirement = event.text('eventSubType')?.toLowerCase() === 'retirement'
  const times = { retires: null, from: at('impactStartTime'), to: at('impactMitigationTime') }
  return {
    resource: 'serviceHealthEvent',
    title,
    ...(isRetirement ? dayOf(title, times.to) : times),
    impact: event.list('impact').map((one) => ({
      service: one.text('impactedService') ?? '',
      regions: one.list('impactedRegions').flatMap((region) => region.text('impactedRegion') ?? []),
    })),
    resources: event.has('impactedResourceIds') ? event.texts('impactedResourceIds') : null,
  }
}

const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December'
/** Pattern for a date in the title of an announcement, such as `30 September 2026` or `September 30, 2026`. */
const DATE = new RegExp(`\\b(?:\\d{1,2} (?:${MONTHS})|(?:${MONTHS}) \\d{1,2},) 20\\d\\d\\b`, 'i')

/**
 * Returns the day of a retirement, as a whole day in UTC because announcements contain no hour. It is the date in the
 * title, otherwise the day on which the announcement ends.
 */
function dayOf(title: string, end: number | null) {
  const named = Date.parse(`${DATE.exec(title)?.[0]} UTC`)
  const from = Number.isNaN(named) ? end && Math.floor(end / MS_PER_DAY) * MS_PER_DAY : named
  const whole = 'A day alone is announced: the window is the whole day (UTC)'
  const retires = from === named ? whole : `${whole}, that of the end of the announcement: its title names none`
  return { retires, from, to: from && from + MS_PER_DAY }
}

/**
 * Decodes a maintenance configuration, as the inventory stores it. The inventory added `assignedToIds`, which ARM lists
 * separately. Source: Azure Maintenance REST 2023-04-01, MaintenanceConfiguration and MaintenanceWindow.
 */
export function decodeMaintenanceConfiguration(config: unknown): MaintenanceConfigurationConfig {
  const own = createArmObject(config)
  const window = own.object('maintenanceWindow')
  const resources = own.texts('assignedToIds')
  const read = scheduleOf({
    start: window.text('startDateTime'),
    end: window.text('expirationDateTime'),
    duration: window.text('duration'),
    zone: window.text('timeZone'),
    every: window.text('recurEvery'),
  })
  const isRead = typeof read !== 'string'
  return {
    resource: 'maintenanceConfiguration',
    window: isRead ? read : null,
    unreadable: isRead ? null : read,
    resources,
  }
}

type Stated = Record<'start' | 'end' | 'duration' | 'zone' | 'every', string | null>

/** Returns the schedule of a maintenance configuration, or as text the reason why it cannot be parsed. */
function scheduleOf({ start, end, duration, zone, every }: Stated): MaintenanceSchedule | string {
  const local = start === null ? null : parseLocal(start.trim())
  if (start === null || local === null) return 'it has no start that can be read'
  const iana = zone === null ? null : findIanaZone(zone)
  if (iana === null) return `its time zone ${zone ?? ''} is not known`
  const [, hours, minutes] = /^(\d{1,3}):([0-5]\d)$/.exec(duration ?? '') ?? []
  if (hours === undefined || minutes === undefined) return 'it has no duration that can be read'
  const rule = every === null ? null : convertRecurEveryToRule(every)
  if (rule === null) return `its recurrence ${JSON.stringify(every)} is not known`
  // Azure writes the year 9999 for a schedule without an end
  const last = end === null || end.startsWith('9999') ? null : parseLocal(end.trim())
  const until = last === null ? '' : `;UNTIL=${new Date(last).toISOString().replace(/[-:]|\.\d+Z$/g, '')}`
  return {
    start: new Date(local).toISOString().slice(0, 16),
    zone: iana,
    minutes: Number(hours) * 60 + Number(minutes),
    rule: `${rule}${until}`,
  }
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const PLACES = ['first', 'second', 'third', 'fourth']

/**
 * Converts the recurrence of a maintenance configuration (`recurEvery`) to an RRULE. Examples: `Day`, `3Days`, `Week
 * Saturday,Sunday`, `2Months`, `Month day23,day24`, `Month Third Sunday`, `Month Last Sunday Offset-3`. Returns null if
 * the text has another form, or if the offset could lead into another month.
 */
export function convertRecurEveryToRule(every: string): string | null {
  const [, count = '', unit = '', rest = ''] =
    /^(\d{0,3})\s*(day|week|month)s?(?:\s+(\S.*))?$/i.exec(every.trim()) ?? []
  const interval = Number(count || 1)
  if (interval < 1) return null
  const frequency = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY' }[unit.toLowerCase()]
  if (frequency === undefined) return null
  const rule = `FREQ=${frequency}${interval > 1 ? `;INTERVAL=${interval}` : ''}`
  if (rest === '') return rule
  const words = rest.toLowerCase().trim()
  if (frequency === 'WEEKLY') {
    const days = words.split(/(?<!\s)\s*,\s*/).map((day) => CODES[DAYS.indexOf(day)])
    return days.every(Boolean) ? `${rule};BYDAY=${days.join(',')}` : null
  }
  if (frequency === 'DAILY') return null
  const numbers = words.split(/(?<!\s)\s*,\s*/).map((day) => /^day(\d{1,2})$/.exec(day)?.[1])
  if (numbers.every((day) => day !== undefined && Number(day) >= 1 && Number(day) <= 31)) {
    return `${rule};BYMONTHDAY=${numbers.map(Number).join(',')}`
  }
  return weekdayOf(rule, words)
}

function weekdayOf(rule: string, words: string): string | null {
  const [, place = '', day = '', offsetText = '0'] =
    /^(first|second|third|fourth|last)\s+([a-z]+)(?:\s+offset\s*([+-]?\d))?$/.exec(words) ?? []
  const weekday = DAYS.indexOf(day)
  const offset = Number(offsetText)
  if (weekday < 0 || Math.abs(offset) > 6) return null
  const number = place === 'last' ? -1 : PLACES.indexOf(place) + 1
  if (offset === 0) return `${rule};BYDAY=${number}${CODES[weekday]}`
  // the day is one of seven consecutive days of the month, and `first` is the first of them. For "last" the numbers are
  // negative and count from the end of the month
  const first = (number === -1 ? -7 : 7 * number - 6) + offset
  const isInMonth = number === -1 ? first >= -28 && first + 6 <= -1 : first >= 1 && first + 6 <= 28
  if (!isInMonth) return null
  const days = Array.from({ length: 7 }, (_, n) => first + n)
  return `${rule};BYDAY=${CODES[(weekday + offset + 7) % 7]};BYMONTHDAY=${days.join(',')}`
}
