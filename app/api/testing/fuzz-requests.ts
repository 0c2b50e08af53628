import {
  pickRandomFuzzText,
  pickRandomJsonValue,
  replaceOrRemoveValuePart,
  forgePaginationCursor,
  type JsonSchemaParts,
  generateValueForSchema,
} from './fuzz-values.ts'
import type { SeededRandom } from './random.ts'

/** The parts of an OpenAPI document from which requests are made. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchemaParts }[]
  requestBody?: { content: Record<string, { schema: JsonSchemaParts }> }
}

export interface FuzzRequest {
  method: string
  /** path and query */
  target: string
  headers: Record<string, string>
  body: string | null
}

/** Values from answers that later requests can use. */
export interface FuzzValuesFromResponses {
  ids: string[]
  /** first pages with the cursor of the next page; a cursor is accepted only with the same query */
  pages: { target: string; cursor: string }[]
}

const METHODS = ['TRACE', 'OPTIONS', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'PROPFIND', 'SEARCH']
const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'x',
]
type Header = [name: string, values: string[]]
const HOST: Header = [
  'host',
  ['evil.example', 'localhost', '127.0.0.1:9', '[::1]', '0.0.0.0', 'localhost@evil.example'],
]
const HEADERS: Header[] = [
  // repeated, so that a few hundred requests are enough to meet a refused host
  HOST,
  HOST,
  HOST,
  ['origin', ['https://evil.example', 'null', 'http://127.0.0.1:3000', 'x']],
  ['sec-fetch-site', ['cross-site', 'same-site', 'same-origin', 'none', 'x']],
  ['x-forwarded-host', ['evil.example', 'a,b']],
  ['x-forwarded-proto', ['https', 'gopher']],
  ['accept', ['text/html', '*/*', 'application/xml', '\u00ff']],
  ['accept-encoding', ['identity', 'x']],
  ['if-none-match', ['*', '"x"']],
  ['range', ['bytes=0-1', 'bytes=-1']],
  ['last-event-id', ['0', '-1', '1e309', 'x'.repeat(2_000)]],
  ['rsc', ['1']],
  ['next-action', ['x']],
  ['next-router-prefetch', ['1']],
  ['x-middleware-subrequest', ['proxy:proxy:proxy']],
  ['x-http-method-override', ['DELETE']],
  ['authorization', ['Bearer x', 'Basic !']],
  ['cookie', ['a=b; __proto__=1']],
]

/**
 * Makes requests from an OpenAPI document: valid, slightly invalid and unrelated requests. The same seed makes the same
 * requests if the answers are the same.
 */
export function createFuzzRequests(
  document: ApiDocument,
  random: SeededRandom,
  found: FuzzValuesFromResponses,
): () => FuzzRequest {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return () => {
    if (found.pages.length > 0 && random.in100(10)) return laterPage(random.of(found.pages), random)
    const { path, method, operation } = random.of(operations)
    const target = pathOf(path, random, found) + queryOf(path, operation, random, found)
    const headers = Object.fromEntries(
      random.in100(25)
        ? [HEADERS[random.below(HEADERS.length)]].map((one) => [one?.[0] ?? '', random.of(one?.[1] ?? [])])
        : [],
    )
    const body = bodyOf(operation, random)
    if (body !== null && random.in100(95))
      headers['content-type'] = random.in100(95) ? 'application/json' : random.of(TYPES)
    return { method: random.in100(8) ? random.of(METHODS) : method, target, headers, body }
  }
}

function laterPage({ target, cursor }: FuzzValuesFromResponses['pages'][number], random: SeededRandom): FuzzRequest {
  const sent = random.in100(20) ? cursor : forgePaginationCursor(cursor, random)
  return {
    method: 'GET',
    target: `${target}&cursor=${encodeURIComponent(sent.toWellFormed())}`,
    headers: {},
    body: null,
  }
}

function pathOf(path: string, random: SeededRandom, { ids }: FuzzValuesFromResponses): string {
  const real = random.in100(3) ? path.replace(/\/[^/]*$/, `/${encoded(pickRandomFuzzText(random), random)}`) : path
  return real.replaceAll(/\{\w+\}/g, () =>
    encoded(ids.length > 0 && random.in100(70) ? random.of(ids) : pickRandomFuzzText(random), random),
  )
}

/** Percent-encodes the text in most cases. A path must not be a complete URL and must not contain blanks. */
const encoded = (text: string, random: SeededRandom) =>
  random.in100(95) ? encodeURIComponent(text.toWellFormed()) : text.replaceAll(/[^!-~]|[?#]/g, '%')

function queryOf(
  path: string,
  { parameters = [] }: Operation,
  random: SeededRandom,
  found: FuzzValuesFromResponses,
): string {
  const pairs: [string, string][] = []
  for (const { name, in: where, required, schema } of parameters) {
    if (where !== 'query' || !(required || random.in100(35))) continue
    pairs.push([name, parameterOf(path, name, schema, random, found)])
    if (random.in100(2)) pairs.push([name, pickRandomFuzzText(random)])
  }
  if (random.in100(5)) pairs.push([pickRandomFuzzText(random), pickRandomFuzzText(random)])
  if (pairs.length === 0) return ''
  return `?${pairs.map((pair) => pair.map((text) => encoded(text, random)).join('=')).join('&')}`
}

function parameterOf(
  path: string,
  name: string,
  schema: JsonSchemaParts,
  random: SeededRandom,
  { ids }: FuzzValuesFromResponses,
): string {
  if (name === 'limit' && random.in100(60)) return random.of(['1', '2', '1000'])
  if (/^(scope|circuit|incident|partOf|channel)$/.test(name) && ids.length > 0 && random.in100(60))
    return random.of(ids)
  if (random.in100(30)) return pickRandomFuzzText(random)
  const value = generateValueForSchema(schema, random)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function bodyOf({ requestBody }: Operation, random: SeededRandom): string | null {
  const schema = requestBody?.content['application/json']?.schema
  if (!schema) return random.in100(3) ? JSON.stringify(pickRandomJsonValue(random)) : null
  const kind = random.below(100)
  if (kind < 3) return null
  if (kind < 6) return random.of(['{', '', '[1,', '\ufeff{}', '{"a":1}{"a":1}', '\u0000'])
  if (kind < 8) return `${'['.repeat(5_000)}"\\u0000"${']'.repeat(5_000)}`
  if (kind < 9) return `"${'x'.repeat(1_000_000)}"`
  const value = generateValueForSchema(schema, random)
  return JSON.stringify(kind < 45 ? value : replaceOrRemoveValuePart(value, random))
}
