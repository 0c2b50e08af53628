import { describe, expect, it } from 'vitest'
import { findOpenDeclaredWindow } from './declared-windows.ts'

const window = (id: string, from: string, to: string, scopes: string[]) => ({
  id,
  from: `2030-03-04T${from}Z`,
  to: `2030-03-04T${to}Z`,
  scopes,
})
const at = (time: string) => Date.parse(`2030-03-04T${time}Z`)

describe('the window that is open', () => {
  const lon = window('lon', '10:00:00', '11:00:00', ['lon'])
  const subscription = window('subscription', '10:30:00', '12:00:00', ['s1'])
  const all = window('all', '13:00:00', '14:00:00', [])
  it.each<[string, string, string[], string | null]>([
    ['none before it begins', '09:59:59', ['lon', 's1'], null],
    ['from its first moment', '10:00:00', ['lon', 's1'], 'lon'],
    ['not that of something else', '10:00:00', ['ams', 's1'], null],
    ['that of all in a subscription', '10:30:00', ['ams', 's1'], 'subscription'],
    ['of two the longer one', '10:30:00', ['lon', 's1'], 'subscription'],
    ['none at the moment of its end', '12:00:00', ['lon', 's1'], null],
    ['one without scopes for everything', '13:30:00', ['ams', 's2'], 'all'],
  ])('%s', (_, time, scopes, id) => {
    expect(findOpenDeclaredWindow([lon, subscription, all], scopes, at(time))?.id ?? null).toBe(id)
  })

  it('is the longest by its end, however that is written', () => {
    const windows = [window('short', '10:00:00', '11:00:00', []), window('long', '10:00:00', '11:00:00.500', [])]
    for (const order of [windows, windows.toReversed()])
      expect(findOpenDeclaredWindow(order, [], at('10:30:00'))?.id).toBe('long')
  })
})
