import { describe, expect, it } from 'vitest'
import { freezePageAnswers, isShareableQuery, replaceCustomerNames } from './freeze-page-answers.ts'

it.each([
  ['/api/v1/circuits/c1/usage?step=5m', true],
  ['/api/v1/sessions?scope=c1', true],
  ['/api/v1/routes/changes?within=10.0.0.0%2F8', true],
  ['/api/v1/sessions', false],
  ['/api/v1/declarations', false],
  ['/api/v1/circuits', false],
  ['/api/v1/incidents/assignees', false],
  ['/api/v1/handover/../users', false],
  ['/api/v1/users', false],
])('%s may be part of a snapshot: %s', (question, expected) => {
  expect(isShareableQuery(question)).toBe(expected)
})

it.each([
  [['Contoso', 'Contoso Retail'], 'erc-contoso of Contoso Retail', 'erc-customer-1 of customer-2'],
  [['EA (x)'], 'EA (x)', 'customer-1'],
  [['EA'], 'EA, team, ea-1', 'customer-1, team, customer-1-1'],
  [[], 'Contoso', 'Contoso'],
])('of %j is hidden in %s: %s', (names, text, hidden) => {
  const page = {
    page: '/circuits/c1',
    search: `customer=${encodeURIComponent(text)}`,
    answers: { [`/x?a=${text}`]: [text, 1, null] },
  }
  const without = replaceCustomerNames(page, names)
  expect(without.answers).toEqual({ [`/x?a=${hidden}`]: [hidden, 1, null] })
  for (const name of names.filter((one) => one.length > 2))
    expect(JSON.stringify(without)).not.toContain(encodeURIComponent(name))
})

it('names of customers are hidden in keys, and members of answers keep theirs', () => {
  const answers = {
    '/x': { data: { Contoso: 1, contoso: 2, 'erc-contoso': { state: 'up', name: 'Data' } }, dataOf: [{ 'EA (x)': 3 }] },
  }
  const page = { page: '/', search: '', title: 'Contoso', answers }
  expect(replaceCustomerNames(page, ['Contoso', 'ata', 'EA (x)', 'Title'])).toEqual({
    page: '/',
    search: '',
    title: 'customer-1',
    answers: {
      '/x': {
        data: { 'customer-1': 1, 'customer-1 2': 2, 'erc-customer-1': { state: 'up', name: 'Dcustomer-2' } },
        dataOf: [{ 'customer-3': 3 }],
      },
    },
  })
})

describe('a page', () => {
  const asked = '/api/v1/handover'
  const answers: Record<string, unknown> = {
    [asked]: { data: ['c1', 'Contoso'] },
    '/api/v1/circuits?limit=1000': { data: [{ id: 'c1', name: 'erc-contoso' }], nextCursor: 'a b' },
    '/api/v1/circuits?limit=1000&cursor=a%20b': { data: [{ id: 'c2', name: 'erc-2' }], nextCursor: null },
    '/api/v1/customers?limit=1000': { data: [{ name: 'Contoso' }, { name: null }], nextCursor: null },
  }
  const made = (hideCustomers: boolean, given = answers) =>
    freezePageAnswers(
      { page: '/handover', search: '', questions: [asked], hideCustomers },
      async (question) => given[question] ?? null,
    )

  it('names what its answers have by id', async () => {
    expect((await made(false)).answers).toEqual({ [asked]: answers[asked], '/names': { c1: 'erc-contoso' } })
  })

  it('holds whole answers in place of brief answers', async () => {
    const questions = ['?detail=brief&week=2026-W47', '?detail=brief', '?circuit=c1'].map(
      (search) => `/api/v1/cost/weekly${search}`,
    )
    const frozen = await freezePageAnswers(
      { page: '/cost', search: '', questions, hideCustomers: false },
      async (question) => (question.includes('/cost/weekly') ? `answer of ${question}` : null),
    )
    const whole = ['?week=2026-W47', '', '?circuit=c1'].map((search) => `/api/v1/cost/weekly${search}`)
    expect(frozen.answers).toEqual({
      ...Object.fromEntries(whole.map((question) => [question, `answer of ${question}`])),
      '/names': {},
    })
  })

  it('hides customers in these, too', async () => {
    expect((await made(true)).answers).toEqual({
      [asked]: { data: ['c1', 'customer-1'] },
      '/names': { c1: 'erc-customer-1' },
    })
  })

  it('is not made while customers can’t be read, and says what to do', async () => {
    await expect(made(true, { [asked]: answers[asked] })).rejects.toThrow(/try again, or make the link with the names/)
  })
})
