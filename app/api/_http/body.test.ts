import { describe, expect, it } from 'vitest'
import { readRequestJson } from './body.ts'
import { MediaTypeError } from './body-errors.ts'

const json = { 'content-type': 'application/json' }
const asked = (body: BodyInit | null, headers: Record<string, string> = json) =>
  new Request('http://127.0.0.1/api/v1/x', { method: 'PUT', body, headers, duplex: 'half' } as RequestInit)

describe('the type of a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('%s is read', async (type) => {
    expect(await readRequestJson(asked('{"a":1}', { 'content-type': type }))).toEqual({ a: 1 })
  })
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data; boundary=x'])(
    '%s is refused',
    async (type) => {
      await expect(readRequestJson(asked('{"a":1}', { 'content-type': type }))).rejects.toThrow(MediaTypeError)
    },
  )
  it('matters where there is a body only', async () => {
    expect(await readRequestJson(asked(null, {}))).toEqual({})
    expect(await readRequestJson(asked('', { 'content-type': 'text/plain' }))).toEqual({})
  })
})

describe('nesting', () => {
  const nested = (depth: number, open = '[', close = ']') => `${open.repeat(depth)}${close.repeat(depth)}`
  it('of 32 levels is read', async () => {
    await expect(readRequestJson(asked(nested(32)))).resolves.toBeInstanceOf(Array)
  })
  it.each([
    ['33 levels', nested(33)],
    ['5,000 levels with an escape', `${'['.repeat(5_000)}"\\u0000"${']'.repeat(5_000)}`],
    ['as many levels as fit', nested(500_000)],
    ['objects', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ])('of %s is refused', async (_, body) => {
    await expect(readRequestJson(asked(body))).rejects.toThrow('deeper than 32 levels')
  })
})

it('a long list of lists is read', async () => {
  await expect(readRequestJson(asked(`[${'[],'.repeat(300_000)}[]]`))).resolves.toHaveLength(300_001)
})

it.each(['"\\u001b[31m"', '{"a":["\\u0085"]}', '{"\\u0007":1}'])('%s holds a control character', async (body) => {
  await expect(readRequestJson(asked(body))).rejects.toThrow('holds a control character')
})
it('line breaks and tabs are text', async () => {
  expect(await readRequestJson(asked('"a\\r\\n\\tb"'))).toBe('a\r\n\tb')
})

it.each(['{"__proto__":1}', '[{"a":{"__proto__":{}}}]'])('%s names no field', async (body) => {
  await expect(readRequestJson(asked(body))).rejects.toThrow('there is no __proto__')
})
