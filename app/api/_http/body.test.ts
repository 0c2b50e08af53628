import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES } from '#lib/access/index.ts'
import { readJson } from './body.ts'
import { BodyTooLargeError, MediaTypeError } from './body-errors.ts'

const json = { 'content-type': 'application/json' }
const asked = (body: BodyInit | null, headers: Record<string, string> = json) =>
  new Request('http://127.0.0.1/api/v1/x', { method: 'PUT', body, headers, duplex: 'half' } as RequestInit)

/** 20 MB of a text, in pieces of 64 kB that are made when they are read. */
function stream() {
  const piece = new Uint8Array(65_536).fill(0x20)
  let sent = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(piece)
        sent += piece.byteLength
        if (sent >= 20_000_000) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, sent: () => sent }
}

describe('a body that is too large', () => {
  it('is read up to the limit and no further', async () => {
    const { body, sent } = stream()
    await expect(readJson(asked(body))).rejects.toThrow(BodyTooLargeError)
    expect(sent()).toBeGreaterThan(MAX_BODY_BYTES)
    expect(sent()).toBeLessThan(MAX_BODY_BYTES + 2 * 65_536)
  })

  it('is not read at all where its length is announced', async () => {
    const { body, sent } = stream()
    await expect(readJson(asked(body, { ...json, 'content-length': '20000000' }))).rejects.toThrow('larger than 1 MB')
    expect(sent()).toBe(0)
  })

  it('is one byte longer than the largest that is read', async () => {
    const largest = JSON.stringify('a'.repeat(MAX_BODY_BYTES - 2))
    expect(await readJson(asked(largest))).toHaveLength(MAX_BODY_BYTES - 2)
    await expect(readJson(asked(` ${largest}`))).rejects.toThrow(BodyTooLargeError)
  })
})

describe('the type of a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('%s is read', async (type) => {
    expect(await readJson(asked('{"a":1}', { 'content-type': type }))).toEqual({ a: 1 })
  })
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data; boundary=x'])(
    '%s is refused',
    async (type) => {
      await expect(readJson(asked('{"a":1}', { 'content-type': type }))).rejects.toThrow(MediaTypeError)
    },
  )
  it('matters where there is a body only', async () => {
    expect(await readJson(asked(null, {}))).toEqual({})
    expect(await readJson(asked('', { 'content-type': 'text/plain' }))).toEqual({})
  })
})

describe('nesting', () => {
  const nested = (depth: number, open = '[', close = ']') => `${open.repeat(depth)}${close.repeat(depth)}`
  it('of 32 levels is read', async () => {
    await expect(readJson(asked(nested(32)))).resolves.toBeInstanceOf(Array)
  })
  it.each([
    ['33 levels', nested(33)],
    ['5,000 levels with an escape', `${'['.repeat(5_000)}"\\u0000"${']'.repeat(5_000)}`],
    ['as many levels as fit', nested(MAX_BODY_BYTES / 2)],
    ['objects', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ])('of %s is refused', async (_, body) => {
    await expect(readJson(asked(body))).rejects.toThrow('deeper than 32 levels')
  })
})

it('a long list of lists is read', async () => {
  await expect(readJson(asked(`[${'[],'.repeat(300_000)}[]]`))).resolves.toHaveLength(300_001)
})

it.each(['"\\u001b[31m"', '{"a":["\\u0085"]}', '{"\\u0007":1}'])('%s holds a control character', async (body) => {
  await expect(readJson(asked(body))).rejects.toThrow('holds a control character')
})
it('line breaks and tabs are text', async () => {
  expect(await readJson(asked('"a\\r\\n\\tb"'))).toBe('a\r\n\tb')
})

it.each(['{"__proto__":1}', '[{"a":{"__proto__":{}}}]'])('%s names no field', async (body) => {
  await expect(readJson(asked(body))).rejects.toThrow('there is no __proto__')
})
