import { parseUpDown } from '#lib/azure/decode/up-down.ts'

/**
 * A duration such as `3.03:14:13.1796961`: days, hours, minutes, seconds and a fraction.
 * Source: Azure Network REST, BgpPeerStatus.
 */
const CONNECTED = /("connectedDuration":\s*")(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(\.\d+)?(")/gi
/**
 * The age of a session as routers print it during its first day. Older sessions have other formats, which are not
 * changed.
 */
const UP = /("upDown":\s*")([\d:hms]+)(")/gi
const DAY = 86_400

/**
 * Adds the time since the recording to the ages of BGP sessions in a response. Otherwise each session would seem to
 * have begun later than it did.
 * @param ms milliseconds since the response was recorded. It is negative if the response is returned for an earlier
 *   moment; ages then become shorter, but not negative.
 */
export function shiftSessionAges(body: string, ms: number): string {
  const more = ms / 1_000
  if (more === 0 || !/connectedDuration|upDown/i.test(body)) return body
  return body
    .replace(CONNECTED, (_, before, days = '0', h, m, s, fraction = '', after) => {
      const digits = Math.max(0, fraction.length - 1)
      const total = Math.max(0, Number(days) * DAY + secondsOf(h, m, s) + Number(`0${fraction}`) + more)
      const [own, part = ''] = total.toFixed(digits).split('.')
      const whole = Number(own)
      const date = whole >= DAY ? `${Math.floor(whole / DAY)}.` : ''
      return `${before}${date}${clock(whole % DAY)}${part === '' ? '' : `.${part}`}${after}`
    })
    .replace(UP, (_, before, text, after) => `${before}${olderUpDown(text, more)}${after}`)
}

function olderUpDown(text: string, more: number): string {
  const age = parseUpDown(text)
  if (age === null || age === 'never') return text
  const total = Math.max(0, age.ms / 1_000 + Math.round(more))
  if (total >= DAY) return text
  if (/^\d\d:\d\d:\d\d$/.test(text)) return clock(total)
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60]
  if (!text.includes(':')) return hours > 0 ? `${hours}h${minutes}m` : `${minutes}m${seconds}s`
  return clock(total).replace(hours > 0 ? /^0/ : /^00:0?/, '')
}

const secondsOf = (h: string, m: string, s: string): number => Number(h) * 3_600 + Number(m) * 60 + Number(s)

const clock = (seconds: number): string =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
