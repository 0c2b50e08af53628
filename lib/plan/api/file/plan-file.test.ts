import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findAttributeChanges,
  isEqualIgnoringOrder,
  hasSameJsonText,
  MAX_PATH_CHARACTERS,
  PlanFileError,
  type PlanResource,
  convertResourceChanges,
  toNonEmptyString,
  toStringList,
  type ResourceTypeRules,
  getValueAtPath,
} from './plan-file.ts'

describe('a value by its path', () => {
  it.each<[string, unknown, string, unknown]>([
    ['a member', { a: 1 }, 'a', 1],
    ['a member of a member', { a: { b: { c: 1 } } }, 'a.b.c', 1],
    ['a member of the first entry of a list', { a: [{ b: 1 }, { b: 2 }] }, 'a.b', 1],
    ['a list', { a: [1, 2] }, 'a', [1, 2]],
    ['an absent member', { a: 1 }, 'b', undefined],
    ['a member of a text', { a: 'b' }, 'a.length', undefined],
    ['a member of null', null, 'a', undefined],
    ['a member of an empty list', { a: [] }, 'a.b', undefined],
  ])('%s', (_, value, path, expected) => {
    expect(getValueAtPath(value, path)).toEqual(expected)
  })
})

it.each<[unknown, string | null, string[]]>([
  ['a', 'a', []],
  ['', null, []],
  [1, null, []],
  [null, null, []],
  [['a', 1, null, ''], null, ['a', '']],
])('texts of %j', (value, text, texts) => {
  expect([toNonEmptyString(value), toStringList(value)]).toEqual([text, texts])
})

const json = fc.jsonValue({ maxDepth: 3 })
const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled).toReversed()
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, one]) => [key, shuffled(one)])
            .toReversed(),
        )
      : value
const ID = '/subscriptions/s/resourceGroups/rg'

describe('two values', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['null and an empty text', null, '', true],
    ['null and an empty list', null, [], true],
    ['an absent value and null', undefined, null, true],
    ['null and false', null, false, false],
    ['null and zero', null, 0, false],
    ['a number and its text', 1, '1', false],
    ['lists in another order', [1, 2], [2, 1], true],
    ['lists with another count of an entry', [1, 1, 2], [1, 2, 2], false],
    ['objects in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['an id in another case', ID, ID.toLowerCase(), true],
    ['another text in another case', 'A', 'a', false],
    ['a text that spells a list', '["a"]', ['a'], false],
    ['a member without a value', { a: null, b: 1 }, { b: 1 }, false],
  ])('%s', (_, a, b, isSame) => {
    expect(isEqualIgnoringOrder(a, b)).toBe(isSame)
    expect(isEqualIgnoringOrder(b, a)).toBe(isSame)
  })

  it('are the same in every order of lists and members, and are written the same in one', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(isEqualIgnoringOrder(value, shuffled(value))).toBe(true)
        expect(hasSameJsonText(value, structuredClone(value))).toBe(true)
      }),
    )
  })
})

describe('differences', () => {
  it.each<[string, before: unknown, after: unknown, paths: string[]]>([
    ['none', { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }, []],
    ['a changed member', { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, ['a.b']],
    ['a new member', {}, { a: 1 }, ['a']],
    ['a new object as a whole', {}, { a: { b: 1 } }, ['a']],
    ['a member that is gone', { a: 1 }, {}, ['a']],
    ['null in place of an absent member', {}, { a: null }, []],
    ['an empty list in place of an absent member', {}, { a: [] }, []],
    ['a block, which is a list of one', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ['a.b']],
    ['a list of two', { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }, ['a']],
    ['a list of one text', { a: ['b'] }, { a: ['c'] }, ['a']],
    ['a block that is gone', { a: [{ b: 1 }] }, { a: [] }, ['a']],
    ['a masked value', { a: '***' }, { a: '***' }, ['a']],
    ['a masked entry of a list', { a: ['(sensitive value)'] }, { a: ['(sensitive value)'] }, ['a']],
    ['a masked value in brackets', { a: '<redacted>' }, { a: '<redacted>' }, ['a']],
    ['a text with a mask inside', { a: 'a *** b' }, { a: 'a *** b' }, []],
    ['names that every object has', {}, JSON.parse('{"__proto__": 1, "constructor": 2}'), ['__proto__', 'constructor']],
  ])('%s', (_, before, after, paths) => {
    expect(findAttributeChanges(before, after).map(({ path }) => path)).toEqual(paths)
  })

  it('are absent values by null', () => {
    expect(findAttributeChanges({ a: 1 }, { b: 2 })).toEqual([
      { path: 'a', before: 1, after: null },
      { path: 'b', before: null, after: 2 },
    ])
  })

  it('are none exactly if two values without masks are the same', () => {
    const plain = fc
      .jsonValue({ maxDepth: 2, noUnicodeString: true })
      .filter((one) => !/\*{3}|sens|mask|sec|red/i.test(JSON.stringify(one)))
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(findAttributeChanges(a, shuffled(a))).toEqual([])
        if (isEqualIgnoringOrder(a, b)) expect(findAttributeChanges(a, b)).toEqual([])
      }),
    )
  })

  it('refuse a path that is too long', () => {
    const nested = (levels: number, value: number): unknown =>
      levels === 0 ? value : { abcdefghi: nested(levels - 1, value) }
    expect(findAttributeChanges(nested(MAX_PATH_CHARACTERS / 10, 1), nested(MAX_PATH_CHARACTERS / 10, 2))).toHaveLength(
      1,
    )
    expect(() =>
      findAttributeChanges(nested(MAX_PATH_CHARACTERS / 10 + 1, 1), nested(MAX_PATH_CHARACTERS / 10 + 1, 2)),
    ).toThrow(PlanFileError)
  })
})

