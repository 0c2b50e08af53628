/**
 * HTTP interface of the control desk, for pages of this machine only. The control desk starts and ends happenings in a
 * running simulator.
 */
import type { SimulatedHttpResponse } from '../wire/message.ts'
import { type RunningSimulatorControl, ControlError } from './control.ts'

interface ControlRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const LOCAL_PAGE = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/

function cors(origin: string | undefined): Record<string, string> {
  if (!origin || !LOCAL_PAGE.test(origin)) return { vary: 'origin' }
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  }
}

function time(text: string | null, name: string): number | undefined {
  if (text === null) return undefined
  const value = Date.parse(text)
  if (Number.isNaN(value)) throw new ControlError([`${name}: not a time`])
  return value
}

function read(body: string): unknown {
  if (body.trim() === '') return {}
  try {
    return JSON.parse(body)
  } catch {
    throw new ControlError(['body: not JSON'])
  }
}

/**
 * Answers GET requests for the state and the truth, and POST requests that start a happening or restore the estate. An
 * invalid request is answered with 400 and a list of faults.
 */
export function controlAnswer(desk: RunningSimulatorControl, request: ControlRequest): SimulatedHttpResponse {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...cors(request.headers.origin),
  }
  const reply = (status: number, value: unknown): SimulatedHttpResponse => ({
    status,
    headers,
    body: JSON.stringify(value),
  })
  const url = new URL(request.target, 'http://127.0.0.1')
  // Refuse requests of pages from other sites. Hiding the response from such a page, as browsers do, would be too late,
  // because the request itself changes the simulator.
  if (request.headers.origin && !LOCAL_PAGE.test(request.headers.origin))
    return reply(403, { faults: ['origin: not local'] })
  if (request.method === 'OPTIONS') return { status: 204, headers, body: '' }
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /_control/state':
        return reply(200, desk.state())
      case 'GET /_control/truth':
        return reply(
          200,
          desk.truth(time(url.searchParams.get('from'), 'from'), time(url.searchParams.get('to'), 'to')),
        )
      case 'POST /_control/happenings':
        return reply(201, desk.happen(read(request.body)))
      case 'POST /_control/restore': {
        const body = read(request.body)
        const id = typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : undefined
        return reply(200, desk.restore(id))
      }
      default:
        return reply(404, { faults: [`${request.method} ${url.pathname}: nothing there`] })
    }
  } catch (error) {
    if (error instanceof ControlError) return reply(400, { faults: error.faults })
    throw error
  }
}
