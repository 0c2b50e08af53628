import { computeSampleQuantile } from '../screens/figures.ts'

/** API queries and pages that users and walls typically request. */
const QUESTIONS = ['overview', 'wall', 'sessions?limit=200', 'incidents', 'uptime?days=30']
const PAGES = ['', 'wall', 'circuits', 'events', 'incidents', 'sources']
const ASKED = 3

export interface QueryResponseTimes {
  /** median response time of all queries in milliseconds; NaN = none succeeded */
  answer: number
  /** median time of pages until their last byte, in milliseconds */
  page: number
  failed: number
}

/** Requests all queries and pages one after the other, like a single user. */
export async function fetchAll(url: string): Promise<QueryResponseTimes> {
  const questions = await timesOf(
    QUESTIONS.flatMap((one) => Array<string>(ASKED).fill(one)).map((one) => `${url}/api/v1/${one}`),
  )
  const pages = await timesOf(PAGES.map((one) => `${url}/${one}`))
  return {
    answer: computeSampleQuantile(questions.times, 0.5) ?? NaN,
    page: computeSampleQuantile(pages.times, 0.5) ?? NaN,
    failed: questions.failed + pages.failed,
  }
}

async function timesOf(addresses: readonly string[]): Promise<{ times: number[]; failed: number }> {
  const times: number[] = []
  for (const address of addresses) {
    const begun = performance.now()
    const answer = await fetch(address).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.ok) times.push(performance.now() - begun)
  }
  return { times, failed: addresses.length - times.length }
}
