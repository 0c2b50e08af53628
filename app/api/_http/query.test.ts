import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { declarationsBodySchema } from '#lib/contract/index.ts'
import { costWeeklyParameters } from '#lib/cost/api/index.ts'
import { parseRequestBody, parseQueryParameters } from './query.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const bodyFault = (body: string, schema: z.ZodType = declarationsBodySchema) =>
  parseRequestBody(new Request('http://127.0.0.1/api/v1/x', { method: 'PUT', body, headers: JSON_TYPE }), schema).then(
    () => 'none',
    (error: Error) => error.message,
  )

describe('a fault of a body says where it is and what to send', () => {
  const schema = z.strictObject({
    version: z.int().min(0),
    path: z.enum(['primary', 'secondary']).optional(),
    note: z.string().min(2).max(3).optional(),
    list: z.array(z.boolean()).max(1).optional(),
  })
  it.each([
    ['null', 'body: send an object, not null'],
    ['[]', 'body: send an object, not a list'],
    ['{', 'body: send JSON'],
    ['{}', 'version: it is missing: send a number'],
    ['{"version":1.5}', 'version: send a whole number, not a fraction'],
    ['{"version":"1"}', 'version: send a number, not text'],
    ['{"version":-1}', 'version: send 0 at least'],
    ['{"version":1,"path":"third"}', 'path: send one of primary, secondary'],
    ['{"version":1,"note":"long"}', 'note: send 3 characters at most'],
    ['{"version":1,"note":"s"}', 'note: send 2 characters at least'],
    ['{"version":1,"list":[true,true]}', 'list: send 1 entry at most'],
    ['{"version":1,"list":["x"]}', 'list.0: send true or false, not text'],
    ['{"version":1,"x":1}', 'x: no such parameter; known are version, path, note, list'],
  ])('%s', async (body, fault) => expect(await bodyFault(body, schema)).toBe(fault))

  it('also deep in a list', async () => {
    expect(await bodyFault('{"sites":[{"name":"a","zip":1}]}')).toBe('sites.0: there is no zip in it; leave it out')
    expect(
      await bodyFault(
        '{"maintenance":[{"id":"m","title":"t","from":"2026-11-21T02:00:00+01:00","to":"2026-11-22T00:00:00Z"}]}',
      ),
    ).toBe('maintenance.0.from: send a time in UTC such as 2026-11-20T03:12:00Z')
  })
})

describe('text that the database can not keep', () => {
  const fault = 'body: a text holds \\u0000 or half of a surrogate pair: leave it out'
  it.each([
    ['{"sites":[{"name":"a\\u0000b"}]}', fault],
    ['{"sites":[{"name":"a\\uD800b"}]}', fault],
    ['{"\\udc00":1}', fault],
    ['{"sites":[{"name":"\\ud83d\\ude00"}]}', 'none'],
    ['{"sites":[{"name":"\\\\u0000"}]}', 'none'],
  ])('%s', async (body, expected) => expect(await bodyFault(body)).toBe(expected))
})

it('an invalid week gets the right format in the error', () => {
  const ask = () =>
    parseQueryParameters(new Request('http://127.0.0.1/api/v1/cost/weekly?week=47'), costWeeklyParameters)
  expect(ask).toThrow('week: send an ISO week such as 2026-W47')
})

it('a parameter that every object has is unknown as any other', () => {
  const ask = () =>
    parseQueryParameters(new Request('http://127.0.0.1/api/v1/cost/weekly?__proto__=1'), costWeeklyParameters)
  expect(ask).toThrow('__proto__: no such parameter; known are week')
})
