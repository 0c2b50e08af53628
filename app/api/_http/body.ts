import { isStorableText } from '#lib/platform/storable-text.ts'
import { visitJson } from '#lib/platform/work-budget.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'
import { MediaTypeError } from './body-errors.ts'

/** Maximum nesting of lists and objects in a request body. The deepest body of the API has 6 levels. */
const MAX_DEPTH = 32

/**
 * Reads the JSON body of a request. The front (the HTTP server in front of Next) has limited its length.
 * @returns an empty object if there is no body
 * @throws MediaTypeError if the content type is not JSON
 * @throws InvalidRequestError if the body is not JSON or cannot be stored
 */
export async function readRequestJson(request: Request): Promise<unknown> {
  const text = await request.text()
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type')
  if (!isJson(type)) throw new MediaTypeError(type)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new InvalidRequestError('body: send JSON')
  }
  assertPlain(body)
  return body
}

const isJson = (type: string | null) => /^\s*application\/json\s*(;|$)/i.test(type ?? '')

/**
 * Refuses a body with text that cannot be stored, or with nesting so deep that recursive code would overflow the stack.
 * @throws InvalidRequestError
 */
function assertPlain(body: unknown): void {
  visitJson(body, {
    onDepth: (depth) => {
      if (depth > MAX_DEPTH) throw new InvalidRequestError(`body: it is nested deeper than ${MAX_DEPTH} levels`)
    },
    onKey: assertName,
    onText: assertStorable,
  })
}

function assertName(key: string): void {
  // zod would drop the key `__proto__` without an error, so that it is refused here.
  if (key === '__proto__') throw new InvalidRequestError('body: there is no __proto__ in it; leave it out')
  assertStorable(key)
}

/** Control characters except line breaks and tabs. Users do not type them, and a terminal would execute them. */
const CONTROL = /[^\P{Cc}\n\r\t]/u

function assertStorable(text: string): void {
  if (!isStorableText(text))
    throw new InvalidRequestError('body: a text holds \\u0000 or half of a surrogate pair: leave it out')
  if (CONTROL.test(text)) throw new InvalidRequestError('body: a text holds a control character: leave it out')
}
