import type { SummaryRow } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK } from '#lib/contract/time/time.ts'

const YEAR = 365 * MS_PER_DAY

/** Units of time in the order in which routers print them. `limit` is the number of units in the next larger unit. */
const UNITS = [
  { letter: 'y', ms: YEAR, limit: Number.POSITIVE_INFINITY },
  { letter: 'w', ms: MS_PER_WEEK, limit: 53 },
  { letter: 'd', ms: MS_PER_DAY, limit: 7 },
  { letter: 'h', ms: MS_PER_HOUR, limit: 24 },
  { letter: 'm', ms: MS_PER_MINUTE, limit: 60 },
  { letter: 's', ms: MS_PER_SECOND, limit: 60 },
] as const

type Age = { ms: number; unitMs: number }

/**
 * Parses the time since a BGP neighbor changed its state, as Microsoft's edge routers print it in `upDown` of the route
 * table summary. They use several forms: `9m17s`, `39m59s`, `2h39m`, `1d13h`, `8w4d`, `1y2w`; `7:16` (minutes and
 * seconds), `1:20:25`, `00:12:31`, `1d 3:20:11`. The smallest unit in the text is its resolution. Source: recorded
 * responses of the service; Cisco and Juniper use the forms with colons.
 * @returns the time truncated to `unitMs`, so that the real time is in [ms, ms + unitMs); `never` if the text is
 *   `never`; null if the text is empty or has an unknown form
 */
export function parseUpDown(text: string | null): SummaryRow['upDown'] {
  const printed = text?.trim().toLowerCase() ?? ''
  if (printed === 'never') return 'never'
  const clock = /^((?:\d+w)?\d+d)?\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{2})$/.exec(printed)
  if (!clock) return parseUnits(printed)
  const [, days, hours, minutes, seconds] = clock
  // two numbers after days could be minutes and seconds or hours and minutes, so they are not accepted
  if (days !== undefined && hours === undefined) return null
  const whole = days === undefined ? { ms: 0 } : parseUnits(days)
  const time = clockMs(Number(hours ?? 0), Number(minutes), Number(seconds))
  return whole === null || time === null ? null : { ms: whole.ms + time, unitMs: MS_PER_SECOND }
}

function clockMs(hours: number, minutes: number, seconds: number): number | null {
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  return hours * MS_PER_HOUR + minutes * MS_PER_MINUTE + seconds * MS_PER_SECOND
}

/**
 * Parses a time such as `2h39m`. Its units must be in order and without a gap. Only the first number may exceed the
 * limit of its unit.
 */
function parseUnits(printed: string): Age | null {
  if (!/^(?:\d{1,4}[ywdhms])+$/.test(printed)) return null
  const parts = [...printed.matchAll(/(?<!\d)(\d+)([ywdhms])/g)].map(([, amount, letter]) => ({
    amount: Number(amount),
    place: UNITS.findIndex((unit) => unit.letter === letter),
  }))
  const begin = parts[0]?.place ?? 0
  const follow = parts.every(({ amount, place }, n) => {
    return place === begin + n && (n === 0 || amount < (UNITS[place]?.limit ?? 0))
  })
  const unitMs = UNITS[begin + parts.length - 1]?.ms
  if (!follow || unitMs === undefined) return null
  return { ms: parts.reduce((sum, { amount, place }) => sum + amount * (UNITS[place]?.ms ?? 0), 0), unitMs }
}
