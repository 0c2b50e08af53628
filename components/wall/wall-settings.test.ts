import { expect, it } from 'vitest'
import { readWallSettings, wallHref } from './wall-settings.ts'

const usual = { layout: 'auto', rotateMs: null, by: 'page', customer: null, sound: true }

it.each([
  [{}, {}],
  [
    { layout: 'portrait', rotate: '60s', by: 'subscription', sound: 'off' },
    { layout: 'portrait', rotateMs: 60_000, by: 'subscription', sound: false },
  ],
  [{ rotate: '2m' }, { rotateMs: 120_000 }],
  [
    { by: 'customer', customer: 'Contoso' },
    { by: 'customer', customer: 'Contoso' },
  ],
  [{ rotate: '90' }, { rotateMs: 90_000 }],
  [{ rotate: '1s' }, { rotateMs: 5_000 }],
  [{ rotate: 'soon', layout: 'round', by: 'colour' }, {}],
  [{ layout: ['4k', 'wide'] }, { layout: '4k' }],
])('%o is read', (given, expected) => {
  expect(readWallSettings(given)).toEqual({ ...usual, ...expected })
})

it('an address that is written is read alike', () => {
  for (const layout of ['auto', '4k'] as const) {
    for (const rotateMs of [null, 120_000]) {
      for (const by of ['page', 'subscription', 'customer', 'site'] as const) {
        const customer = layout === '4k' ? 'Contoso & Sons' : null
        const settings = { layout, rotateMs, by, customer, sound: rotateMs === null }
        const { searchParams } = new URL(wallHref(settings), 'http://wall')
        expect(readWallSettings(Object.fromEntries(searchParams))).toEqual(settings)
      }
    }
  }
})
