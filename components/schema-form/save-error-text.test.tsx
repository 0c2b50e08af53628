import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { ApiError } from '../data/index.ts'
import { SaveErrorText } from './save-error-text.tsx'

it.each([
  ['a sentence', 'Correct the marked fields.', 'Not saved. Correct the marked fields.'],
  ['the detail of what the API answered', new ApiError(409, 'Conflict', 'Read it again.'), 'Not saved. Read it again.'],
  ['another error', new Error('The network is unreachable.'), 'Not saved. The network is unreachable.'],
  ['no reason', null, ''],
])('says %s', (_, why, words) => {
  const drawn = renderToStaticMarkup(<SaveErrorText why={why} />)
  expect(drawn).toContain('role="alert"')
  expect(drawn.replaceAll(/<[^>]+>/g, '')).toBe(words)
})
