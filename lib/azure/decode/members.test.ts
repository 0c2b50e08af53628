import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { armTextSchema, armTextOrNullSchema } from './fields.ts'
import type { JsonObject } from './json.ts'
import { createArmBodySchema, createArmRowSchema, getArmMember } from './members.ts'

describe('a member', () => {
  it.each<[JsonObject, unknown]>([
    [{ peerASN: 1 }, 1],
    [{ PEERasn: 1 }, 1],
    [{ peerAsn: 1, peerASN: 2 }, 2],
    [{ peerASN: null, peerAsn: 1 }, 1],
    [{ peerAsn: null }, null],
    [{ peerAsns: 1 }, undefined],
    [{}, undefined],
  ])('of %j', (object, expected) => expect(getArmMember(object, 'peerASN')).toBe(expected))

  it('of a row, of a body with its other members as they came', () => {
    const value = { NAME: 'a', Extra: 1, nested: { Deep: 'b' } }
    expect(createArmRowSchema({ name: armTextSchema, other: armTextOrNullSchema }).parse(value)).toEqual({
      name: 'a',
      other: null,
    })
    expect(createArmBodySchema({ name: armTextSchema }).parse(value)).toEqual({
      name: 'a',
      Extra: 1,
      nested: { Deep: 'b' },
    })
  })
})

it('nothing else in this folder reads an object', () => {
  const here = new URL('..', import.meta.url)
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'decode/members.ts',
  )
  const others = files.filter((file) =>
    /z\s*\.(?:object|looseObject|strictObject)\(/.test(readFileSync(new URL(file, here), 'utf8')),
  )
  expect(others).toEqual([])
})