describe('resources by the rules of their types', () => {
  const term = { kind: 'delete', resource: 'x' } as const
  const rules: ResourceTypeRules = {
    update: { known: () => term, listed: () => [term, term], idle: () => 'without', odd: () => ({ why: 'odd' }) },
    create: () => 'without',
    delete: () => term,
  }
  const bare: ResourceTypeRules = { update: {} }
  const change = (path: string, before: unknown = 1, after: unknown = 2) => ({ path, before, after })
  const read = (own: Partial<PlanResource>, of: ResourceTypeRules | null = rules) => {
    const resource: PlanResource = {
      where: 'there',
      op: 'update',
      id: 'x',
      before: {},
      after: {},
      unknownAfter: new Set(),
      differences: [],
      isShown: true,
      ...own,
    }
    const { terms, unknown, without } = convertResourceChanges([resource], () => of)
    return [terms.length, unknown.map(({ attribute, why }) => `${attribute ?? ''}: ${why}`), without]
  }

  it.each<[string, Partial<PlanResource>, terms: number, unknown: unknown[], without: number]>([
    ['an attribute with a rule', { differences: [change('known')] }, 1, [], 0],
    ['a rule of two terms', { differences: [change('listed')] }, 2, [], 0],
    ['a rule without effect', { differences: [change('idle')] }, 0, [], 1],
    ['a rule that does not know', { differences: [change('odd')] }, 0, ['odd: odd'], 0],
    ['several attributes', { differences: ['known', 'idle', 'odd'].map((path) => change(path)) }, 1, ['odd: odd'], 1],
    [
      'an attribute without a rule',
      { differences: [change('new')] },
      0,
      ['new: the model does not know this attribute'],
      0,
    ],
    [
      'a name that every object has',
      { differences: [change('constructor')] },
      0,
      ['constructor: the model does not know this attribute'],
      0,
    ],
    ...['tags', 'tags.owner', 'tags_all.a', 'timeouts.create', 'systemData.x', 'apiVersion', 'etag', 'a.b.etag'].map(
      (path): [string, Partial<PlanResource>, number, string[], number] => [
        path,
        { differences: [change(path)] },
        0,
        [],
        1,
      ],
    ),
    [
      'an attribute that begins as tags do',
      { differences: [change('tagsOf')] },
      0,
      ['tagsOf: the model does not know this attribute'],
      0,
    ],
    ['a place in another spelling', { differences: [change('location', 'West Europe', 'westeurope')] }, 0, [], 1],
    [
      'another place',
      { differences: [change('location', 'westeurope', 'northeurope')] },
      0,
      [expect.stringContaining('location: Azure does not change it in place')],
      0,
    ],
    ['no difference, which is shown', {}, 0, [], 1],
    ['no difference, which is not shown', { isShown: false }, 0, [': the plan does not show what changes'], 0],
    ['a new resource', { op: 'create' }, 0, [], 1],
    ['a deletion', { op: 'delete' }, 1, [], 0],
    ['a replacement is both', { op: 'replace' }, 1, [], 1],
  ])('%s', (_, own, terms, unknown, without) => {
    expect(read(own)).toEqual([terms, unknown, without])
  })

  it.each<[string, Partial<PlanResource>, ResourceTypeRules | null, string[]]>([
    ['of an unknown type', {}, null, [': the model does not know this type of resource']],
    [
      'that are new, without a rule',
      { op: 'create' },
      bare,
      [': what a new one will carry is not known before it is there'],
    ],
    ['that are deleted, without a rule', { op: 'delete' }, bare, [': what its deletion changes is not known']],
    [
      'that are replaced, without a rule',
      { op: 'replace' },
      bare,
      [': what its deletion changes is not known', ': what a new one will carry is not known before it is there'],
    ],
  ])('%s are unknown', (_, own, of, unknown) => {
    expect(read(own, of)).toEqual([0, unknown, 0])
  })
})
