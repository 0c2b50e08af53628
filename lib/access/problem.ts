import { STATUS_CODES } from 'node:http'
import { PROBLEM_CONTENT_TYPE, type Problem, type Right } from '#lib/contract/index.ts'

/**
 * An error as RFC 9457 problem details.
 * @param detail what to do
 * @param path of the request, without its query
 * @param missingRight of a 403: what the caller would need
 */
export function problemText(status: number, detail: string, path: string, missingRight?: Right): string {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: path,
    ...(missingRight && { missingRight }),
  }
  return JSON.stringify(body)
}

export const PROBLEM_HEADERS = { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store' }
