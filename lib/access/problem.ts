import { STATUS_CODES } from 'node:http'
import { PROBLEM_CONTENT_TYPE, type Problem } from '#lib/contract/index.ts'

/**
 * An error as RFC 9457 problem details.
 * @param detail what to do
 * @param path of the request, without its query
 */
export function problemText(status: number, detail: string, path: string): string {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: path,
  }
  return JSON.stringify(body)
}

export const PROBLEM_HEADERS = { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store' }
