import { isStorable } from '#lib/platform/storable-text.ts'
import { visitJson } from '#lib/platform/work-budget.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'
import { MediaTypeError } from './body-errors.ts'

/** How deep lists and objects may stand in each other. The deepest body of the contract has 6. */
const MAX_DEPTH = 32

/**
 * Reads the JSON of a request, whose length the front limits.
 * @returns an empty object where there is no body
 * @throws MediaTypeError, InvalidRequestError
 */
export async function readJson(request: Request): Promise<unknown> {
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

/** Refuses text that can't be stored, and nesting that schemas and writers would follow until the stack ends. @throws InvalidRequestError */
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
  // objects of schemas leave it out without a word
  if (key === '__proto__') throw new InvalidRequestError('body: there is no __proto__ in it; leave it out')
  assertStorable(key)
}

/** Control characters, but for line breaks and tabs: nobody types them, and terminals obey them. */
const CONTROL = /[^\P{Cc}\n\r\t]/u

function assertStorable(text: string): void {
  if (!isStorable(text))
    throw new InvalidRequestError('body: a text holds \\u0000 or half of a surrogate pair: leave it out')
  if (CONTROL.test(text)) throw new InvalidRequestError('body: a text holds a control character: leave it out')
}
