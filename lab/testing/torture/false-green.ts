import type { FetchedAnswer, Subject } from './answers.ts'

/** Between the clock of who asks and that of who answers, and a second of the network's own. */
const TOGETHER_MS = 2_500
/** Words for something that carries. */
const GOOD = new Set(['up', 'established', 'carries', 'carrying', 'ok', 'healthy', 'redundant', 'protected'])
const SAYING = new Set(['state', 'verdict', 'status', 'health', 'condition'])
/** What was, is planned, or is about Peerwatch itself: no word about now. */
const OF_ANOTHER_TIME =
  /^(history|intervals|events|incidents|outages|changes|bars|days|buckets|points|uptime|provisioning|config|settings|timeline|freshness|poll|polls)$/

/** Lists of what was. */
const ABOUT_THE_PAST = /\/(history|changes|events|uptime|availability)\b/

export interface Claim {
  place: string
  word: string
}

/** Where an answer says that something of the circuit carries. */
function goodClaims(body: unknown, { circuit }: Pick<Subject, 'circuit'>): Claim[] {
  const found: Claim[] = []
  const walk = (value: unknown, place: string, isAbout: boolean): void => {
    if (Array.isArray(value)) return value.forEach((one) => walk(one, `${place}[]`, isAbout))
    if (typeof value !== 'object' || value === null) return
    const fields = Object.entries(value)
    const names = fields.some(([, own]) => own === circuit.id || own === circuit.name)
    for (const [key, own] of fields) {
      if (OF_ANOTHER_TIME.test(key)) continue
      const word = typeof own === 'string' ? own : null
      if (word !== null && (isAbout || names) && SAYING.has(key) && GOOD.has(word.toLowerCase()))
        found.push({ place: `${place}.${key}`, word })
      walk(own, `${place}.${key}`, isAbout || names)
    }
  }
  walk(body, '', false)
  return found
}

/** Where an answer has a time after now. */
export function futureTimes(body: unknown, now: number): string[] {
  const found = new Set<string>()
  const walk = (value: unknown, place: string): void => {
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && Date.parse(value) > now + TOGETHER_MS)
      found.add(place)
    if (Array.isArray(value)) return value.forEach((one) => walk(one, `${place}[]`))
    if (typeof value === 'object' && value !== null)
      for (const [key, own] of Object.entries(value)) walk(own, `${place}.${key}`)
  }
  walk(body, '')
  return [...found]
}

export interface Judged {
  unknown: number
  right: number
  /** answers that rest on no poll */
  aboutNoPoll: number
  faults: string[]
}

/**
 * What answers say while a circuit carries nothing: each is unknown, which its freshness says, or says nothing good of the circuit.
 * @param atRest places with times after now while all was well, such as the end of a month, by question
 */
export function judge(
  asked: readonly FetchedAnswer[],
  subject: Subject,
  atRest: ReadonlyMap<string, ReadonlySet<string>>,
): Judged {
  const judged: Judged = { unknown: 0, right: 0, aboutNoPoll: 0, faults: [] }
  for (const { url, status, body } of asked) {
    if (status >= 500 && status !== 503) judged.faults.push(`${url}: ${status}`)
    const ahead = futureTimes(body, Date.now()).filter((place) => !atRest.get(url)?.has(place))
    for (const place of ahead) judged.faults.push(`${url}: ${place} lies in the future`)
    const { freshness } = body
    if (freshness && freshness.state !== 'fresh') {
      judged.unknown += 1
      continue
    }
    const claims = ABOUT_THE_PAST.test(url) ? [] : goodClaims(body, subject)
    for (const { place, word } of claims) judged.faults.push(`${url}: fresh, and ${place} is "${word}"`)
    if (claims.length > 0) continue
    if (freshness?.oldestPollAt) judged.right += 1
    else judged.aboutNoPoll += 1
  }
  return judged
}
