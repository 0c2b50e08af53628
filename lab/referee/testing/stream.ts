import { processHub } from '#lib/questions/index.ts'
import { readUntil } from '#app/api/testing/read-until.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Answer } from './ask.ts'
import { handlersOf } from '#app/api/testing/handlers-of.ts'

const stream = handlersOf('/stream')

/** What a listener is sent of a change that everybody sees. */
export async function firstOfStream(now: EpochMs): Promise<Answer> {
  const leaving = new AbortController()
  const request = new Request('http://127.0.0.1/api/v1/stream', { signal: leaving.signal })
  const response = await stream.GET(request)
  processHub().take(JSON.stringify({ topics: ['overview'], scope: null, at: new Date(now).toISOString() }))
  const body = await readUntil(response, 'overview')
  leaving.abort()
  return { status: response.status, type: response.headers.get('content-type') ?? '', body }
}
