import { once } from 'node:events'
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { PROBLEM_CONTENT_TYPE, problemSchema } from '#lib/contract/index.ts'
import {
  type ApiDocument,
  type FuzzValuesFromResponses,
  type FuzzRequest,
  createFuzzRequests,
} from './fuzz-requests.ts'
import { SeededRandom } from './random.ts'

export interface FuzzReport {
  requests: number
  /** number of answers by status */
  statuses: Record<string, number>
  /** violations, each with its request */
  faults: string[]
}

const LISTS = ['circuits', 'gateways', 'events?limit=5', 'incidents?limit=5', 'channels']
const AT_ONCE = 6
/** Internal details: stack traces, SQL statements and messages of the database. */
const INSIDE =
  /\bat \S+ \(|node_modules|\.ts:\d+|\bSELECT\b|INSERT INTO|\bsyntax error at\b|\brelation "|\boperator does not exist|invalid input syntax|out of range for type/

/**
 * Sends requests to a running API, made from its own OpenAPI document.
 * @param origin origin of the server, such as `http://127.0.0.1:3000`
 */
export async function fuzzApi(
  origin: string,
  { requests, seed }: { requests: number; seed: number },
): Promise<FuzzReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const random = new SeededRandom(seed)
  const found: FuzzValuesFromResponses = { ids: ['estate'], pages: [] }
  const report: FuzzReport = { requests: 0, statuses: {}, faults: [] }
  const get = async (target: string) =>
    (await send(origin, { method: 'GET', target, headers: {}, body: null }, agent)).text
  const document = JSON.parse(await get('/api/openapi.json')) as ApiDocument
  for (const list of LISTS) idsIn(JSON.parse(await get(`/api/v1/${list}`)), found.ids)
  for (const [path, { get: question }] of Object.entries(document.paths)) {
    if (!question?.parameters?.some(({ name }) => name === 'cursor')) continue
    const id = encodeURIComponent(found.ids.find((one) => one.includes('expressRouteCircuits')) ?? '')
    const target = `${path.replace('{id}', id)}?limit=1${path.endsWith('/routes/history') ? '&prefix=10.0.0.0%2F16' : ''}`
    const { nextCursor } = JSON.parse(await get(target)) as { nextCursor?: string | null }
    if (typeof nextCursor === 'string') found.pages.push({ target, cursor: nextCursor })
  }
  if (found.pages.length < 5) throw new Error('no cursors to forge: the API that is asked holds too little')
  const nextRequest = createFuzzRequests(document, random, found)

  const lane = async () => {
    while (report.requests < requests) {
      report.requests += 1
      const asked = nextRequest()
      const answer = await send(origin, asked, agent)
      report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1
      const fault = faultOf(asked, answer)
      if (fault) report.faults.push(`${fault}: ${JSON.stringify(asked).slice(0, 600)} -> ${answer.text.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  agent.destroy()
  return report
}

interface Answer {
  status: number
  type: string
  text: string
}

async function send(origin: string, { method, target, headers, body }: FuzzRequest, agent: Agent): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const request = httpRequest({ hostname, port, method, path: target, headers: { ...headers, ...length }, agent })
  // a request that is refused early may end before its whole body was sent
  request.on('error', () => {})
  request.end(body ?? undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const type = response.headers['content-type'] ?? ''
  const answer = { status: response.statusCode ?? 0, type }
  if (type.startsWith('text/event-stream')) {
    response.destroy()
    return { ...answer, text: '' }
  }
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { ...answer, text: Buffer.concat(chunks).toString() }
}

/** Returns the fault of an answer, regardless of the request; null = no fault. */
function faultOf({ target }: FuzzRequest, { status, type, text }: Answer): string | null {
  // the readiness of an instance without polls and alerting is 503; the answer to HEAD has no body
  const isReadiness = status === 503 && /^\/api\/health\/ready(\?|$)/.test(target)
  if (isReadiness && (text === '' || text.includes('"alerting"'))) return null
  if (status >= 500) return `${status}`
  if (status < 400) return type.startsWith('application/json') && !isJson(text) ? 'no JSON' : null
  if (text === '') return null
  if (type !== PROBLEM_CONTENT_TYPE) return `${status} as ${type}`
  if (!isJson(text) || problemSchema.safeParse(JSON.parse(text)).data?.status !== status)
    return `${status} is no problem`
  return INSIDE.test(JSON.parse(text).detail) ? `${status} shows what is inside` : null
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text || 'null')
    return true
  } catch {
    return false
  }
}

function idsIn(value: unknown, ids: string[]): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (/^(id|resourceId)$/.test(name) && typeof member === 'string' && ids.length < 40) ids.push(member)
    else idsIn(member, ids)
  }
}
