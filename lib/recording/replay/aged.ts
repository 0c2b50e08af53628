/** `3.03:14:13.1796961`: days, hours, minutes, seconds and their fraction. Source: Azure Network REST, BgpPeerStatus. */
const CONNECTED = /("connectedDuration":\s*")(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(\.\d+)?(")/gi
/** `03:14:13`, as routers print the first day of a session. */
const UP = /("upDown":\s*")(\d\d):(\d\d):(\d\d)(")/gi
const DAY = 86_400

/**
 * Makes the sessions of an answer as old as they are when it is given again: a duration that stood still would date a session's begin too
 * late by as much.
 * @param ms after it was recorded; negative = before, down to an age of 0
 */
export function aged(body: string, ms: number): string {
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
    .replace(UP, (whole, before, h, m, s, after) => {
      const total = Math.max(0, secondsOf(h, m, s) + Math.round(more))
      // a longer one is written in other words
      return total >= DAY ? whole : `${before}${clock(total)}${after}`
    })
}

const secondsOf = (h: string, m: string, s: string): number => Number(h) * 3_600 + Number(m) * 60 + Number(s)

const clock = (seconds: number): string =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
