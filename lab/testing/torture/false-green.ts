import type { FetchedApiAnswer, QueriedResources } from './answers.ts'

/** Tolerance between the clocks of client and server, including a second for the network. */
const TOGETHER_MS = 2_500
/** Words that report a working resource. */
const GOOD = new Set(['up', 'established', 'carries', 'carrying', 'ok', 'healthy', 'redundant', 'protected'])
const SAYING = new Set(['state', 'verdict', 'status', 'health', 'condition'])
/** Fields about the past, plans or Peerwatch itself, which do not describe the current state. */
const OF_ANOTHER_TIME =
  /^(history|intervals|events|incidents|outages|changes|bars|days|buckets|points|uptime|provisioning|config|settings|timeline|freshness|poll|polls)$/

/** Endpoints that list past states. */
const ABOUT_THE_PAST = /\/(history|changes|events|uptime|availability)\b/

export interface HealthyStateStatement {
  place: string
  word: string
}

/** Finds the places in an answer that report a part of the circuit as working. */
function goodClaims(body: unknown, { circuit }: Pick<QueriedResources, 'circuit'>): HealthyStateStatement[] {
  const found: HealthyStateStatement[] = []
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

/** Finds the places in an answer that contain a future time. */
export function findFutureTimesInAnswer(body: unknown, now: number): string[] {
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

export interface AnswerJudgementCounts {
  unknown: number
  right: number
  /** answers that are not based on a poll */
  aboutNoPoll: number
  faults: string[]
}

/**
 * Checks the answers given while a circuit carries no traffic. Each must be marked as unknown by its freshness, or must
 * not report the circuit as working.
 * @param atRest by query, the places that contained future times in the healthy state, for example the end of a month
 */
export function judgeAnswersDuringOutage(
  asked: readonly FetchedApiAnswer[],
  subject: QueriedResources,
  atRest: ReadonlyMap<string, ReadonlySet<string>>,
): AnswerJudgementCounts {
  const judged: AnswerJudgementCounts = { unknown: 0, right: 0, aboutNoPoll: 0, faults: [] }
  for (const { url, status, body } of asked) {
    if (status >= 500 && status !== 503) judged.faults.push(`${url}: ${status}`)
    const ahead = findFutureTimesInAnswer(body, Date.now()).filter((place) => !atRest.get(url)?.has(place))
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
